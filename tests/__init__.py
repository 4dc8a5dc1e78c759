"""Four tiers: unit (no I/O), integration (moto, whole functions), build (the built folders), e2e (a deployed stack)."""
