"""Words in lists and bulk actions over HTTP: pages, highlights, one's own writes, and input of every badness."""

from typing import Any

import pytest

from tests.integration.golden_searches import Written
from tests.integration.test_golden_searches import add_remark, write
from tests.integration.world import CREATE, OTHER, World, api_on
from ticketing.domain.remark import INLINE_BYTES

_SECRET = "Valley"  # noqa: S105 (a word to look for, which opens nothing)

ODD = (
    *(
        "*",
        "?*",
        "a*",
        "AND",
        "NOT a",
        "a OR b",
        "a~2",
        "a^3",
        "field:a",
        "a\\",
        "/a.*/",
        "[a TO b]",
        "{a}",
        "(a",
        "a)",
    ),
    *(
        '"',
        '"a',
        'a"b"c"',
        "+a -b",
        "#",
        "#a",
        "#0",
        "#99999999999999999999999",
        "%",
        "_",
        "' OR 1=1 --",
        "<mark>a</mark>",
    ),
    *(
        "a && b",
        "a || b",
        "!a",
        "a:b",
        "_exists_:organisation",
        "organisation:org_other",
        "*:*",
        "\\*",
        '"a b"~3',
        "a~",
    ),
    *(
        "/<1-9>/",
        "/@&~(a)/",
        "/[^a]+/",
        "/(a|b){1,9}/",
        ".*",
        "(?i)a",
        "a{2}",
        "^a$",
        "~a",
        "<1-9>",
        "a@b",
        "${a}",
        "{{a}}",
    ),
    *(
        '{"match_all": {}}',
        '"}},{"match_all":{}}',
        "\n{}\n",
        "_all",
        "_id:1",
        "now-1d",
        "[* TO *]",
        "script:1",
        "a" * 256,
    ),
    *("a\x00b", "\x00", "\u202ea\u202c", "\u2066\u2069", "\ufeffa", "a\u0301\u0302\u0303", "\u0301", "e\u0301" * 100),
    *("ﷺ" * 200, "👩\u200d👩\u200d👧", "\U0010ffff", "0" * 256, "9" * 256, "a " * 128, "空" * 256, "\u0e33" * 200),
    *(" ", "\t\n", " a", "a ", "x" * 257, "x" * 10_000, " ".join(f"w{n}" for n in range(33))),
)


def numbers(world: World, **asked: Any) -> list[int]:
    answer = world.api("POST", "/v1/tickets/search", asked)
    assert answer.status == 200, answer.body
    return [row["number"] for row in answer.body["data"]]


def a_ticket(world: World, number: int, *remarks: str, name: str = "Zoë Müller", of: str | None = None) -> str:
    written = Written(number, name, "+41 44 555 01 23", "Maintenance", "HVAC", remarks)
    return write(world, written, of) if of is not None else write(world, written)


def test_a_row_shows_where_its_words_are(world: World) -> None:
    a_ticket(world, 1, "AC <b>not</b> cooling & loud")
    (row,) = world.api("GET", "/v1/tickets", query={"q": ["not cool"]}).body["data"]
    assert row["highlight"] == {
        "field": "remarks",
        "fragment": "AC &lt;b&gt;<mark>not</mark>&lt;/b&gt; <mark>cool</mark>ing &amp; loud",
    }
    (row,) = world.api("GET", "/v1/tickets").body["data"]
    assert row["highlight"] is None


def test_pages_go_on_and_a_cursor_is_bound_to_its_words(world: World) -> None:
    for number in range(1, 6):
        a_ticket(world, number, "AC", "loud")
    first = world.api("GET", "/v1/tickets", query={"q": ["ac loud"], "limit": ["2"]}).body
    assert [row["number"] for row in first["data"]] == [5, 4]
    cursor = first["next_cursor"]
    rest = world.api("GET", "/v1/tickets", query={"q": ["ac loud"], "cursor": [cursor]}).body
    assert [row["number"] for row in rest["data"]] == [3, 2, 1]
    for other in ({"q": ["ac"]}, {"q": ["ac loud "]}, {}):
        refused = world.api("GET", "/v1/tickets", query={**other, "cursor": [cursor]})
        assert (refused.status, refused.body["code"]) == (400, "invalid_cursor")
    stranger = world.as_(world.keys.other)("GET", "/v1/tickets", query={"q": ["ac loud"], "cursor": [cursor]})
    assert (stranger.status, stranger.body["code"]) == (400, "invalid_cursor")


def test_the_total_counts_what_was_found(world: World) -> None:
    for number in range(1, 6):
        a_ticket(world, number, "AC" if number % 2 else "TV")
    body = world.api("GET", "/v1/tickets", query={"q": ["ac"]}).body
    assert (body["total"], body["total_relation"], len(body["data"])) == (3, "eq", 3)


def test_a_guest_is_found_by_the_new_name_at_once_and_by_the_old_one_no_more(world: World) -> None:
    made = world.a_ticket(remarks="AC")
    body = {"channel_id": "front_desk", "guest": {"name": "Ursula Meier"}}
    assert world.api("PUT", f"/v1/chats/{CREATE['chat_id']}", body).status == 200
    assert numbers(world, q="ursula") == [made["number"]]
    assert numbers(world, q="müller") == []


def test_a_remark_of_a_moment_ago_is_found_with_words_of_any_place(world: World) -> None:
    made = world.a_ticket(remarks="AC")
    world.api("POST", f"/v1/tickets/{made['id']}/remarks", {"text": "the compressor hums"})
    assert numbers(world, q="compressor hvac ac") == [made["number"]]


