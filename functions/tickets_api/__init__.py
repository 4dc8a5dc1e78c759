"""The partner API: FastAPI behind API Gateway."""
