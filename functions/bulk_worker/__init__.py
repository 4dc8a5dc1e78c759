"""Carries out bulk actions that are too large for the request that asked for them."""
