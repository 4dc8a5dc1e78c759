"""After a failure the cluster is left alone, longer each time, and never for more than a minute."""

from ticketing.search.breaker import Breaker


def pauses(breaker: Breaker, failures: int, now: float = 100.0) -> list[float]:
    """How long it does not allow to ask, after each of so many failures in a row."""
    found = list[float]()
    for _ in range(failures):
        assert breaker.allows(now)
        breaker.failed(now)
        pause = next(tenths / 10 for tenths in range(1_000) if breaker.allows(now + tenths / 10))
        found.append(pause)
        now += pause
    return found


def test_pauses_double_up_to_a_minute() -> None:
    assert pauses(Breaker(), 8) == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]


def test_one_success_forgives_all() -> None:
    breaker = Breaker()
    pauses(breaker, 5)
    breaker.worked()
    assert pauses(breaker, 2, now=1_000.0) == [2.0, 4.0]


def test_who_never_failed_is_asked() -> None:
    assert Breaker().allows(0.0)
