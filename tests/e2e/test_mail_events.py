"""What became of a mail, on a deployed stack: with the function's own role, since the emulator sends no such event."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from scripts.admin.connection import Connection
from tests.e2e.conftest import RunningStack
from tests.e2e.test_chain import CREATE, Partner, eventually, partner_of
from tests.fakes.events import from_file
from ticketing.store import keys, mail_tags, suppressions
from ticketing.store.table import Table

LAKESIDE = "org_lakeside"
MEMBER = "mem_lakeside_sales"
ADDRESS = "ingrid@lakeside-hotels.example"


@pytest.fixture
def table(stack: RunningStack) -> Iterator[Table]:
    client = Connection.choose(stack.place.stack_name, stack.endpoint, None, {}).client("dynamodb")
    table = Table(client, stack.table_name)
    yield table
    suppressions.lift(table, LAKESIDE, ADDRESS)


@pytest.fixture
def partner(stack: RunningStack) -> Iterator[Partner]:
    with partner_of(stack, "Lakeside Hotels", "user") as partner:
        yield partner


def test_an_address_that_bounced_gets_no_second_mail(stack: RunningStack, partner: Partner, table: Table) -> None:
    def a_ticket_of_theirs(state: str) -> dict[str, Any]:
        ticket = partner.call("POST", "/v1/tickets", CREATE | {"assignee": MEMBER}).json()
        key = keys.mail_key(ticket["id"], 1, MEMBER)
        found = eventually(lambda: table.get(key), lambda item: item is not None and item["state"] == state)
        assert found is not None
        assert found["state"] == state
        return found

    mail = a_ticket_of_theirs("sent")
    event = from_file("ses_bounced")
    told = event["detail"]
    told["mail"] |= {"messageId": mail["message_id"], "destination": [ADDRESS]}
    told["mail"]["tags"]["ledger"] = [mail_tags.tag(keys.Key(mail["pk"], mail["sk"]))]
    told["bounce"]["bouncedRecipients"][0]["emailAddress"] = ADDRESS
    calls = Connection.choose(stack.place.stack_name, stack.endpoint, None, {}).client("lambda")

    def hear() -> Any:
        answer = calls.invoke(FunctionName=stack.functions["MailEvents"], Payload=json.dumps(event))
        return json.loads(answer["Payload"].read())

    assert [hear(), hear()] == ["suppressed", "known"]
    found = table.get(keys.Key(mail["pk"], mail["sk"]))
    assert found is not None
    assert (found["state"], found["reason"]) == ("bounced", "General")
    a_ticket_of_theirs("suppressed")
