"""What may be typed for an option; anything else is refused before the stack is even looked for."""

import re
from argparse import ArgumentTypeError
from datetime import date

from ticketing.domain.mail import mailable


def name(text: str) -> str:
    if not 1 <= len(text.strip()) <= 120 or not text.isprintable():
        raise ArgumentTypeError("1 to 120 characters on one line")
    return text.strip()


def key_name(text: str) -> str:
    if not 1 <= len(text) <= 40 or not text.isprintable():
        raise ArgumentTypeError("1 to 40 characters on one line")
    return text


def email(text: str) -> str:
    if len(text) > 254 or not re.fullmatch(r"[!-9;=?A-Z^-~]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", text):
        raise ArgumentTypeError("not an e-mail address such as ana@harbour.example")
    return text


def address(text: str) -> str:
    """An address as it is mailed: its domain in ASCII."""
    found = mailable(text)
    if found is None:
        raise ArgumentTypeError("not an e-mail address that can be mailed, such as ana@harbour.example")
    return found


def days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 3650:
        raise ArgumentTypeError("1 to 3650 days")
    return int(text)


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError("not a day such as 2026-03-01") from None
