"""What the search index is asked for in its benchmark."""

from datetime import UTC, datetime

from scripts.bench.grown import Grown
from scripts.bench.indexed import QUERIES, kinds
from ticketing.domain.typos import is_near

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def test_each_kind_is_asked_for_twenty_times_and_words_with_a_typo_are_no_words_of_the_tickets() -> None:
    asked = {kind.name: kind.given for kind in kinds(Grown("org_of_1000", 1_000, NOW))}
    assert {len(given) for given in asked.values()} == {QUERIES}
    rare = {one["q"].strip() for one in asked["q: a word of 1 in 100"]}
    assert len(rare) == QUERIES
    typed = {one["q"].strip() for one in asked["q: the same with a typo"]}
    assert typed.isdisjoint(rare)
    assert all(any(is_near(word, other) for other in rare) for word in typed)
