"""The mailbox as HTML. Pure: messages in, page out; everything that came in a mail is escaped or boxed in."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from jinja2 import Environment, FileSystemLoader, StrictUndefined

# No script runs and nothing is fetched, in the page or in a mail's HTML, whose frame inherits this.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-src 'self'"
)
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@dataclass(frozen=True)
class Mail:
    """One sent mail."""

    id: str
    sender: str
    to: tuple[str, ...]
    copies: tuple[str, ...]
    subject: str
    text: str
    html: str
    sent_at: datetime

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """From one entry of the emulator's JSON."""
        return cls(
            id=hashlib.sha256(str(message["MessageId"]).encode()).hexdigest()[:16],
            sender=str(message.get("Source") or ""),
            to=tuple(message.get("To") or ()),
            copies=(*(message.get("CC") or ()), *(message.get("BCC") or ())),
            subject=str(message.get("Subject") or "") or "(no subject)",
            text=str(message.get("BodyText") or ""),
            html=str(message.get("BodyHtml") or ""),
            sent_at=_instant(message.get("Timestamp")),
        )

    @property
    def framed_html(self) -> str:
        """The HTML part for a sandboxed frame; its links open in a new tab."""
        # In its head, if it has one: before its doctype it would be laid out by the rules of the nineties.
        before, head, after = self.html.partition("<head>")
        return f'{before}{head}<base target="_blank">{after}' if head else f'<base target="_blank">{self.html}'


def mails_of(answer: Mapping[str, Any]) -> list[Mail]:
    """The mails of all accounts in the emulator's answer, newest first."""
    messages = [message for entries in answer.get("messages", {}).values() for message in entries]
    # Later ones first, also within one second: the emulator lists them as they came.
    return sorted(map(Mail.from_message, reversed(messages)), key=lambda mail: mail.sent_at, reverse=True)


def list_page(mails: Sequence[Mail]) -> str:
    return _templates.get_template("list.html").render(mails=mails)


def mail_page(mail: Mail) -> str:
    return _templates.get_template("mail.html").render(mail=mail)


def notice_page(title: str, text: str) -> str:
    return _templates.get_template("notice.html").render(title=title, text=text)


def _instant(value: Any) -> datetime:
    """Seconds or RFC 3339, as the emulator gives either; now if neither."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC).astimezone()
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError:
        return datetime.now(UTC).astimezone()
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone()
