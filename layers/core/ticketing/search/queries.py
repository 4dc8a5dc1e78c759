"""What a list is asked for, in the language of the search cluster: exactly what `matches(…, typos=True)` means.

| asked for                                | said as                                                              |
|------------------------------------------|----------------------------------------------------------------------|
| a filter                                 | any of its `terms`; instants are texts whose order is that of time   |
| a word; the beginning of one             | a term; a prefix                                                     |
| a phrase, or what has no spaces          | a phrase of terms (`ticketing.domain.search_terms`)                  |
| a word that forgives a typo              | also `fuzzy` by one step, and by all words so near, not by 50 of them |
| digits                                   | also a ticket's number, or a part of a phone                         |
| groups of digits side by side            | every way to divide them into words and phones                       |

What was typed is only ever the value of such a leaf, never of a query language. Nothing here says whose tickets are
searched: `ticketing.search.reading` adds that to all that is asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from ticketing.domain.hits import ABOVE, EXACT, NUMBER, TYPO
from ticketing.domain.instants import to_text
from ticketing.domain.query import Position, Sort, TicketQuery
from ticketing.domain.search_document import sub_issue_term
from ticketing.domain.search_terms import terms
from ticketing.domain.words import MIN_PHONE_DIGITS, WHOLE_PHONE_DIGITS, Clause, Needle, Words, parse

type Said = dict[str, Any]

MAX_LEAVES: Final = 600
"""Lucene refuses a query of more than 1,024 (`indices.query.bool.max_clause_count`)."""
_MAX_GROUPS: Final = 7
"""Of digits side by side: they can be divided in 64 ways, and each further one doubles that. A phone has up to six."""
_MAX_NUMBER_DIGITS: Final = 15

_ABOVE_REMARKS: Final = ("guest_name", "issue_label", "sub_issue_label")
_LEAVES: Final = frozenset({"term", "terms", "prefix", "fuzzy", "match_phrase", "range"})


class NotSayable(Exception):
    """The cluster would refuse a query of so many leaves. The table can be asked for it."""


def asked(query: TicketQuery) -> Said:
    """Its filters and words. Raises NotSayable.

    A document that was cut may have words that it does not show: it is found whatever words are asked for.
    """
    said: Said = {"filter": list(_filters(query))}
    if query.words is not None:
        words = _words(parse(query.words), is_rated=query.sort is Sort.RELEVANCE)
        cut = {"constant_score": {"filter": {"term": {"cut": True}}, "boost": 0}}
        said["must"] = [{"bool": {"should": [words, cut], "minimum_should_match": 1}}]
    if leaves_of(said) > MAX_LEAVES:
        raise NotSayable
    return {"bool": said}


def order(sort: Sort) -> list[Said]:
    """The cluster's sort; `place` reads what it makes of it, and `after` goes on from there."""
    way = "desc" if sort.is_descending else "asc"
    by = ["_score", "created_at"] if sort is Sort.RELEVANCE else [_SORTED_BY.get(sort.field, sort.field)]
    return [{name: way} for name in (*by, "id")]


_SORTED_BY: Final = {"priority": "by_priority"}


def place(sort: Sort, values: Sequence[Any]) -> Position:
    """Where a ticket stands that was found with these sort values."""
    if sort is Sort.RELEVANCE:
        points, created_at, ticket_id = values
        return Position(f"{int(points):06d}#{created_at}", str(ticket_id))
    return Position(str(values[0]), str(values[1]))


def after(sort: Sort, position: Position) -> list[Any]:
    """The sort values of a place."""
    if sort is Sort.RELEVANCE:
        points, _, created_at = position.sort_value.partition("#")
        return [int(points), created_at, position.ticket_id]
    return [position.sort_value, position.ticket_id]


def any_of(field: str, values: object) -> Said:
    return {"terms": {field: sorted(map(str, values))}}  # type: ignore[call-overload]  # a set of ids or words


def leaves_of(said: Any) -> int:
    """How many clauses the cluster counts."""
    if isinstance(said, Mapping):
        return sum(1 if name in _LEAVES else leaves_of(part) for name, part in said.items())
    return sum(map(leaves_of, said)) if isinstance(said, list) else 0


def _filters(query: TicketQuery) -> Iterator[Said]:
    pairs = query.sub_issues
    wanted = {
        "status": query.statuses,
        "category": query.categories,
        "priority": query.priorities,
        "assignee": query.assignees,
        "creator": query.creators,
        "channel": query.channels,
        "issue": query.issues,
        "sub_issue": None if pairs is None else {sub_issue_term(*pair) for pair in pairs},
        "external_id": query.external_ids,
        "chat": query.chats,
    }
    for field, values in wanted.items():
        if values is not None:
            yield any_of(field, values)
    between = {"gte": query.created_from, "lt": query.created_to}
    if limits := {name: to_text(instant) for name, instant in between.items() if instant is not None}:
        yield {"range": {"created_at": limits}}


