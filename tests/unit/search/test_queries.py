"""What the search cluster is asked; tests/engines/test_search_equality.py holds it to what is meant."""

from typing import Any

import pytest

from tests.builders import NOW
from ticketing.domain.query import Position, Sort, TicketQuery
from ticketing.domain.words import MAX_WORDS
from ticketing.search.queries import MAX_LEAVES, NotSayable, after, asked, leaves_of, order, place


def words(typed: str, sort: Sort = Sort.NEWEST) -> Any:
    return asked(TicketQuery(words=typed, sort=sort))["bool"]["must"][0]["bool"]["should"][0]["bool"]


def clause(typed: str) -> Any:
    (only,) = words(typed)["filter"]
    return only


def filters(query: TicketQuery) -> Any:
    return asked(query)["bool"]["filter"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("cool ", {"term": {"text": {"value": "cool"}}}),
        ("cool", {"prefix": {"text": {"value": "cool"}}}),
        ('"not cooling"', {"match_phrase": {"text": {"query": "not cooling"}}}),
        ("空调", {"match_phrase": {"text": {"query": "空 调"}}}),
        ("空 ", {"match_phrase": {"text": {"query": "_ 空 _"}}}),
        ("#1042", {"term": {"number": 1042}}),
        ("#9999999999999999", {"match_none": {}}),
    ],
)
def test_one_word(typed: str, said: Any) -> None:
    assert clause(typed) == said


def test_a_word_that_forgives_is_also_looked_for_by_all_words_one_step_away() -> None:
    _, near = clause("cooling ")["bool"]["should"]
    assert near["fuzzy"]["text"] == {
        "value": "cooling",
        "fuzziness": 1,
        "transpositions": True,
        "prefix_length": 0,
        "rewrite": "constant_score",
    }
    assert "fuzzy" not in str(words('"cooling" room1234'))


def test_digits_are_a_number_a_word_or_a_part_of_a_phone() -> None:
    number, word, phone, whole = clause("00445550123 ")["bool"]["should"]
    assert number == {"term": {"number": 445550123}}
    assert word == {"term": {"text": {"value": "00445550123"}}}
    assert phone == {"prefix": {"phone_parts": {"value": "445550123"}}}
    assert whole == {"terms": {"phone_local": ["445550123", "45550123", "5550123"]}}


def test_what_is_typed_is_never_anything_but_a_value() -> None:
    assert "query_string" not in str(asked(TicketQuery(words='field:a* AND /b.*/ "c" #7 (x) ')))


def test_filters_and_instants() -> None:
    assert filters(TicketQuery()) == []
    assert filters(TicketQuery(statuses=frozenset())) == [{"terms": {"status": []}}]
    assert filters(TicketQuery(sub_issues=frozenset({("b", "c"), ("a", "d")}))) == [
        {"terms": {"sub_issue": ["a/d", "b/c"]}}
    ]
    (between,) = filters(TicketQuery(created_from=NOW, created_to=NOW))
    text = "2026-03-01T22:10:05.123Z"
    assert between == {"range": {"created_at": {"gte": text, "lt": text}}}


@pytest.mark.parametrize("sort", list(Sort))
def test_a_place_leads_to_where_it_came_from(sort: Sort) -> None:
    values = [131.0, "2026-03-01T22:10:05.123Z", "tkt_1"] if sort is Sort.RELEVANCE else ["some text", "tkt_1"]
    assert len(order(sort)) == len(values)
    assert after(sort, place(sort, values)) == values


def test_points_are_in_the_order_of_numbers() -> None:
    low, high = (place(Sort.RELEVANCE, [points, "2026", "tkt_1"]) for points in (99, 2_145))
    assert high > low
    assert low == Position("000099#2026", "tkt_1")


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.RELEVANCE])
def test_the_most_words_are_far_from_what_the_cluster_refuses(sort: Sort) -> None:
    typed = " ".join(f"mistyped{chr(97 + n)}" for n in range(26)) + " more words than anybody would"
    said = asked(TicketQuery(words=typed, sort=sort))
    assert len(typed.split()) == MAX_WORDS - 1
    assert leaves_of(said) <= MAX_LEAVES


def test_what_the_cluster_would_refuse_is_left_to_the_table() -> None:
    with pytest.raises(NotSayable):
        asked(TicketQuery(words="1 22 333 4444 55555 666666 77 88"))
    with pytest.raises(NotSayable):
        asked(TicketQuery(words="101 102 103 104 105 106 107, 201 202 203 204 205 206 207"))
    assert leaves_of(asked(TicketQuery(words="+41 44 555 01 23"))) < 100
