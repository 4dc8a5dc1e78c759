"""Tokens that come back: only as they were given, to whom they were given, for what they were given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.domain.signing import Signer
from ticketing.errors import InvalidCursor

SIGNER = Signer([b"current" * 8])


@given(st.lists(st.text(max_size=40) | st.integers(-(2**63), 2**63), max_size=4))
def test_a_token_opens_to_what_was_sealed(value: list[str | int]) -> None:
    assert SIGNER.open("list", "org_a", SIGNER.seal("list", "org_a", value)) == value


@pytest.mark.parametrize(("purpose", "organisation"), [("feed", "org_a"), ("list", "org_b")])
def test_a_token_of_another_purpose_or_organisation_is_refused(purpose: str, organisation: str) -> None:
    with pytest.raises(InvalidCursor):
        SIGNER.open(purpose, organisation, SIGNER.seal("list", "org_a", 7))


@given(st.text())
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        SIGNER.open("list", "org_a", text)


def test_one_changed_letter_is_refused() -> None:
    token = SIGNER.seal("list", "org_a", ["2026-03-01", "tkt_1"])
    for position, letter in enumerate(token):
        other = "A" if letter != "A" else "B"
        with pytest.raises(InvalidCursor):
            SIGNER.open("list", "org_a", token[:position] + other + token[position + 1 :])


def test_one_changed_bit_is_refused_whichever_it_is() -> None:
    """Also one of the last letter that no byte would need."""
    for length in range(6):
        token = SIGNER.seal("list", "org_a", ["2026-03-01", "x" * length]).encode("ascii")
        for bit in range(8 * len(token)):
            changed = bytearray(token)
            changed[bit // 8] ^= 1 << bit % 8
            with pytest.raises(InvalidCursor):
                SIGNER.open("list", "org_a", changed.decode("latin-1"))


def test_a_token_of_the_previous_secret_is_still_good() -> None:
    old = Signer([b"old" * 16])
    assert Signer([b"new" * 16, b"old" * 16]).open("list", "org_a", old.seal("list", "org_a", 1)) == 1
