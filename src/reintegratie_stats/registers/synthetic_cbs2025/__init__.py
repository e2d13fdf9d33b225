"""Parts of the synthesiser of the cbs2025 gemeenten: places, covariates, causes, counts, fieldwork."""
