"""Ids, instants and previews."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.domain import ids
from ticketing.domain.instants import from_text, to_milliseconds, to_text
from ticketing.domain.remark import PREVIEW_BYTES, cut, preview

INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@given(INSTANTS)
def test_an_instant_survives_its_text(at: datetime) -> None:
    assert from_text(to_text(at)) == to_milliseconds(at)


@given(INSTANTS, INSTANTS)
def test_text_order_is_time_order(one: datetime, other: datetime) -> None:
    assert (to_text(one) < to_text(other)) == (to_milliseconds(one) < to_milliseconds(other))


def test_text_is_in_utc_with_milliseconds() -> None:
    at = datetime(2026, 3, 1, 23, 0, 0, 1234, tzinfo=timezone(timedelta(hours=1)))
    assert to_text(at) == "2026-03-01T22:00:00.001Z"


@given(st.binary(min_size=10, max_size=10))
def test_a_ticket_id_is_prefixed_and_short(random_bytes: bytes) -> None:
    made = ids.ticket_id(random_bytes)
    assert made.startswith("tkt_")
    assert len(made) == 20
    assert ids.is_caller_id(made)


def test_an_id_takes_exactly_80_random_bits() -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        ids.ticket_id(b"few")


@given(st.text())
def test_a_preview_fits_and_stays_on_one_line(text: str) -> None:
    shown = preview(text)
    assert len(shown.encode()) <= PREVIEW_BYTES
    assert shown.split() == shown.strip().split(" ") or not shown.strip()


def test_a_preview_is_cut_between_characters() -> None:
    assert preview("é" * 100) == "é" * 60
    assert cut("日本語", 7) == "日本"


def test_a_short_text_is_kept_whole() -> None:
    assert cut("short", 120) == "short"
