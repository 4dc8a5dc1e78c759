"""What is sent and answered, as pydantic models: they refuse what is wrong and make the OpenAPI document."""
