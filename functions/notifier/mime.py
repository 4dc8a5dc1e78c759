"""A mail as it travels: headers, plain text and HTML (RFC 5322, 2045, 2047), by the standard library."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from notifier.mail import Mail


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who sends all mails: the address, the name beside it, and where answers go if not there."""

    sender: str
    name: str = "Lodgestory Tickets"
    reply_to: str | None = None


def written(mail: Mail, stamp: Stamp) -> bytes:
    """The whole message. Raises ValueError for a header of two lines."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=stamp.name, addr_spec=stamp.sender)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
    if stamp.reply_to is not None:
        message["Reply-To"] = Address(addr_spec=stamp.reply_to)
    if mail.thread is not None:
        # SES gives each mail an id of its own; what they have in common is a root that was never sent.
        root = f"<{mail.thread}@{stamp.sender.rpartition('@')[2]}>"
        message["In-Reply-To"] = root
        message["References"] = root
    # Nobody's holiday notice is to answer us (RFC 3834, section 5; MS-OXCMAIL, 2.2.3.2.14).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if mail.unsubscribe_url is not None:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text, cte="base64")
    message.add_alternative(mail.html, subtype="html", cte="base64")
    return message.as_bytes()
