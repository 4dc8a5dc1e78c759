"""A mail's words: templates that a product person can read, filled with what a ticket says.

Nothing here sends. Subjects never hold what a guest or a remark says, and never a line break.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import category

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_LOADER = FileSystemLoader(Path(__file__).parent / "templates")
_TEXTS = Environment(
    loader=_LOADER,
    autoescape=False,  # noqa: S701 (a plain-text mail is not markup, and escaping would show in it)
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES = Environment(loader=_LOADER, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


_BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They reorder the words around them, and so can make a subject read as what it is not."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What one recipient reads, and what its program needs to know.

    `thread` is the same for all mails of one ticket. `unsubscribe_url` takes one click, or one POST (RFC 8058).
    """

    to: str
    subject: str
    text: str
    html: str
    thread: str | None = None
    unsubscribe_url: str | None = None


def compose(
    template: str, to: str, facts: Mapping[str, Any], *, thread: str | None = None, unsubscribe_url: str | None = None
) -> Mail:
    """The mail of a template, whatever the labels in its facts hold."""
    facts = {**facts, "unsubscribe_url": unsubscribe_url}
    subject = _TEXTS.get_template(f"{template}/subject.txt").render(facts)
    text = _TEXTS.get_template(f"{template}/body.txt").render(facts)
    html = _PAGES.get_template(f"{template}/body.html").render(facts, subject=_one_line(subject))
    return Mail(to, _one_line(subject), text, html, thread, unsubscribe_url)


def _one_line(subject: str) -> str:
    """A subject without line breaks, which would forge headers. Mending beats refusing: a label must not stop mail."""
    return " ".join("".join(map(_fit, subject)).split())


def _fit(character: str) -> str:
    if character in _BIDI_OVERRIDES:
        return ""
    # Format characters are kept: they join emoji, and shape Persian and Hindi words.
    return character if character.isprintable() or category(character) == "Cf" else " "
