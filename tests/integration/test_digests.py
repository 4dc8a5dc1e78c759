"""A bulk action is told by one mail to everybody whom it concerns, whatever stops on the way."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.builders import BEN, CHANNEL, ORGANISATION, a_chat, a_member
from tests.integration.notifying import Notifying, Stop, raising
from tests.integration.test_janitor import Context
from tests.integration.world import ADMIN, World
from ticketing.domain.preferences import Preferences
from ticketing.store import directory, items, keys
from ticketing.store.attributes import encode


@dataclass
class House:
    """The API, the bulk worker, the janitor and the notifier, each when it is called."""

    world: World
    notifying: Notifying

    def made(self, number: int, **changes: Any) -> list[str]:
        return [self.world.a_ticket(**changes)["id"] for _ in range(number)]

    def ask(self, action: str, **asked: Any) -> str:
        """A bulk action of the admin; its id."""
        api = self.world.as_(self.world.keys.admin)
        answer = api("POST", "/v1/tickets/bulk", {"action": action, **asked})
        assert answer.status in (200, 202), answer.body
        bulk_id: str = answer.body["id"]
        return bulk_id

    def undo(self, bulk_id: str) -> str:
        answer = self.world.as_(self.world.keys.admin)("POST", f"/v1/bulk/{bulk_id}/undo")
        assert answer.status == 200, answer.body
        undone: str = answer.body["id"]
        return undone

    def record(self, bulk_id: str) -> dict[str, Any]:
        """What the stream brings of a bulk action."""
        key = keys.bulk_key(bulk_id)
        image = self.item(bulk_id)
        change = {"Keys": encode(key._asdict()), "NewImage": image, "SequenceNumber": "1"}
        return {"eventID": "1", "eventName": "MODIFY", "eventSource": "aws:dynamodb", "dynamodb": change}

    def item(self, bulk_id: str) -> Any:
        key = keys.bulk_key(bulk_id)
        return self.world.aws.table._client.get_item(TableName="tickets", Key=encode(key._asdict()))["Item"]

    def deliver(self, bulk_id: str) -> None:
        assert self.notifying.app.handle({"Records": [self.record(bulk_id)]}) == {"batchItemFailures": []}

    def janitor(self) -> int:
        from janitor.app import App

        app = App(self.world.aws.settings, self.world.aws.clock)
        app._stores = replace(app._stores, table=self.world.aws.table)
        return int(app.handle(Context())["guest mail"])

    def to(self) -> list[str]:
        return sorted(str(mail["To"]).partition("@")[0] for mail in self.notifying.messages())

    def text_to(self, name: str) -> str:
        (mail,) = [mail for mail in self.notifying.messages() if str(mail["To"]).startswith(f"{name}@")]
        part: Any = mail.get_body(("plain",))
        return str(part.get_content())

    def state(self, bulk_id: str, recipient: str) -> str | None:
        found = self.world.aws.table.get(keys.digest_key(bulk_id, recipient))
        return found["state"] if found is not None else None


@pytest.fixture
def house(world: World) -> House:
    return House(world, Notifying.begin(world.aws))


def a_guest(house: House, number: int) -> str:
    chat = f"chat_{number}"
    guest = a_chat().guest
    table = house.world.aws.table
    directory_chat = a_chat(id=chat, channel_id=CHANNEL, guest=guest)
    table.put_all(
        [
            (keys.chat_key(ORGANISATION, chat), items.chat_item(ORGANISATION, directory_chat)),
            (keys.chat_alive_key(ORGANISATION, chat), {keys.ORGANISATION: ORGANISATION}),
        ]
    )
    return chat


def test_everybody_gets_one_mail_with_their_own_share(house: House) -> None:
    ids = house.made(3, assignee=BEN) + house.made(2, assignee=BEN, watchers=["mem_owner"])
    bulk = house.ask("status", value="in_progress", ids=ids)
    house.deliver(bulk)
    house.deliver(bulk)
    assert house.to() == ["ana", "ben", "owner"]
    assert "5 tickets were moved to In progress" in house.text_to("ben")
    assert "5 tickets assigned to you or your team" in house.text_to("ben")
    assert "5 tickets created by you" in house.text_to("ana")
    assert "2 tickets watched by you" in house.text_to("owner")
    assert "by Admin" in house.text_to("owner")


def test_its_single_events_mail_nobody(house: House) -> None:
    ids = house.made(3, assignee=BEN)
    house.ask("status", value="in_progress", ids=ids)
    events = [house.world.aws.table.get(keys.event_key(id_, 2)) for id_ in ids]
    assert [event is not None and keys.OUTBOX not in event for event in events] == [True] * 3
    assert house.to() == []


def test_who_is_given_many_gets_one_mail(house: House) -> None:
    ids = house.made(4)
    house.deliver(house.ask("assign", value="team_maintenance", ids=ids))
    assert house.to() == ["ana", "ben"]
    assert "assigned to Maintenance" in house.text_to("ben")


@pytest.mark.parametrize(("action", "told"), [("delete", ["ana", "ben"]), ("priority", [])])
def test_a_deletion_is_told_and_a_priority_is_not(house: House, action: str, told: list[str]) -> None:
    ids = house.made(2, assignee=BEN)
    house.deliver(house.ask(action, ids=ids, **({"value": "high"} if action == "priority" else {})))
    assert house.to() == told


def test_an_undo_is_told_too(house: House) -> None:
    ids = house.made(2, assignee=BEN)
    bulk = house.ask("assign", value=ADMIN, ids=ids)
    house.deliver(house.undo(bulk))
    assert house.to() == ["ben"]
    assert "undid a bulk action, by which 2 tickets were assigned to Admin" in house.text_to("ben")


def test_who_did_it_and_who_has_switched_digests_off_get_none(house: House) -> None:
    muted = a_member(BEN, preferences=Preferences(digests=False))
    directory.put_member(house.world.aws.table, ORGANISATION, BEN, lambda _: muted)
    ids = house.made(2, assignee=BEN, watchers=[ADMIN])
    bulk = house.ask("status", value="in_progress", ids=ids)
    house.deliver(bulk)
    assert house.to() == ["ana"]
    assert (house.state(bulk, BEN), house.state(bulk, ADMIN)) == ("muted", "own_action")


def test_a_bulk_action_that_is_not_done_tells_nobody(house: House) -> None:
    ids = house.made(2, assignee=BEN)
    bulk = house.ask("status", value="in_progress", ids=ids)
    record = house.record(bulk)
    record["dynamodb"]["NewImage"]["phase"] = {"S": "committed"}
    house.notifying.app.handle({"Records": [record]})
    assert house.to() == []


def test_a_fault_is_tried_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = house.made(2, assignee=BEN)
    bulk = house.ask("status", value="in_progress", ids=ids)
    with monkeypatch.context() as patch:
        patch.setattr(house.notifying.app.notifier.delivery.sender._client, "send_email", raising(ZeroDivisionError()))
        house.deliver(bulk)
    assert house.to() == []
    house.notifying.after(seconds=61)
    for _ in range(3):
        house.notifying.run_retries()
        house.notifying.after(minutes=6)
    assert house.to() == ["ana", "ben"]


@pytest.mark.parametrize("after", [False, True], ids=["before a call", "after a call"])
def test_a_worker_that_is_stopped_at_each_step_leaves_one_digest_for_everybody(
    house: House, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    """Of 120 tickets: its process ends at one of its calls to the table, and its message comes again."""
    from bulk_worker.work import Worker

    monkeypatch.setattr("tickets_api.bulk_selections.MOST_AT_ONCE", 3)
    table, ids = house.world.aws.table, house.made(120, assignee=BEN)
    worker = Worker(table, remaining_s=lambda: 300.0, sleep=lambda _: None, clock=lambda: 0.0)
    steps, is_stopped = 0, True
    while is_stopped:
        bulk = house.ask("status", value=("in_progress", "open")[steps % 2], ids=ids)
        with monkeypatch.context() as patch:
            is_stopped = _stopping(patch, table._client, steps + 1, after=after)(
                lambda bulk=bulk: worker.bring_to_end(bulk)
            )
        steps += is_stopped
        house.notifying.after(minutes=1, seconds=1)
        while not worker.bring_to_end(bulk):
            house.notifying.after(minutes=1, seconds=1)
        assert house.world.api("GET", f"/v1/bulk/{bulk}").body["state"] == "done"
        before = house.to()
        house.deliver(bulk)
        house.deliver(bulk)
        assert sorted(house.to()) == sorted([*before, "ana", "ben"]), f"stopped at call {steps}"
    print(f"a bulk action on 120 tickets, stopped at each of {steps} calls: one digest each, and no other mail")
    assert steps > 10


def _stopping(patch: pytest.MonkeyPatch, client: Any, nth: int, *, after: bool) -> Any:
    """Run something and end its process at the nth call; whether it was ended."""
    names = ("get_item", "batch_get_item", "query", "put_item", "update_item", "transact_write_items")
    left = [nth]

    def wrapped(call: Any) -> Any:
        def stopping(**request: Any) -> Any:
            left[0] -= 1
            if left[0] == 0 and not after:
                raise Stop
            answer = call(**request)
            if left[0] == 0:
                raise Stop
            return answer

        return stopping

    for name in names:
        patch.setattr(client, name, wrapped(getattr(client, name)))

    def run(work: Any) -> bool:
        try:
            work()
        except Stop:
            return True
        return False

    return run


# --- guests ---


def resolve(house: House, chats: int = 3, each: int = 2) -> tuple[str, list[str]]:
    places = [a_guest(house, number) for number in range(chats)]
    ids = [house.world.a_ticket(chat_id=chat)["id"] for chat in places for _ in range(each)]
    bulk = house.ask("status", value="resolved", ids=ids)
    house.deliver(bulk)
    return bulk, ids


def guests(house: House) -> int:
    return sum(str(mail["To"]) == "zoe@guest.example" for mail in house.notifying.messages())


def test_each_guest_of_what_was_resolved_is_mailed_once_when_it_can_be_undone_no_more(house: House) -> None:
    bulk, _ = resolve(house)
    assert (house.janitor(), house.notifying.retries()) == (0, [])
    house.notifying.after(minutes=10, seconds=31)
    assert house.janitor() == 1
    house.notifying.run_retries()
    assert guests(house) == 3
    assert house.janitor() == 0
    house.deliver(bulk)
    house.notifying.after(minutes=11)
    assert house.janitor() == 0, "however often the stream tells of it"
    house.notifying.run_retries()
    assert guests(house) == 3


def test_what_is_undone_is_told_to_no_guest(house: House) -> None:
    bulk, _ = resolve(house)
    house.notifying.after(minutes=9)
    house.deliver(house.undo(bulk))
    house.notifying.after(minutes=12)
    house.janitor()
    house.notifying.run_retries()
    house.notifying.after(minutes=12)
    house.janitor()
    house.notifying.run_retries()
    assert guests(house) == 0


def test_a_guest_whose_tickets_were_opened_again_meanwhile_is_not_told(house: House) -> None:
    _, ids = resolve(house, chats=2, each=2)
    for ticket in ids[:2]:
        assert house.world.api("PATCH", f"/v1/tickets/{ticket}", {"status": "open"}).status == 200
    house.notifying.after(minutes=10, seconds=31)
    house.janitor()
    house.world.api("PATCH", f"/v1/tickets/{ids[3]}", {"status": "open"})
    house.notifying.run_retries()
    assert guests(house) == 1


def test_what_was_resolved_already_and_goes_on_to_closed_is_told_to_no_guest_again(house: House) -> None:
    _, ids = resolve(house, chats=1, each=2)
    bulk = house.ask("status", value="closed", ids=ids)
    house.deliver(bulk)
    assert house.world.aws.table.get(keys.bulk_guests_key(bulk)) is None


def test_a_janitor_that_is_stopped_goes_on_and_nobody_is_mailed_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve(house, chats=4, each=1)
    house.notifying.after(minutes=10, seconds=31)
    client, stops = house.world.aws.table._client, 0
    for nth in range(1, 8):
        with monkeypatch.context() as patch:
            stops += _stopping(patch, client, nth, after=True)(house.janitor)
    house.janitor()
    house.notifying.run_retries()
    print(f"stopped {stops} times")
    assert stops > 0
    assert guests(house) == 4


def hand_out_and_mail(house: House) -> int:
    house.janitor()
    house.notifying.run_retries()
    return guests(house)


def test_what_is_resolved_undone_and_resolved_again_is_told_once_and_in_the_second_ones_time(house: House) -> None:
    bulk, ids = resolve(house, chats=1, each=2)
    house.notifying.after(minutes=2)
    house.deliver(house.undo(bulk))
    house.notifying.after(minutes=2)
    house.deliver(house.ask("status", value="resolved", ids=ids))
    house.notifying.after(minutes=6, seconds=5)
    assert hand_out_and_mail(house) == 0, "the second one can be undone still"
    house.notifying.after(minutes=10)
    assert hand_out_and_mail(house) == 1


def test_a_ticket_that_is_opened_and_resolved_again_by_itself_is_told_by_that_alone(house: House) -> None:
    _, (ticket,) = resolve(house, chats=1, each=1)
    house.notifying.after(minutes=1)
    house.world.api("PATCH", f"/v1/tickets/{ticket}", {"status": "open"})
    house.notifying.after(seconds=30)
    changed = house.world.api("PATCH", f"/v1/tickets/{ticket}", {"status": "resolved"})
    event = house.world.aws.table.get(keys.event_key(ticket, changed.body["version"]))
    assert event is not None
    house.notifying.deliver(items.event_from(event))
    assert guests(house) == 1
    house.notifying.after(minutes=10)
    assert hand_out_and_mail(house) == 1


def undo_by_the_worker(house: House, monkeypatch: pytest.MonkeyPatch, bulk: str) -> str:
    monkeypatch.setattr("tickets_api.bulk_selections.MOST_AT_ONCE", 3)
    answer = house.world.as_(house.world.keys.admin)("POST", f"/v1/bulk/{bulk}/undo")
    assert answer.status == 202, answer.body
    undo: str = answer.body["id"]
    return undo


def a_worker(house: House) -> Any:
    from bulk_worker.work import Worker

    return Worker(house.world.aws.table, remaining_s=lambda: 300.0, sleep=lambda _: None, clock=lambda: 0.0)


def test_guests_wait_for_an_undo_that_was_accepted_in_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    bulk, ids = resolve(house, chats=2, each=2)
    house.notifying.after(minutes=9, seconds=55)
    undo = undo_by_the_worker(house, monkeypatch, bulk)
    house.notifying.after(seconds=10)
    assert hand_out_and_mail(house) == 0
    assert a_worker(house).bring_to_end(undo)
    house.notifying.after(minutes=6)
    assert hand_out_and_mail(house) == 0
    assert house.world.api("GET", f"/v1/tickets/{ids[0]}").body["status"]["id"] == "open"


def test_an_undo_that_comes_to_nothing_leaves_no_guest_forgotten(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    bulk, ids = resolve(house, chats=2, each=2)
    undo = undo_by_the_worker(house, monkeypatch, bulk)
    house.world.api("PATCH", f"/v1/tickets/{ids[0]}", {"status": "closed"})  # changed since: the undo is blocked
    assert a_worker(house).bring_to_end(undo)
    assert house.world.api("GET", f"/v1/bulk/{undo}").body["state"] != "done"
    house.notifying.after(minutes=10, seconds=31)
    assert hand_out_and_mail(house) == 2


def test_the_note_may_come_after_the_undo_that_it_waits_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [a_guest(house, number) for number in range(2)]
    ids = [house.world.a_ticket(chat_id=chat)["id"] for chat in places for _ in range(2)]
    bulk = house.ask("status", value="resolved", ids=ids)
    undo = undo_by_the_worker(house, monkeypatch, bulk)
    house.deliver(bulk)
    house.notifying.after(minutes=10, seconds=31)
    assert hand_out_and_mail(house) == 0
    assert a_worker(house).bring_to_end(undo)
    house.notifying.after(minutes=6)
    assert hand_out_and_mail(house) == 0


def test_an_undo_that_is_committed_counts_before_it_is_applied(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    bulk, _ = resolve(house, chats=2, each=2)
    undo = undo_by_the_worker(house, monkeypatch, bulk)
    worker = a_worker(house)

    def die(*_: Any) -> Any:
        raise Stop

    worker._apply = die
    with pytest.raises(Stop):
        worker.bring_to_end(undo)
    house.notifying.after(minutes=10, seconds=31)
    assert hand_out_and_mail(house) == 0


def test_one_chats_guest_is_told_by_any_ticket_that_is_resolved_still(house: House) -> None:
    _, ids = resolve(house, chats=1, each=3)
    house.notifying.after(minutes=10, seconds=31)
    house.janitor()
    house.world.api("PATCH", f"/v1/tickets/{ids[0]}", {"status": "open"})
    house.notifying.run_retries()
    assert guests(house) == 1
