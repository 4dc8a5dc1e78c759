"""`ticketsctl redrive` on a deployed stack: the functions are really invoked, and nobody is mailed twice."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from scripts import ticketsctl
from scripts.admin.connection import LAPTOP_STACK, Connection
from scripts.admin.stack import find
from tests.e2e.conftest import RunningStack
from tests.e2e.test_chain import CREATE, Partner, eventually, partner_of
from ticketing.store import keys
from ticketing.store.attributes import encode


@pytest.fixture
def agent(stack: RunningStack) -> Iterator[Partner]:
    with partner_of(stack, "Lakeside Hotels", "user") as partner:
        yield partner


def test_batches_in_the_bucket_go_to_their_functions_and_leave_it(
    stack: RunningStack, agent: Partner, capsys: pytest.CaptureFixture[str]
) -> None:
    start = agent.call("GET", "/v1/changes", params={"cursor": "now"}).json()["next_cursor"]
    ticket = agent.call("POST", "/v1/tickets", CREATE).json()
    assert len(eventually(lambda: agent.mails(ticket["number"]), bool)) == 1
    known = eventually(lambda: entries(agent, start, ticket["id"]), bool)

    connection = Connection(stack.endpoint)
    deployed = find(LAPTOP_STACK, connection)
    key = keys.event_key(ticket["id"], 1)
    item = deployed.table.get(key)
    assert item is not None
    change = {"Keys": encode(key._asdict()), "NewImage": encode(dict(item)), "SequenceNumber": "1"}
    record = {"eventName": "INSERT", "dynamodb": change | {"ApproximateCreationDateTime": 1772402400}}
    s3, bucket = connection.client("s3"), deployed.output("FailedBatchesBucket")
    for output in ("NotifierFunction", "SearchIndexerFunction"):
        arn = f"arn:aws:lambda:us-east-1:000000000000:function:{deployed.output(output)}"
        body = {
            "requestContext": {"functionArn": arn, "condition": "RetryAttemptsExhausted"},
            "timestamp": "2026-03-02T00:00:00.000Z",
            "payload": json.dumps({"Records": [record]}),
        }
        s3.put_object(Bucket=bucket, Key=f"aws/lambda/{output}/1", Body=json.dumps(body).encode())

    arguments = ["--endpoint-url", stack.endpoint, "redrive", "--yes"]
    assert ticketsctl.main(arguments) == 0, capsys.readouterr()
    assert "Done: 2 of 2." in capsys.readouterr().out
    assert s3.list_objects_v2(Bucket=bucket).get("Contents", []) == []
    assert len(entries(agent, start, ticket["id"])) == len(known) + 1, "the indexer ran once more"
    assert len(agent.mails(ticket["number"])) == 1, "the notifier's ledger knew the mail"


def entries(agent: Partner, start: str, ticket_id: str) -> list[Any]:
    """A ticket's entries in the feed, from a position on."""
    page = agent.call("GET", "/v1/changes", params={"cursor": start}).json()
    return [entry for entry in page["data"] if entry["ticket_id"] == ticket_id]
