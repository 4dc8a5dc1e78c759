"""Written by `make clients` from docs/openapi.json. Do not edit: the next run writes it again."""
