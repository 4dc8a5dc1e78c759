"""Comes back to what somebody must come back to: tickets of deleted chats, and tickets that were deleted long ago."""