def test_words_narrow_what_filters_find(world: World) -> None:
    world.a_ticket(remarks="AC", priority="low")
    high = world.a_ticket(remarks="AC", priority="high")
    assert numbers(world, q="ac", priority=["high"]) == [high["number"]]


@pytest.mark.parametrize("q", ODD)
def test_nothing_that_is_typed_is_a_fault_or_finds_what_is_anothers(world: World, q: str) -> None:
    a_ticket(world, 1, f"{_SECRET} a b x 空 ำ 0 9", name=_SECRET, of=OTHER)
    for answer in (
        world.api("GET", "/v1/tickets", query={"q": [q]}),
        world.api("POST", "/v1/tickets/search", {"q": q}),
    ):
        assert answer.status in {200, 422}, answer.body
        assert _SECRET not in str(answer.body)
        if answer.status == 200:
            assert answer.body["data"] == []
        else:
            assert answer.body["code"] == "validation_failed"
            assert [error["field"] for error in answer.body["errors"]] == ["q"]


def test_q_is_one_text(world: World) -> None:
    assert world.api("GET", "/v1/tickets", query={"q": ["a", "b"]}).status == 422
    for wrong in (5, ["a"], {"a": 1}, True):
        assert world.api("POST", "/v1/tickets/search", {"q": wrong}).status == 422
    assert world.api("POST", "/v1/tickets/search", {"q": None}).status == 200


def test_words_beside_the_most_values_that_a_filter_takes(world: World) -> None:
    a_ticket(world, 1, "AC")
    most = [f"status_{number}" for number in range(499)] + ["open"]
    assert numbers(world, q="ac", status=most) == [1]
    many = world.api("POST", "/v1/tickets/search", {"q": "ac", "status": [f"s{n}" for n in range(1_000)]})
    assert (many.status, many.body["errors"][0]["field"]) == (422, "status")


# --- bulk actions by words ----------------------------------------------------------------------------------------


def test_a_bulk_action_finds_its_tickets_by_words(world: World) -> None:
    wanted = a_ticket(world, 1, "shower leaks", "still")
    other = a_ticket(world, 2, "AC loud", "still")
    bulk = {"action": "priority", "value": "low", "filter": {"q": "leaks müller"}}
    assert world.api("POST", "/v1/tickets/bulk", bulk).status == 200
    priorities = [world.api("GET", f"/v1/tickets/{one}").body["priority"] for one in (wanted, other)]
    assert (priorities[0], priorities[1] != "low") == ("low", True)


def test_wrong_words_of_a_bulk_action_are_refused_by_name(world: World) -> None:
    bulk = {"action": "priority", "value": "low", "filter": {"q": "***"}}
    refused = world.api("POST", "/v1/tickets/bulk", bulk)
    assert (refused.status, refused.body["code"]) == (422, "validation_failed")
    assert refused.body["errors"][0]["field"] == "filter.q"


def test_a_bulk_action_takes_no_filter_that_is_more_than_is_kept(world: World) -> None:
    many = [f"key:{number:03}{'😀' * 110}" for number in range(500)]
    refused = world.api("POST", "/v1/tickets/bulk", {"action": "delete", "filter": {"creator": many}})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "filter")
    assert world.api("POST", "/v1/tickets/search", {"creator": many}).status == 200


def test_a_large_bulk_action_finds_words_of_long_remarks_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from bulk_worker.work import Worker

    for number in range(1, 4):
        ticket = a_ticket(world, number, "AC")
        add_remark(world, ticket, "nothing new " * (INLINE_BYTES // 12 + 1) + ("zeppelin" if number != 2 else "plane"))
    monkeypatch.setattr("tickets_api.bulk_selections.Budget", _spent)
    bulk = {"action": "priority", "value": "high", "filter": {"q": "zeppelin"}}
    queued = world.api("POST", "/v1/tickets/bulk", bulk)
    assert queued.status == 202, queued.body
    still: dict[str, Any] = {"sleep": lambda _: None, "clock": lambda: 0.0}
    worker = Worker(world.aws.table, remaining_s=lambda: 300.0, objects=world.aws.objects, **still)
    assert worker.bring_to_end(queued.body["id"])
    done = world.api("GET", f"/v1/bulk/{queued.body['id']}").body
    assert (done["state"], done["total"], done["done"]) == ("done", 2, 2)


def _spent(clock: Any) -> Any:
    """A budget for nothing but a first ticket."""
    from ticketing.store.walks import Budget

    return Budget(clock, rows=1)


def test_a_function_without_credentials_for_its_search_domain_answers_from_the_table(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tickets_api.finding import Search

    class Nobody:
        def get_credentials(self) -> None:
            return None

    a_ticket(world, 7, "AC not cooling")
    monkeypatch.setattr("ticketing.search.client.Session", Nobody)
    search = Search("https://search-tickets-abc.eu-central-1.es.amazonaws.com")
    api = api_on(world.aws, world.aws.table, world.keys.user, search=search)
    for _ in range(2):  # the second time the domain is left alone
        answer = api("GET", "/v1/tickets", query={"q": ["cooling"]})
        assert answer.status == 200, answer.body
        assert [row["number"] for row in answer.body["data"]] == [7]
        assert answer.body["freshness"]["source"] == "table"
