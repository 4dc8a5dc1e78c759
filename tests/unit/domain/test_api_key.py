"""API keys: form, secret, scopes."""

from datetime import timedelta

import pytest

from tests.builders import NOW
from ticketing.domain.api_key import (
    ApiKey,
    check_scopes,
    hash_secret,
    matches,
    mint,
    parse,
    scopes_within,
)
from ticketing.domain.directory import Role
from ticketing.domain.principal import Scope
from ticketing.errors import Forbidden

PEPPER, OLD_PEPPER = b"pepper" * 8, b"old" * 16


def minted() -> str:
    return mint("local", bytes(10), bytes(range(25)))[0]


def a_key(**times: object) -> ApiKey:
    return ApiKey("id", "org", "name", Role.USER, frozenset(), None, "", NOW, **times)  # type: ignore[arg-type]


def test_a_minted_key_parses_into_its_parts() -> None:
    text, parts = mint("local", bytes(10), bytes(range(25)))
    assert parse(text) == parts
    assert text.startswith("lsk_local_")


@pytest.mark.parametrize("position", range(4, len(minted()), 3))
def test_a_mistyped_key_is_refused_without_a_look_up(position: int) -> None:
    text = minted()
    wrong = "7" if text[position] != "7" else "6"
    assert parse(text[:position] + wrong + text[position + 1 :]) is None


@pytest.mark.parametrize("text", ["", "lsk_", "lsk_local_a_b_c", minted() + "0", " " + minted(), minted().upper()])
def test_what_is_no_key_is_refused(text: str) -> None:
    assert parse(text) is None


def test_the_right_secret_matches_under_the_current_and_the_previous_pepper() -> None:
    stored = hash_secret("secret", OLD_PEPPER)
    assert matches("secret", stored, [PEPPER, OLD_PEPPER])
    assert not matches("secret", stored, [PEPPER])
    assert not matches("Secret", stored, [PEPPER, OLD_PEPPER])


def test_a_key_ends_at_its_expiry_and_at_its_revocation() -> None:
    assert a_key().is_live(NOW)
    assert a_key(expires_at=NOW + timedelta(seconds=1)).is_live(NOW)
    assert not a_key(expires_at=NOW).is_live(NOW)
    assert not a_key(revoked_at=NOW).is_live(NOW)


def test_a_users_key_may_not_hold_admin() -> None:
    assert check_scopes(Role.ADMIN, [Scope.ADMIN]) == {Scope.ADMIN}
    with pytest.raises(Forbidden):
        check_scopes(Role.USER, [Scope.TICKETS_READ, Scope.ADMIN])


def test_a_demoted_member_takes_their_key_along() -> None:
    assert scopes_within(Role.USER, frozenset(Scope)) == frozenset(Scope) - {Scope.ADMIN}
