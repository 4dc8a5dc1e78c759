"""`ticketsctl redrive`: failed batches go to their functions again, and nobody is mailed twice."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts import ticketsctl
from scripts.admin import redrive, ticker
from scripts.admin.redrive import FunctionFailed
from tests.builders import ORGANISATION
from tests.fakes.stream import EventSourceMapping, FailedBatch, MappingSettings, Stream
from tests.integration.aws import create_bucket, founder
from tests.integration.notifying import Notifying, record_of
from tests.integration.streaming import Streaming, fails_for_ever, many_tickets
from ticketing.domain.events import Event
from ticketing.store import clients, feed

STACK = "tickets-test"
NOTIFIER, INDEXER = f"{STACK}-notifier", f"{STACK}-search-indexer"
BUCKET = "failed-batches"


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@dataclass
class Redriving:
    """The bucket, the command line, and the two functions in this process."""

    streaming: Streaming
    capsys: pytest.CaptureFixture[str]
    functions: dict[str, Callable[[Any], Any]]
    invocations: list[int] = field(default_factory=list)
    ids: Random = field(default_factory=lambda: Random(0))  # noqa: S311 (no secret)
    s3: Any = field(default_factory=lambda: clients.make("s3"))

    @property
    def notifying(self) -> Notifying:
        return self.streaming.notifying

    def __call__(self, *arguments: str) -> Said:
        self.capsys.readouterr()
        code = ticketsctl.main(["--stack", STACK, "redrive", *arguments])
        captured = self.capsys.readouterr()
        return Said(code, captured.out, captured.err)

    def fail(self, events: Iterable[Event], function: str = NOTIFIER, batch_size: int = 10) -> list[FailedBatch]:
        """Batches that a function has given up, as the mapping leaves them in the bucket."""

        def refuse(_: Any) -> None:
            raise ZeroDivisionError

        stream = Stream(self.notifying.aws.clock)
        stream.put(*map(record_of, events))
        arn = f"arn:aws:lambda:eu-central-1:000000000000:function:{function}"
        settings = MappingSettings(batch_size=batch_size, max_retries=0, keeps_failed=True)
        mapping = EventSourceMapping(settings, refuse, self.notifying.aws.clock, function_arn=arn, random=self.ids)
        mapping.read(stream)
        self.put(mapping.failed)
        return mapping.failed

    def put(self, batches: Iterable[FailedBatch]) -> None:
        for batch in batches:
            self.s3.put_object(Bucket=BUCKET, Key=batch.key, Body=batch.body)

    def objects(self) -> list[str]:
        return [one["Key"] for one in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def mails(self) -> int:
        return len(self.streaming.mailed())

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        self.invocations.append(len(event["Records"]))
        try:
            return self.functions[function](json.loads(json.dumps(event)))
        except Exception as error:
            raise FunctionFailed from error


@pytest.fixture
def redriving(streaming: Streaming, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Redriving:
    from search_indexer.app import App

    aws = streaming.notifying.aws
    outputs = {
        "TableName": "tickets",
        "SigningSecretId": aws.settings.signing_secret_id,
        "ApiUrl": "https://api.example/live",
        "FailedBatchesBucket": create_bucket(BUCKET),
        "NotifierFunction": NOTIFIER,
        "SearchIndexerFunction": INDEXER,
    }
    deploy(STACK, outputs)
    functions = {NOTIFIER: streaming.notifying.app.handle, INDEXER: App(aws.settings, aws.clock).handle}
    redriving = Redriving(streaming, capsys, functions)
    monkeypatch.setattr(redrive, "_invoking", lambda _: redriving.invoke)
    monkeypatch.setattr(ticketsctl, "_now", aws.clock)
    return redriving


def deploy(name: str, outputs: Mapping[str, str]) -> None:
    template = {
        "Parameters": {"Environment": {"Type": "String"}},
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {output: {"Value": value} for output, value in outputs.items()},
    }
    parameters = [{"ParameterKey": "Environment", "ParameterValue": "local"}]
    founder("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template), Parameters=parameters)


def test_what_was_given_up_is_mailed_once_after_the_repair_however_often_it_is_redriven(
    redriving: Redriving, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = many_tickets(redriving.notifying, 25)
    arn = f"arn:aws:lambda:eu-central-1:000000000000:function:{NOTIFIER}"
    with monkeypatch.context() as patch:
        fails_for_ever(redriving.notifying, patch, events[13].ticket_id)
        mapping = redriving.streaming.read(events, function_arn=arn)
    redriving.put(mapping.failed)
    assert (redriving.mails(), len(redriving.objects())) == (24, 1)

    said = redriving("--yes")
    assert said.code == 0
    assert "Done: 1 of 1." in said.out
    assert (redriving.mails(), redriving.objects()) == (25, [])

    redriving.put(mapping.failed)
    assert redriving("--yes").code == 0
    assert redriving("--yes").out == "No failed batches wait.\n"
    assert redriving.mails() == 25
    print("redriven three times: 0 extra mails")


def test_a_batch_that_half_fails_again_stays_whole_and_its_good_records_are_mailed(
    redriving: Redriving, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = many_tickets(redriving.notifying, 20)
    _, second = redriving.fail(events)
    with monkeypatch.context() as patch:
        fails_for_ever(redriving.notifying, patch, events[13].ticket_id)
        said = redriving("--yes")
    assert said.code == 1
    assert f"notifier, 10 records: 1 record not taken, it stays: {second.key}" in said.out
    assert "Of 2 failed batches, 20 records, 1 stayed" in said.err
    assert redriving.objects() == [second.key]
    assert redriving.mails() == 19
    print(f"invocations: {redriving.invocations}")

    assert redriving("--yes").code == 0
    assert (redriving.mails(), redriving.objects()) == (20, [])


def test_a_batch_of_seven_days_ago_mails_nobody_and_is_done(redriving: Redriving) -> None:
    events = many_tickets(redriving.notifying, 10)
    redriving.fail(events)
    redriving.notifying.after(days=7)
    said = redriving("--yes")
    assert "oldest change 7 days old" in said.out
    assert (said.code, redriving.mails(), redriving.objects()) == (0, 0, [])
    assert {redriving.notifying.state(event)[0] for event in events} == {"expired"}


def test_the_changes_of_a_redriven_batch_stand_in_the_feed_once_for_each_time(redriving: Redriving) -> None:
    batches = redriving.fail(many_tickets(redriving.notifying, 10), INDEXER)
    redriving("--yes")
    redriving.put(batches)
    redriving("--yes")
    aws = redriving.notifying.aws
    page = feed.read(aws.table, ORGANISATION, after=None, limit=100, now=aws.clock.now)
    assert (len(page.entries), len(set(page.entries))) == (20, 10)
    assert redriving.objects() == []


def test_a_dry_run_shows_what_waits_and_does_nothing(redriving: Redriving) -> None:
    events = many_tickets(redriving.notifying, 13)
    redriving.fail(events)
    redriving.fail(events[:1], INDEXER)
    redriving.notifying.after(hours=5)
    before = redriving.objects()
    said = redriving("--dry-run")
    assert said.code == 0
    lines = said.out.splitlines()
    assert sorted(line.split()[:3] for line in lines[:3]) == [
        ["notifier", "10", "records"],
        ["notifier", "3", "records"],
        ["search-indexer", "1", "record"],
    ]
    assert "given up 5.0 hours ago, oldest change 5.0 hours old  RetryAttemptsExhausted" in lines[0]
    assert lines[3] == "3 failed batches, 14 records. Nothing was done."
    assert (redriving.objects(), redriving.invocations) == (before, [])


@pytest.mark.parametrize(("answer", "is_done"), [("y", True), ("yes", True), ("", False), ("n", False)])
def test_a_person_is_asked(
    redriving: Redriving, monkeypatch: pytest.MonkeyPatch, answer: str, *, is_done: bool
) -> None:
    redriving.fail(many_tickets(redriving.notifying, 1))

    def ask(question: str) -> str:
        print(question)
        return answer

    monkeypatch.setattr("builtins.input", ask)
    said = redriving()
    assert "Redrive 1 failed batch, 1 record?" in said.out
    assert (redriving.objects() == []) is is_done
    assert said.code == (0 if is_done else 1)


def test_where_nobody_can_be_asked_nothing_is_done(redriving: Redriving, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_: str) -> str:
        raise EOFError

    redriving.fail(many_tickets(redriving.notifying, 1))
    monkeypatch.setattr("builtins.input", nobody)
    assert "Repeat with --yes" in redriving().err
    assert redriving.invocations == []


def test_what_is_done_can_be_kept_where_it_is_not_found_again(redriving: Redriving) -> None:
    (batch,) = redriving.fail(many_tickets(redriving.notifying, 3))
    assert redriving("--yes", "--keep").code == 0
    assert redriving.objects() == [f"done/{batch.key}"]
    assert redriving("--yes").out == "No failed batches wait.\n"


def test_one_function_or_a_time_can_be_chosen(redriving: Redriving) -> None:
    events = many_tickets(redriving.notifying, 2)
    (old,) = redriving.fail(events[:1])
    redriving.notifying.after(days=3)
    (new,) = redriving.fail(events[1:])
    (other,) = redriving.fail(events[:1], INDEXER)
    assert redriving("--yes", "--function", "notifier", "--since", "2026-03-04").code == 0
    assert redriving.objects() == sorted([old.key, other.key])
    assert new.key not in redriving.objects()


HEAD = {"requestContext": {"functionArn": "x"}, "timestamp": "2026-03-01T00:00:00Z"}
JUNK: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"\x00", "is not what Lambda writes"),
    "other JSON": (b"[]", "is not what Lambda writes"),
    "positions alone, as a queue gets them": (json.dumps(HEAD).encode(), "is not what Lambda writes"),
    "no records": (json.dumps({**HEAD, "payload": '{"Records": []}'}).encode(), "holds no stream records"),
}


@pytest.mark.parametrize(("body", "reason"), JUNK.values(), ids=JUNK)
def test_what_is_no_failed_batch_is_named_and_left(redriving: Redriving, body: bytes, reason: str) -> None:
    key = "aws/lambda/stranger"
    redriving.s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    redriving.fail(many_tickets(redriving.notifying, 1))
    said = redriving("--yes")
    assert said.code == 0
    assert f"Left as it is: {key}: it {reason}" in said.out
    assert redriving.objects() == [key]


def test_a_batch_of_another_stacks_function_is_named_and_left(redriving: Redriving) -> None:
    (batch,) = redriving.fail(many_tickets(redriving.notifying, 1), "another-notifier")
    said = redriving("--yes")
    assert "its function another-notifier is none of this stack" in said.out
    assert (redriving.objects(), redriving.invocations) == ([batch.key], [])


def test_a_function_with_a_version_behind_its_name_is_known(redriving: Redriving) -> None:
    redriving.fail(many_tickets(redriving.notifying, 1), f"{NOTIFIER}:live")
    assert redriving("--yes").code == 0
    assert redriving.mails() == 1


def test_whoever_stops_it_loses_nothing_and_the_next_run_completes_it(redriving: Redriving) -> None:
    redriving.fail(many_tickets(redriving.notifying, 30))
    handle = redriving.functions[NOTIFIER]
    batches = iter(range(3))

    def stopped_in_the_second(event: Any) -> Any:
        answer = handle(event)
        if next(batches) == 1:
            raise KeyboardInterrupt
        return answer

    redriving.functions[NOTIFIER] = stopped_in_the_second
    said = redriving("--yes")
    assert (said.code, len(redriving.objects())) == (1, 2)
    assert "`redrive` complete" in said.err
    redriving.functions[NOTIFIER] = handle
    assert redriving("--yes").code == 0
    assert (redriving.mails(), redriving.objects()) == (30, [])


def test_two_people_at_once_do_no_harm(redriving: Redriving) -> None:
    redriving.fail(many_tickets(redriving.notifying, 20))
    handle = redriving.functions[NOTIFIER]

    def with_a_rival(event: Any) -> Any:
        redriving.functions[NOTIFIER] = handle
        ticketsctl.main(["--stack", STACK, "redrive", "--yes"])
        return handle(event)

    redriving.functions[NOTIFIER] = with_a_rival
    said = redriving("--yes")
    assert said.code == 0
    assert "gone meanwhile" in said.out
    assert (redriving.mails(), redriving.objects()) == (20, [])


def test_a_function_that_only_ever_fails_is_asked_about_each_record_and_all_stays(redriving: Redriving) -> None:
    def fail(_: Any) -> None:
        raise ZeroDivisionError

    (batch,) = redriving.fail(many_tickets(redriving.notifying, 4))
    redriving.functions[NOTIFIER] = fail
    assert "4 records not taken" in redriving("--yes").out
    assert redriving.invocations == [4, 2, 1, 1, 2, 1, 1]
    assert redriving.objects() == [batch.key]


def test_a_report_of_an_unknown_record_is_no_success(redriving: Redriving) -> None:
    redriving.fail(many_tickets(redriving.notifying, 1))
    redriving.functions[NOTIFIER] = lambda _: {"batchItemFailures": [{"itemIdentifier": ""}]}
    assert redriving("--yes").code == 1
    assert len(redriving.objects()) == 1


def test_what_takes_longer_than_two_seconds_says_how_far_it_is(
    redriving: Redriving, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(0, 10_000, 3))
    monkeypatch.setattr(ticker, "monotonic", lambda: next(seconds))
    redriving.fail(many_tickets(redriving.notifying, 30))
    said = redriving("--yes")
    assert "2 objects read" in said.out
    assert "10 records to go" in said.out


def test_a_stack_without_the_bucket_is_said_in_one_line(redriving: Redriving) -> None:
    redriving.s3.delete_bucket(Bucket=BUCKET)
    said = redriving("--yes")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert f"There is no bucket {BUCKET}" in said.err


def test_a_stack_that_names_no_bucket_is_said_in_one_line(redriving: Redriving) -> None:
    deploy("old", {"TableName": "t", "SigningSecretId": "s", "ApiUrl": "u", "NotifierFunction": "n"})
    assert ticketsctl.main(["--stack", "old", "redrive"]) == 1


@pytest.mark.parametrize("operation", ["ListObjectsV2", "GetObject", "DeleteObject"])
def test_a_right_that_is_missing_is_named_and_nothing_is_lost(
    redriving: Redriving, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    redriving.fail(many_tickets(redriving.notifying, 1))
    make = clients.make

    def without_the_right(service: str, **arguments: Any) -> Any:
        client = make(service, **arguments)
        if service == "s3":
            monkeypatch.setattr(client, "_make_api_call", refusing(client._make_api_call))
        return client

    def refusing(call: Callable[..., Any]) -> Callable[..., Any]:
        def refuse(name: str, request: Any) -> Any:
            if name == operation:
                raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not allowed"}}, name)
            return call(name, request)

        return refuse

    monkeypatch.setattr(clients, "make", without_the_right)
    said = redriving("--yes")
    assert said.code == 1
    assert f"may not call {operation}" in said.err
    assert len(redriving.objects()) == 1
