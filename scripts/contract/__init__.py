"""The promise of v1: docs/openapi.json may add to docs/openapi.base.json, and takes nothing away from it."""
