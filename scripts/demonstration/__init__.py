"""The demonstration data: two organisations with chats and tickets, the same for the same `now`.

Pure: no clock, no store, nothing random that is not seeded. `python -m scripts.ticketsctl seed` stores it.
Words, names and status courses stand in modules of their own that read without knowing Python.
"""
