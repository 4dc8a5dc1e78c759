"""A mail as it travels: headers, plain text and HTML (RFC 5322, 2045, 2047), by the standard library.

Words are mended, never refused: no label keeps a mail from being sent. Addresses are checked before (`domain.mail`).
`Message-ID` and `Date` are SES's own.
"""

from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, Policy
from typing import Self

from notifier import wording
from notifier.mail import Mail


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who sends all mails: the address, the name beside it, and where answers go if not there."""

    sender: str
    name: str = "Lodgestory Tickets"
    reply_to: str | None = None


def written(mail: Mail, stamp: Stamp) -> bytes:
    """The whole message: ASCII, in lines of at most 998 octets."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=wording.one_line(stamp.name), addr_spec=stamp.sender)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = _Subject(wording.one_line(mail.subject))
    if stamp.reply_to is not None and mail.takes_answers:
        message["Reply-To"] = Address(addr_spec=stamp.reply_to)
    if mail.thread is not None:
        # SES gives each mail an id of its own; what they have in common is a root that was never sent.
        root = f"<{mail.thread}@{stamp.sender.rpartition('@')[2]}>"
        message["In-Reply-To"] = _AsItIs("In-Reply-To", root)
        message["References"] = _AsItIs("References", root)
    # Nobody's holiday notice is to answer us (RFC 3834, section 5; MS-OXCMAIL, 2.2.3.2.14).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if mail.unsubscribe_url is not None:
        message["List-Unsubscribe"] = _AsItIs("List-Unsubscribe", f"<{mail.unsubscribe_url}>")
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # By Base64 no line of a text is too long, and none can be taken for the end of its part.
    message.set_content(wording.whole(mail.text), cte="base64")
    message.add_alternative(wording.whole(mail.html), subtype="html", cte="base64")
    return message.as_bytes()


class _AsItIs(str):
    """An id or address of ours, on one line: the library would write a long one as an encoded word, which is none."""

    __slots__ = ("name",)
    name: str

    def __new__(cls, name: str, value: str) -> Self:
        made = super().__new__(cls, "".join(value.split()))
        made.name = name
        return made

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Subject(str):
    """Words that are read as they were written: the library would decode what looks like an encoded word."""

    __slots__ = ()
    name = "Subject"

    def fold(self, *, policy: Policy) -> str:
        is_plain = self.isascii() and "=?" not in self and len(self) <= _PLAIN
        header = Header(self, None if is_plain else "utf-8", header_name=self.name)
        return f"{self.name}: {header.encode(linesep=policy.linesep)}{policy.linesep}"


_PLAIN = 68
"""Beside its name, what one line of 78 takes."""
