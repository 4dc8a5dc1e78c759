"""A mail's words: templates that a product person can read, filled with what a ticket says.

Nothing here sends. Subjects never hold what a guest or a remark says, and never a line break.

A locale is a folder: all words of all mails stand in `templates/en`, and the layout above it has none. A second one is
a sibling with the same files, and `compose` is told its name. Some facts are English words yet, which then move into
the templates: the labels of changes, a priority, an age.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from notifier import wording

LOCALE = "en"
TEMPLATES = Path(__file__).parent / "templates"

_LOADER = FileSystemLoader(TEMPLATES)
_TEXTS = Environment(
    loader=_LOADER,
    autoescape=False,  # noqa: S701 (a plain-text mail is not markup, and escaping would show in it)
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES = Environment(loader=_LOADER, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


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
    takes_answers: bool = True
    """Whether an answer to it goes anywhere that somebody reads."""


def compose(
    template: str,
    to: str,
    facts: Mapping[str, Any],
    *,
    thread: str | None = None,
    unsubscribe_url: str | None = None,
    takes_answers: bool = True,
    locale: str = LOCALE,
) -> Mail:
    """The mail of a template, whatever the labels in its facts hold."""
    given = wording.mended(facts) | {"unsubscribe_url": unsubscribe_url, "locale": locale}
    folder = f"{locale}/{template}"
    subject = wording.one_line(_TEXTS.get_template(f"{folder}/subject.txt").render(given))
    text = _TEXTS.get_template(f"{folder}/body.txt").render(given)
    html = _PAGES.get_template(f"{folder}/body.html").render(given, subject=subject)
    return Mail(to, subject, _ended(text), _ended(html), thread, unsubscribe_url, takes_answers)


def _ended(text: str) -> str:
    """With one line break at its end, whatever was left out there."""
    return f"{text.rstrip()}\n"
