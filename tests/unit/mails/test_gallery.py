"""The page with every mail."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from notifier import facts, mail
from notifier.facts import Told
from notifier.rules import RULES
from scripts.mails import gallery
from scripts.mails.samples import SAMPLES, Sample
from tests.builders import BEN, a_channel, a_chat, a_creation, a_member, an_organisation

SHARED = [mail.TEMPLATES / name for name in ("base.html", "parts.html")]
FETCHING = re.compile(
    r"<(?:img|link|script|iframe|object|embed|video|audio|form)\b|\bsrc=|url\(|@import|@font-face", re.IGNORECASE
)


def by(sample: Sample) -> str:
    return f"{sample.template}, {sample.name}"


def test_each_template_is_in_the_gallery_and_each_kind_of_mail_has_one() -> None:
    assert {sample.template for sample in SAMPLES} == set(gallery.templates())
    assert {rule.template for rule in RULES} <= set(gallery.templates())


def test_each_mail_is_shown_on_each_device_in_each_theme() -> None:
    page = gallery.page(SAMPLES)
    assert page.count("<iframe") == len(SAMPLES) * len(gallery.WIDTHS) * len(gallery.THEMES)
    assert page.count('sandbox="allow-same-origin"') == page.count("<iframe")


def test_a_theme_is_forced_by_the_mails_own_sheet() -> None:
    html = gallery.composed(SAMPLES[0]).html
    assert html.count("@media (prefers-color-scheme: dark)") == 1
    assert "@media all {" in gallery.themed(html, "dark")
    assert "@media not all {" in gallery.themed(html, "light")


def test_samples_of_tickets_hold_what_the_notifier_says() -> None:
    made = a_creation()
    told = Told(made.event, made.ticket, a_chat(), a_channel(), an_organisation(), "https://console.example")
    for sample in SAMPLES:
        if sample.template.startswith(("ticket_", "status_")):
            assert sample.facts.keys() == facts.for_staff(a_member(BEN), told).keys(), by(sample)
        if sample.template.startswith("guest_"):
            assert sample.facts.keys() == facts.for_guest(told.organisation, told.ticket).keys(), by(sample)


@pytest.mark.parametrize("sample", SAMPLES, ids=by)
def test_a_mail_fetches_nothing_and_runs_nothing(sample: Sample) -> None:
    html = gallery.composed(sample).html
    assert not FETCHING.search(html)
    assert not re.search(r"\son\w+=|javascript:", html, re.IGNORECASE)


@pytest.mark.parametrize("sample", SAMPLES, ids=by)
def test_a_mail_says_its_language_its_themes_and_what_it_is_about(sample: Sample) -> None:
    composed = gallery.composed(sample)
    assert '<html lang="en"' in composed.html
    assert '<meta name="color-scheme" content="light dark">' in composed.html
    assert '<meta name="supported-color-schemes" content="light dark">' in composed.html
    assert f"<title>{composed.subject}</title>" in unescape(composed.html)


SAID_BY_SOME = {"link", "status_from", "status_to", "status", "week"}
"""Facts that not every template says, or not in words."""


@pytest.mark.parametrize("sample", SAMPLES, ids=by)
def test_text_and_page_say_the_same(sample: Sample) -> None:
    composed = gallery.composed(sample)
    shown = one_line(unescape(re.sub(r"<[^>]+>", " ", composed.html)))
    for name, fact in sample.facts.items():
        if isinstance(fact, str) and name not in SAID_BY_SOME:
            for line in fact.split("\n"):
                assert one_line(line) in shown, name
                assert line in composed.text, name
    for url in filter(None, (sample.facts.get("link"), sample.unsubscribe_url)):
        assert f'href="{url}"' in composed.html
        assert url in composed.text


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("sample", SAMPLES, ids=by)
def test_a_text_has_no_holes_and_no_nothing(sample: Sample) -> None:
    composed = gallery.composed(sample)
    assert "\n\n\n" not in composed.text
    assert "None" not in composed.text + composed.html
    assert ("Stop mail about this ticket" in composed.html) == (sample.unsubscribe_url is not None)
    assert ("Stop mail about this ticket" in composed.text) == (sample.unsubscribe_url is not None)


def test_every_mail_is_far_below_what_programs_cut() -> None:
    assert max(len(gallery.composed(sample).html) for sample in SAMPLES) < 20_000
    week = next(sample for sample in SAMPLES if sample.template == "weekly_list")
    row = week.facts["rows"][0]
    sizes = [
        len(gallery.composed(replace(week, facts={**week.facts, "rows": [row] * rows})).html.encode())
        for rows in (1, 51)
    ]
    a_row = (sizes[1] - sizes[0]) / 50
    print(f"a row of the weekly list: {a_row:.0f} bytes of HTML")
    assert a_row < 1_200


@pytest.mark.parametrize("file", SHARED, ids=lambda file: file.name)
def test_the_layout_has_no_words_so_that_a_locale_is_a_folder(file: Path) -> None:
    markup = re.sub(
        r"\{#.*?#\}|<style>.*?</style>|<!--.*?-->|\{%.*?%\}|\{\{.*?\}\}|<[^>]+>", " ", file.read_text(), flags=re.DOTALL
    )
    assert set(markup.split()) <= {"→", "▲", "Lodgestory", "Tickets"}
