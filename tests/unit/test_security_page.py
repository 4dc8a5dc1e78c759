"""SECURITY.md shows keys as they are made, and an example that opens nothing."""

import re
from pathlib import Path

from ticketing.domain import api_key
from ticketing.domain.ticket import PURGED_AFTER

PAGE = (Path(__file__).parents[2] / "SECURITY.md").read_text("utf-8")


def test_the_form_for_scanners_is_the_form_of_the_keys() -> None:
    (form,) = re.findall(r"^lsk_.+$", PAGE, re.MULTILINE)
    assert form == re.sub(r"[()]", "", api_key._FORM.pattern)
    assert re.fullmatch(form, api_key.mint("production", bytes(10), bytes(25))[0])


def test_its_example_is_a_key_but_of_no_deployment() -> None:
    (example,) = re.findall(r"lsk_example_\w+", PAGE)
    presented = api_key.parse(example)
    assert presented is not None
    template = (Path(__file__).parents[2] / "template.yaml").read_text("utf-8")
    environments = re.findall(r"AllowedValues: \[(local, .+)\]", template)
    assert environments == ["local, staging, production"]
    assert presented.environment not in environments[0]


def test_tickets_go_when_it_says() -> None:
    assert f"| {PURGED_AFTER.days} days after its deletion" in PAGE
