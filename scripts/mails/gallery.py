"""The gallery as HTML. Pure: samples in, page out. A theme is forced by its media query, whatever the browser is in."""

from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from notifier import mail
from notifier.mail import LOCALE, TEMPLATES, Mail
from scripts.mails.samples import Sample

WIDTHS = {"phone": 360, "computer": 680}
THEMES = {"light": "not all", "dark": "all"}
_DARK = "(prefers-color-scheme: dark)"

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def templates() -> list[str]:
    """Each kind of mail that there is."""
    return sorted(folder.name for folder in (TEMPLATES / LOCALE).iterdir() if folder.is_dir())


def composed(sample: Sample) -> Mail:
    return mail.compose(sample.template, "ben@lakeside.example", sample.facts, unsubscribe_url=sample.unsubscribe_url)


def page(samples: Iterable[Sample]) -> str:
    shown = [(sample, composed(sample)) for sample in samples]
    return _templates.get_template("gallery.html").render(shown=shown, widths=WIDTHS, themes=THEMES, themed=themed)


def themed(html: str, theme: str) -> str:
    """A mail's HTML as a program in that theme shows it."""
    return html.replace(_DARK, THEMES[theme]).replace("light dark", theme)
