"""A real OpenSearch finds what `matches(…, typos=True)` says, no more and no less, in the order that it says."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import product
from random import Random

import pytest

from tests.builders import ORGANISATION, a_chat, a_ticket
from tests.engines.searched_documents import Documents, documents
from tests.engines.searched_words import Case, a_case, a_query
from tests.integration.test_searching import ODD
from ticketing.domain import hits
from ticketing.domain.directory import Guest
from ticketing.domain.folding import fold
from ticketing.domain.hits import Hits, look_at_all
from ticketing.domain.query import Position, Sort, TicketQuery, matches, position
from ticketing.domain.search_document import MAX_REMARKS, Indexed
from ticketing.domain.words import checked, parse
from ticketing.errors import ValidationFailed
from ticketing.search import queries
from ticketing.search.tenant import Search, Tenant

SEED, TICKETS, QUERIES = 20260306, 500, 2_000
OTHER = "org_seaview0"


@pytest.fixture(scope="module")
def live(search_node: str) -> Iterator[Documents]:
    with documents(search_node) as written:
        yield written


@pytest.fixture(autouse=True)
def folded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these texts is looked at thousands of times."""
    monkeypatch.setattr(hits, "fold", cache(fold))


def place(query: TicketQuery, case: Case) -> Position:
    points = 0
    if query.sort is Sort.RELEVANCE and query.words is not None:
        rated = Hits(parse(query.words), typos=True, is_rated=True)
        points = look_at_all(rated, case.ticket, case.texts).points
    return position(query.sort, case.ticket, points)


def expected(query: TicketQuery, cases: Sequence[Case]) -> list[Position]:
    wanted = [place(query, one) for one in cases if matches(query, one.ticket, one.texts, typos=True)]
    return sorted(wanted, reverse=query.sort.is_descending)


def found(tenant: Tenant, query: TicketQuery) -> list[Position]:
    said = queries.asked(query)
    (answer,) = tenant.ask(Search(said, 10_000, sort=queries.order(query.sort)))
    assert answer.total == len(answer.found)
    return [queries.place(query.sort, one.sort) for one in answer.found]


def test_any_query_finds_what_it_means_and_in_that_order(live: Documents, capsys: pytest.CaptureFixture[str]) -> None:
    chance = Random(SEED)  # noqa: S311 (a play that can be repeated)
    cases = [a_case(number, chance) for number in range(TICKETS)]
    foreign = [a_case(number, chance, OTHER) for number in range(TICKETS // 5)]
    live.write(one.document() for one in [*cases, *foreign])
    tenant = live.tenant(ORGANISATION)
    some = by_typo = mistyped = unsaid = 0
    wrong = []
    for _ in range(QUERIES):
        query, has_typo = a_query(chance)
        meant = expected(query, cases)
        some += bool(meant)
        mistyped += has_typo
        by_typo += has_typo and len(meant) > sum(matches(query, one.ticket, one.texts) for one in cases)
        try:
            got = found(tenant, query)
        except queries.NotSayable:
            unsaid += 1
            continue
        if got != meant:
            wrong.append((query, set(got) ^ set(meant)))
    with capsys.disabled():
        print(f"\n{QUERIES} queries over {TICKETS} tickets, {some} found some; {unsaid} left to the table;")
        print(f"{mistyped} with a word one typo away, {by_typo} of which found more by it; seed {SEED}")
    assert wrong == []
    assert mistyped >= QUERIES / 5
    assert by_typo >= QUERIES / 10
    assert unsaid <= QUERIES / 100


def documents_of(remarks: Sequence[str], organisation_id: str) -> Iterator[Indexed]:
    for number, text in enumerate(remarks):
        # No two organisations' tickets have the same id, and one document has one.
        id_ = f"tkt_{organisation_id}{number:08d}"
        ticket = replace(a_ticket(), id=id_, number=number + 10_000, organisation_id=organisation_id)
        yield Case(ticket, a_chat(guest=Guest("Nobody")), (text,)).document()


def test_a_typo_finds_all_words_that_are_so_near_however_many(live: Documents) -> None:
    letters = [chr(code) for code in range(0x1200, 0x1380) if fold(chr(code)) == f" {chr(code)} "]
    near = [f"coo{letter}ling" for letter in letters] + [f"{letter}cooling" for letter in letters]
    near += [f"cool{letter}ng" for letter in letters] + [f"cooling{letter}" for letter in letters]
    live.write(documents_of(near, "org_many"))
    asked = TicketQuery(words="cooling ")
    got = found(live.tenant("org_many"), asked)
    print(f"\n{len(near)} words one step away")
    assert len(near) > 1_024
    assert len(got) == len(near)


def test_nothing_that_may_be_asked_for_is_refused(live: Documents) -> None:
    """The most of everything: words, filters' values, digits side by side, letters of a phrase."""
    tenant = live.tenant("org_empty")
    most = [" ".join(f"mistyped{chr(97 + n)}{chr(97 + m)}" for n in range(4) for m in range(8)), "空" * 256, "x" * 256]
    most += ["1 22 333 4444 55555 666666 7777777", " ".join(["12345"] * 32), '"' + "a " * 32 + '"', "ﷺ" * 200]
    many = frozenset(f"id-{number}" for number in range(500))
    unsaid = 0
    for words, sort in product([*most, *ODD], (Sort.NEWEST, Sort.RELEVANCE)):
        try:
            query = TicketQuery(words=checked(words), sort=sort, statuses=many, chats=many, assignees=many, issues=many)
            assert found(tenant, query) == []
        except ValidationFailed:
            continue
        except queries.NotSayable:
            unsaid += 1
    print(f"\n{2 * len([*most, *ODD])} searches, {unsaid} left to the table")
    assert unsaid == 2  # thirty-two groups of digits, in either order


def test_what_query_languages_know_means_nothing(live: Documents) -> None:
    chance = Random(SEED + 1)  # noqa: S311 (a play that can be repeated)
    texts = [*ODD, "a b", "a.*", "field:a", "OR NOT AND", "cooling"]
    cases = [replace(a_case(number, chance, "org_odd"), remarks=(text,)) for number, text in enumerate(texts)]
    live.write(one.document() for one in cases)
    tenant = live.tenant("org_odd")
    asked = 0
    for typed in [*ODD, "cool*", "co?ling", "/coo.*/", "cooling~2", "text:cooling", "coolin* OR a", "_exists_:number"]:
        with suppress(ValidationFailed):
            query = TicketQuery(words=checked(typed))
            assert found(tenant, query) == expected(query, cases), typed
            asked += 1
    print(f"\n{asked} odd searches")
    assert asked >= 40


@pytest.mark.parametrize("text", ["coo", "cooling cool"])
def test_what_was_cut_is_found_whatever_is_asked_for(live: Documents, text: str) -> None:
    """It may stand in what the document does not hold: who asks reads the ticket."""
    whole = ("x " * MAX_REMARKS)[: MAX_REMARKS - len(text)] + text + "ing"
    live.write(documents_of([whole], "org_cut"))
    (answer,) = live.tenant("org_cut").ask(Search(queries.asked(TicketQuery(words="zz ")), 10))
    assert [one.is_cut for one in answer.found] == [True]
