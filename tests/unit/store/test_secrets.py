"""The signing secret: kept a while, read anew, and never lost to a failed read."""

from typing import Any

import pytest

from ticketing.store.secrets import SigningSecrets


class SecretsManager:
    def __init__(self) -> None:
        self.secret, self.is_down, self.reads = "one", False, 0

    def get_secret_value(self, *, SecretId: str) -> Any:  # noqa: ARG002, N803 (AWS's own spelling)
        self.reads += 1
        if self.is_down:
            raise ConnectionError
        return {"SecretString": f'{{"current": "{self.secret}"}}'}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_secret_is_kept_five_minutes_and_then_read_anew() -> None:
    manager, clock = SecretsManager(), Clock()
    secrets = SigningSecrets(lambda: manager, "signing", clock=clock)
    assert secrets.generations() == (b"one",)
    manager.secret = "two"  # noqa: S105 (a fake's)
    clock.now += 300
    assert secrets.generations() == (b"one",)
    clock.now += 1
    assert secrets.generations() == (b"two",)


def test_a_read_that_fails_leaves_the_old_value_and_is_repeated_after_half_a_minute() -> None:
    manager, clock = SecretsManager(), Clock()
    secrets = SigningSecrets(lambda: manager, "signing", clock=clock)
    secrets.generations()
    manager.is_down, manager.secret = True, "two"
    clock.now += 301
    assert [secrets.generations() for _ in range(3)] == [(b"one",)] * 3
    assert manager.reads == 2, "the value in hand is good; nobody waits for another failed read"
    clock.now += 31
    assert secrets.generations() == (b"one",)
    assert manager.reads == 3
    manager.is_down = False
    clock.now += 31
    assert secrets.generations() == (b"two",)


@pytest.mark.parametrize("answer", ["", "{", "[]", "{}", '{"current": ""}', '{"current": 5}'])
def test_a_secret_that_cannot_be_read_does_not_replace_a_good_one(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    manager, clock = SecretsManager(), Clock()
    secrets = SigningSecrets(lambda: manager, "signing", clock=clock)
    secrets.generations()
    monkeypatch.setattr(manager, "get_secret_value", lambda **_: {"SecretString": answer})
    clock.now += 301
    assert secrets.generations() == (b"one",)


def test_without_any_value_the_fault_goes_up() -> None:
    manager = SecretsManager()
    manager.is_down = True
    with pytest.raises(ConnectionError):
        SigningSecrets(lambda: manager, "signing", clock=Clock()).generations()
