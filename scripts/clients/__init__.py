"""Write what is generated of the partners' clients from docs/openapi.json, and prove that it is what is committed."""
