"""Keys that are none: whatever is wrong with one, the answer is the same, and no log says what was sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zlib import crc32

import pytest

from tests.builders import ANA, NOW, ORGANISATION
from tests.fakes.events import api_event
from tests.integration.aws import Answer
from tests.integration.world import GONE, World, add_key
from ticketing.domain.directory import Role

type Forge = Callable[[World, str], str]


def resealed(body: str) -> str:
    """With a checksum that is right, so that the look-up has to find out."""
    return f"{body}_{crc32(body.encode('ascii')):08x}"


def parts(key: str) -> list[str]:
    """`lsk`, environment, id, secret, checksum."""
    return key.split("_")


def changed(text: str, at: int) -> str:
    return text[:at] + ("b" if text[at] == "a" else "a") + text[at + 1 :]


def with_(key: str, **changes: str) -> str:
    names = dict(zip(("prefix", "environment", "id", "secret"), parts(key), strict=False)) | changes
    return resealed("_".join(names.values()))


def dead(**changes: Any) -> Forge:
    return lambda world, _: f"Bearer {add_key(world.aws, ORGANISATION, ANA, Role.USER, **changes)}"


UNSIGNED_JWT = "eyJhbGciOiJub25lIn0.eyJvcmciOiJvcmdfbGFrZXNpZGUifQ."  # not-a-secret: nobody signed it

# fmt: off
FORGED: dict[str, Forge] = {
    "nothing":                          lambda _, __: "",
    "a blank":                          lambda _, __: " ",
    "the scheme alone":                 lambda _, __: "Bearer",
    "the scheme and a blank":           lambda _, __: "Bearer ",
    "the key alone":                    lambda _, key: key,
    "Basic":                            lambda _, key: f"Basic {key}",
    "Basic with a password":            lambda _, __: "Basic bHNrOng=",
    "Digest":                           lambda _, key: f"Digest {key}",
    "Token":                            lambda _, key: f"Token {key}",
    "ApiKey":                           lambda _, key: f"ApiKey {key}",
    "another letter in the scheme":     lambda _, key: f"Bеarer {key}",
    "the scheme twice":                 lambda _, key: f"Bearer Bearer {key}",
    "a colon after the scheme":         lambda _, key: f"Bearer: {key}",
    "the scheme without a blank":       lambda _, key: f"Bearer{key}",
    "a tab for the blank":              lambda _, key: f"Bearer\t{key}",
    "in quotes":                        lambda _, key: f'Bearer "{key}"',
    "a name before it":                 lambda _, key: f"Bearer token={key}",
    "the key twice":                    lambda _, key: f"Bearer {key} {key}",
    "the key twice, with a comma":      lambda _, key: f"Bearer {key}, Bearer {key}",
    "a wrong checksum":                 lambda _, key: f"Bearer {changed(key, -1 % len(key))}",
    "a checksum in capitals":           lambda _, key: f"Bearer {key[:-8]}{'ABCDEF01'}",
    "no checksum":                      lambda _, key: f"Bearer {key.rpartition('_')[0]}",
    "an empty checksum":                lambda _, key: f"Bearer {key.rpartition('_')[0]}_",
    "another environment":              lambda _, key: f"Bearer {with_(key, environment='production')}",
    "no environment":                   lambda _, key: f"Bearer {with_(key, environment='')}",
    "the environment in capitals":      lambda _, key: f"Bearer {with_(key, environment='LOCAL')}",
    "another prefix":                   lambda _, key: f"Bearer {with_(key, prefix='sk')}",
    "an id that nobody has":            lambda _, key: f"Bearer {with_(key, id='7' * 16)}",
    "the id of another key":            lambda world, key: f"Bearer {with_(key, id=parts(world.keys.admin)[2])}",
    "the id of a foreign key":          lambda world, key: f"Bearer {with_(key, id=parts(world.keys.other)[2])}",
    "a secret of another key":          lambda world, key: f"Bearer {with_(key, secret=parts(world.keys.owner)[3])}",
    "a secret that is nearly right":    lambda _, key: f"Bearer {with_(key, secret=changed(parts(key)[3], 39))}",
    "a secret that begins wrong":       lambda _, key: f"Bearer {with_(key, secret=changed(parts(key)[3], 0))}",
    "no secret":                        lambda _, key: f"Bearer {with_(key, secret='')}",
    "a secret that is a wildcard":      lambda _, key: f"Bearer {with_(key, secret='*')}",  # noqa: S106 (forged)
    "a short secret":                   lambda _, key: f"Bearer {with_(key, secret=parts(key)[3][:39])}",
    "a long secret":                    lambda _, key: f"Bearer {with_(key, secret=parts(key)[3] + 'a')}",
    "id and secret swapped":            lambda _, key: f"Bearer {with_(key, id=parts(key)[3], secret=parts(key)[2])}",
    "cut by a letter":                  lambda _, key: f"Bearer {key[:-1]}",
    "cut in half":                      lambda _, key: f"Bearer {key[: len(key) // 2]}",
    "a letter too many":                lambda _, key: f"Bearer {key}0",
    "in capitals":                      lambda _, key: f"Bearer {key.upper()}",
    "a capital":                        lambda _, key: f"Bearer {key.replace('lsk', 'Lsk')}",
    "a Cyrillic letter":                lambda _, key: f"Bearer {key.replace('a', 'а')}",
    "wide letters":                     lambda _, key: f"Bearer {key.replace('l', chr(0xFF4C))}",  # ｌ
    "a digit of another script":        lambda _, key: f"Bearer {key[:-1]}٣",
    "a letter that folds to another":   lambda _, key: f"Bearer {key.replace('s', 'ſ')}",
    "a zero-width space":               lambda _, key: f"Bearer {key[:10]}\u200b{key[10:]}",
    "a zero-width space at its end":    lambda _, key: f"Bearer {key}\u200b",
    "a blank within":                   lambda _, key: f"Bearer {key[:10]} {key[10:]}",
    "a new line within":                lambda _, key: f"Bearer {key[:10]}\n{key[10:]}",
    "a new line and a header":          lambda _, key: f"Bearer {key}\r\nX-Role: owner",
    "NUL at its end":                   lambda _, key: f"Bearer {key}\0",
    "escaped":                          lambda _, key: f"Bearer {key.replace('_', '%5F')}",
    "padded":                           lambda _, key: f"Bearer {key}==",
    "a JWT without a signature":        lambda _, __: f"Bearer {UNSIGNED_JWT}",
    "very long":                        lambda _, key: f"Bearer {key * 1000}",
    "very many blanks":                 lambda _, __: "Bearer" + " " * 100_000 + "x",
    "expired this moment":              dead(expires_at=NOW),
    "expired long ago":                 dead(expires_at=NOW - timedelta(days=400)),
    "revoked":                          dead(revoked_at=NOW),
    "revoked, for one who may all":     lambda world, _: "Bearer " + add_key(
        world.aws, ORGANISATION, None, Role.OWNER, revoked_at=NOW),
    "of a member who has left":         lambda world, _: "Bearer " + add_key(world.aws, ORGANISATION, GONE, Role.USER),
    "of a member who never was":        lambda world, _: "Bearer " + add_key(
        world.aws, ORGANISATION, "mem_nobody", Role.USER),
    "of an organisation that is none":  lambda world, _: "Bearer " + add_key(world.aws, "org_none", None, Role.OWNER),
}
# fmt: on

ELSEWHERE: dict[str, Callable[[str], dict[str, Any]]] = {
    "in the query": lambda key: {"query": {"access_token": [key]}},
    "in the query under the header's name": lambda key: {"query": {"Authorization": [f"Bearer {key}"]}},
    "in X-Api-Key": lambda key: {"headers": {"X-Api-Key": key}},
    "in a cookie": lambda key: {"headers": {"Cookie": f"Authorization=Bearer {key}"}},
    "in Proxy-Authorization": lambda key: {"headers": {"Proxy-Authorization": f"Bearer {key}"}},
    "in the body": lambda key: {"body": {"authorization": f"Bearer {key}"}},
}


def told(answer: Answer) -> tuple[int, dict[str, str], Any]:
    """All of an answer but its own id."""
    headers = {name: value for name, value in answer.headers.items() if name not in {"x-request-id", "content-length"}}
    return answer.status, headers, {**answer.body, "request_id": None}


@pytest.fixture
def refusal(world: World) -> tuple[int, dict[str, str], Any]:
    """What one is told who sends no key at all."""
    refused = told(world.as_(None)("GET", "/v1/tickets"))
    assert (refused[0], refused[2]["code"]) == (401, "unauthenticated")
    return refused


def logged(world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> str:
    printed = capfd.readouterr()
    return world.log.text() + caplog.text + printed.out + printed.err


def test_every_forged_key_gets_the_same_refusal_and_stands_in_no_log(
    world: World,
    refusal: tuple[int, dict[str, str], Any],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    wrong: dict[str, Any] = {}
    sent = {what: forge(world, world.keys.user) for what, forge in FORGED.items()}
    before = world.aws.items()
    for number, (what, authorization) in enumerate(sent.items()):
        elsewhere = f"192.0.2.{number}"  # too many of one address are refused otherwise
        for method, path in (("GET", "/v1/tickets"), ("POST", "/v1/tickets"), ("GET", "/v1/nothing")):
            answer = world.as_(None)(method, path, headers={"Authorization": authorization}, source=elsewhere)
            if answer.status != 401 or told(answer)[1:] != (refusal[1], {**refusal[2], "title": answer.body["title"]}):
                wrong[f"{what}: {method} {path}"] = answer
    assert wrong == {}
    assert world.aws.items() == before
    text = logged(world, caplog, capfd)
    secrets = {parts(key)[3] for key in (world.keys.user, world.keys.owner, world.keys.admin, world.keys.other)}
    assert not [word for word in secrets | {key for key in sent.values() if len(key) > 40} if word in text]
    assert [level for level, _, _ in world.log.lines if level != "info"] == []
    print(f"{len(sent)} forged keys")
    assert len(sent) >= 60


@pytest.mark.parametrize("where", ELSEWHERE)
def test_a_good_key_in_another_place_is_none(
    world: World,
    refusal: tuple[int, dict[str, str], Any],
    where: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    key = world.keys.user
    more = ELSEWHERE[where](key)
    assert told(world.as_(None)("GET", "/v1/tickets", more.pop("body", None), **more)) == refusal
    assert parts(key)[3] not in logged(world, caplog, capfd)


@pytest.mark.parametrize("second", ["good", "forged"])
def test_of_two_authorization_headers_none_is_believed(
    world: World, refusal: tuple[int, dict[str, str], Any], second: str
) -> None:
    event = api_event("GET", "/v1/tickets", key=world.keys.user)
    other = f"Bearer {world.keys.user if second == 'good' else world.keys.admin[:-1]}"
    event["multiValueHeaders"]["Authorization"] = [f"Bearer {world.keys.user}", other]
    assert told(world.api.send(event)) == refusal


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer  "])
def test_the_scheme_may_be_written_in_any_case(world: World, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {world.keys.user}"}
    assert world.as_(None)("GET", "/v1/tickets", headers=headers).status == 200
