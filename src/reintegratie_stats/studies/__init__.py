"""One module per report; each reads like that report's list of tables and figures."""
