"""Bulk actions struck by every fault at every store call, and recovered by whoever comes by; on any engine."""