def _words(words: Words, *, is_rated: bool) -> Said:
    """All clauses; with as many points as `Hits` gives, if they are to be rated."""
    if is_rated:
        return {"bool": {"must": [_rated(clause) for clause in words.clauses]}}
    return {"bool": {"filter": [_any(_clause(clause)) for clause in words.clauses]}}


def _clause(clause: Clause) -> list[Said]:
    if len(clause.needles) == 1:
        (needle,) = clause.needles
        return [*_word(needle), *_phone([needle])]
    return list(_divided(clause.needles))


def _word(needle: Needle) -> Iterator[Said]:
    yield from _number(needle)
    if not needle.is_number:
        yield _exact("text", needle)
        if needle.forgives:
            yield _near("text", needle)


def _rated(clause: Clause) -> Said:
    if len(clause.needles) > 1:
        best = [(EXACT + ABOVE, _phone(clause.needles)), (EXACT, list(_divided(clause.needles)))]
        return _best_of(best)
    (needle,) = clause.needles
    best = [(NUMBER, list(_number(needle)))]
    if not needle.is_number:
        above = [_exact(field, needle) for field in _ABOVE_REMARKS]
        best += [(EXACT + ABOVE, [*above, *_phone([needle])]), (EXACT, [_exact("remarks", needle)])]
    if needle.forgives:
        near = [_near(field, needle) for field in _ABOVE_REMARKS]
        best += [(TYPO + ABOVE, near), (TYPO, [_near("remarks", needle)])]
    return _best_of(best)


def _best_of(best: Sequence[tuple[int, list[Said]]]) -> Said:
    rated = [{"constant_score": {"filter": _any(said), "boost": points}} for points, said in best if said]
    return {"dis_max": {"queries": rated}} if rated else _any([])


def _exact(field: str, needle: Needle) -> Said:
    row = terms(needle.key)
    if len(row) > 1:
        return {"match_phrase": {field: {"query": " ".join(row)}}}
    return {"term" if needle.key.endswith(" ") else "prefix": {field: {"value": row[0]}}}


def _near(field: str, needle: Needle) -> Said:
    by_one = {"fuzziness": 1, "transpositions": True, "prefix_length": 0, "rewrite": "constant_score"}
    return {"fuzzy": {field: {"value": needle.key.strip(), **by_one}}}


def _number(needle: Needle) -> Iterator[Said]:
    digits = needle.key.strip()
    if digits.isdecimal() and len(digits) <= _MAX_NUMBER_DIGITS:
        yield {"term": {"number": int(digits)}}


def _phone(needles: Sequence[Needle]) -> list[Said]:
    """That all of it is one part of the phone: see `Clause.is_phone`."""
    groups = [needle.digits for needle in needles if not needle.is_number]
    if len(groups) < len(needles) or not all(groups):
        return []
    digits = "".join(groups)
    core = digits.lstrip("0")
    part = core if len(core) >= MIN_PHONE_DIGITS else digits
    if len(part) < MIN_PHONE_DIGITS:
        return []
    ends = [part[at:] for at in range(len(part) - WHOLE_PHONE_DIGITS + 1) if part[at] != "0"]
    whole = [any_of("phone_local", ends)] if ends else []
    return [{"prefix": {"phone_parts": {"value": part}}}, *whole]


def _divided(needles: Sequence[Needle]) -> Iterator[Said]:
    """Every way to cut a row of groups into words and phones, as `Clause.is_met` tries them. Raises NotSayable."""
    between = range(1, len(needles))
    if len(needles) > _MAX_GROUPS:
        raise NotSayable
    for cuts in range(1 << len(between)):
        ends = [0, *(at for at in between if cuts >> (at - 1) & 1), len(needles)]
        pieces = [_piece(needles[start:end]) for start, end in pairwise(ends)]
        if all(pieces):
            yield {"bool": {"filter": [_any(piece) for piece in pieces]}}


def _piece(needles: Sequence[Needle]) -> list[Said]:
    return [*(_word(needles[0]) if len(needles) == 1 else ()), *_phone(needles)]


def _any(said: Sequence[Said]) -> Said:
    # Without any clause at all the cluster would find everything.
    if not said:
        return {"match_none": {}}
    return said[0] if len(said) == 1 else {"bool": {"should": list(said), "minimum_should_match": 1}}
