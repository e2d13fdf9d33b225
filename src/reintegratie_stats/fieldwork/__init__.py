"""Fieldwork: choosing gemeenten and people to interview, who answered, and what the answers add up to."""
