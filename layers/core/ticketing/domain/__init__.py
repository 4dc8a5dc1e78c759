"""The rules. Standard library only; no clock, randomness, environment or store but as arguments."""
