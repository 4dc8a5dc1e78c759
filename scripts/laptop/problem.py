"""What a person can put right, said in words instead of a traceback."""


class Problem(Exception):
    """Ends the command; the text says what is wrong and what to do about it."""
