"""API keys: form, secret, scopes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import NOW, a_member, a_principal
from ticketing.domain.api_key import (
    ApiKey,
    check_creation,
    check_expiry,
    check_revocation,
    check_scopes,
    hash_secret,
    matches,
    mint,
    parse,
    scopes_within,
)
from ticketing.domain.directory import Role
from ticketing.domain.principal import Scope
from ticketing.errors import Forbidden, ValidationFailed

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


@pytest.mark.parametrize("creator", list(Role))
@pytest.mark.parametrize("role", list(Role))
def test_a_key_has_at_most_the_role_of_its_maker(creator: Role, role: Role) -> None:
    if role.rank <= creator.rank:
        assert check_creation(a_principal(creator), role, [Scope.TICKETS_READ], None) == {Scope.TICKETS_READ}
        check_revocation(creator, replace(a_key(), role=role))
    else:
        with pytest.raises(Forbidden):
            check_creation(a_principal(creator), role, [Scope.TICKETS_READ], None)
        with pytest.raises(Forbidden):
            check_revocation(creator, replace(a_key(), role=role))


def test_a_key_has_at_most_the_scopes_of_its_maker() -> None:
    maker = a_principal(Role.OWNER, scopes=frozenset({Scope.ADMIN}))
    assert check_creation(maker, Role.ADMIN, [Scope.ADMIN], None) == {Scope.ADMIN}
    with pytest.raises(Forbidden):
        check_creation(maker, Role.ADMIN, [Scope.ADMIN, Scope.TICKETS_READ], None)


def test_a_key_for_a_member_stays_within_their_role_and_the_makers() -> None:
    admin = a_principal(Role.ADMIN)
    assert check_creation(admin, Role.USER, [Scope.TICKETS_READ], a_member(role=Role.USER))
    with pytest.raises(ValidationFailed) as refused:
        check_creation(admin, Role.ADMIN, [Scope.TICKETS_READ], a_member(role=Role.USER))
    assert refused.value.errors[0].field == "role"
    with pytest.raises(Forbidden):
        check_creation(admin, Role.USER, [Scope.TICKETS_READ], a_member(role=Role.OWNER))


def test_a_key_expires_within_the_next_ten_years() -> None:
    check_expiry(NOW + timedelta(seconds=1), NOW)
    check_expiry(NOW + timedelta(days=3650), NOW)
    for wrong in (NOW, NOW - timedelta(days=1), NOW + timedelta(days=3650, seconds=1)):
        with pytest.raises(ValidationFailed):
            check_expiry(wrong, NOW)
