"""What is read, against the model: tickets, threads, lists, and after a row of requests all of it."""

from typing import Any

from tests.integration import ticket_moves as moves
from tests.integration.aws import Api
from tests.integration.directory_model import Expected, Refused
from tests.integration.ticket_model import Organisation
from tests.integration.ticket_play import Play, Request, check_caller, check_refusal
from ticketing.store import keys, tickets


class Audience(Play):
    """Whoever reads counts a step, whatever number of pages it takes."""

    def check_ticket(self, caller: str, id_: str, *, is_known: bool) -> None:
        """A ticket; a 304 if it is as the caller knows it."""
        house = self.house(caller)
        known = house.tickets.get(id_) if is_known else None
        etag = house.whole(known, is_change=False).etag if known else None

        def judge(house: Organisation, *_: Any) -> Expected:
            expected = house.read(id_)
            return Expected(304, "", is_change=False, etag=etag) if etag else expected

        headers = {"If-None-Match": etag} if etag else {}
        self.send(Request(caller, "GET", f"/v1/tickets/{id_}", judge, headers=headers))

    def check_thread(self, caller: str, id_: str, thread: str, limit: int) -> None:
        self.count.steps += 1
        house, who = self.house(caller), moves.CALLERS[caller]
        try:
            check_caller(house, who)
            ticket = house.sought(id_)
        except Refused as refused:
            answer = self.api(caller)("GET", f"/v1/tickets/{id_}/{thread}")
            check_refusal(answer, refused, f"{caller} {thread} {id_}")
            return
        found = self._pages(self.api(caller), f"/v1/tickets/{id_}/{thread}", {"limit": [str(limit)]})
        if thread == "remarks":
            assert found == [house.remark(one) for one in ticket["remarks"]]
        else:
            check_history([*reversed(found)], ticket, house)

    def check_list(self, caller: str, asked: dict[str, list[str]], sort: str, limit: int) -> None:
        self.count.steps += 1
        house, who = self.house(caller), moves.CALLERS[caller]
        query = {**asked, "sort": [sort], "limit": [str(limit)]}
        try:
            check_caller(house, who)
            expected = house.listed(who, asked, sort)
        except Refused as refused:
            check_refusal(self.api(caller)("GET", "/v1/tickets", query=query), refused, f"{caller} {query}")
            return
        assert self._pages(self.api(caller), "/v1/tickets", query, len(expected)) == expected, query

    def check_chat_tickets(self, caller: str, chat: str) -> None:
        self.count.steps += 1
        house, who = self.house(caller), moves.CALLERS[caller]
        path = f"/v1/chats/{chat}/tickets"
        try:
            check_caller(house, who)
            house.live_chat(chat)
        except Refused as refused:
            check_refusal(self.api(caller)("GET", path), refused, f"{caller} {path}")
            return
        expected = house.listed(who, {"chat": [chat]}, "-created_at")
        assert self._pages(self.api(caller), path, {"limit": ["4"]}, len(expected)) == expected, path

    def check_own_writes(self, asked: dict[str, list[str]], sort: str) -> None:
        """By an index that may be far behind: the tickets that were written are in the list, or not, as they are."""
        if "ours" not in self.token:
            return
        self.count.steps += 1
        api = self.stage.lagging_api.with_key(self.stage.keys["owner"])
        headers = {"Lodgestory-Seen": self.token["ours"]}
        found = self._pages(api, "/v1/tickets", {**asked, "sort": [sort], "limit": ["100"]}, headers=headers)
        expected = self.ours.listed(moves.CALLERS["owner"], asked, sort)
        mine = {*self.written}
        assert [one for one in found if one["id"] in mine] == [one for one in expected if one["id"] in mine], asked

    def _pages(
        self,
        api: Api,
        path: str,
        query: dict[str, list[str]],
        total: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> list[Any]:
        """All pages of a list; the first one's total must not say more than there is."""
        found: list[Any] = []
        cursor: dict[str, list[str]] = {}
        while True:
            page = api("GET", path, query=query | cursor, headers=headers)
            assert page.status == 200, (page.body, query)
            assert len(page.body["data"]) <= int(query["limit"][0])
            if total is not None and not cursor:
                told, relation = page.body["total"], page.body["total_relation"]
                assert told == total if relation == "eq" else told <= total, (query, told, relation, total)
            found += page.body["data"]
            if not page.body["has_more"]:
                return found
            cursor = {"cursor": [page.body["next_cursor"]]}

    def check_everything(self) -> None:
        """After a row of requests: every list, every thread, every history, and nothing left of what was purged."""
        steps = self.count.steps
        self._check_lists()
        self._check_threads()
        self.count.steps = steps  # these are none

    def _check_lists(self) -> None:
        for sort in ("-created_at", "updated_at", "-priority"):
            self.check_list("owner", {}, sort, 100)
        self.check_list("owner", {"status_category": ["unresolved"]}, "created_at", 100)
        self.check_list("stranger", {}, "-updated_at", 100)

    def _check_threads(self) -> None:
        for house, caller in ((self.ours, "owner"), (self.stage.theirs, "stranger")):
            for id_, ticket in house.tickets.items():
                if house.is_visible(ticket):
                    self.check_thread(caller, id_, "remarks", 100)
                    self.check_thread(caller, id_, "history", 100)
                events, _ = tickets.history(self.stage.aws.table, id_, before=keys.LAST_VERSION, limit=500)
                assert [one.version for one in reversed(events)] == [one["version"] for one in ticket["history"]]
                assert [(one.kind, one.cause) for one in reversed(events)] == [
                    (one["kind"], one["cause"]) for one in ticket["history"]
                ]
            for id_ in house.purged:
                assert self.stage.aws.table.query(keys.ticket_collection(id_), limit=1).items == []


def check_history(found: list[Any], ticket: dict[str, Any], house: Organisation) -> None:
    assert [one["version"] for one in found] == list(range(1, ticket["version"] + 1))
    told = [
        {
            **{name: one[name] for name in ("version", "kind", "at", "request_id", "cause", "guest_ack_due")},
            "actor": one["actor"]["id"],
            "changes": {change["field"]: (change["from"], change["to"]) for change in one["changes"]},
        }
        for one in found
    ]
    assert told == ticket["history"]
