"""The simulated stream and its event source mapping: one test a rule that AWS documents."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from tests.builders import NOW
from tests.fakes.stream import EventSourceMapping, MappingSettings, Stream, shuffled
from tests.fakes.stream.patterns import fits
from tests.fakes.stream.records import item_of

BASE = MappingSettings(batch_size=4, reports_failures=True, bisects=True, max_retries=2, keeps_failed=True)


@dataclass
class Clock:
    now: Any = NOW

    def __call__(self) -> Any:
        return self.now


@dataclass
class Reading:
    """A stream of changes of the items that are named, and what came to the function."""

    items: str
    settings: MappingSettings = BASE
    answer: Callable[[list[str]], Any] = lambda _: None
    shards: int = 1
    clock: Clock = field(default_factory=Clock)
    batches: list[str] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    def read(self, **waited: float) -> "Reading":
        stream = Stream(self.clock, self.shards)
        stream.put(*map(a_record, self.items))
        self.clock.now += timedelta(**waited)
        self.mapping = EventSourceMapping(self.settings, self._handle, self.clock, **self.more)
        self.mapping.read(stream)
        return self

    def given_up(self) -> list[tuple[str, str]]:
        return [(named(one.records), one.condition) for one in self.mapping.given_up]

    def _handle(self, event: dict[str, Any]) -> Any:
        self.batches.append(named(event["Records"]))
        return self.answer([record["dynamodb"]["SequenceNumber"] for record in event["Records"]])


def a_record(item: str) -> dict[str, Any]:
    return {"eventName": "INSERT", "dynamodb": {"Keys": {"pk": {"S": item}}}}


def named(records: Any) -> str:
    return "".join(record["dynamodb"]["Keys"]["pk"]["S"] for record in records)


def drawn(seed: int) -> Random:
    return Random(seed)  # noqa: S311 (no secret)


def number(item: str, of: str = "abcdefgh") -> str:
    return f"{of.index(item) + 1:021d}"


def reporting(*items: str) -> Callable[[list[str]], Any]:
    """Of each batch, the failures among these items."""
    wanted = [number(item) for item in items]
    return lambda numbers: {"batchItemFailures": [{"itemIdentifier": one} for one in wanted if one in numbers]}


def raising_at(item: str) -> Callable[[list[str]], Any]:
    def answer(numbers: list[str]) -> None:
        if number(item) in numbers:
            raise ZeroDivisionError

    return answer


def test_records_come_in_order_in_batches_of_the_size() -> None:
    assert Reading("abcdefgh", replace(BASE, batch_size=3)).read().batches == ["abc", "def", "gh"]


def test_a_record_waits_until_those_before_it_in_its_shard_are_done() -> None:
    reading = Reading("abcdefgh", answer=raising_at("a")).read()
    assert reading.batches.index("efgh") == len(reading.batches) - 1


def test_the_records_of_an_item_stay_in_one_shard_and_in_their_order() -> None:
    stream = Stream(Clock(), shards=3)
    stream.put(*map(a_record, "abcabcabc"))
    for item in "abc":
        (row,) = (records for records in stream.shards.values() if item in named(records))
        numbers = [one["dynamodb"]["SequenceNumber"] for one in row if item in named([one])]
        assert len(numbers) == 3
        assert numbers == sorted(numbers)


def test_a_shuffled_stream_keeps_the_order_of_each_item_and_no_other() -> None:
    records = [{**a_record(item), "n": n} for n, item in enumerate("abcdabcdabcd")]
    for seed in range(20):
        found = shuffled(records, drawn(seed))
        for item in "abcd":
            assert [one["n"] for one in found if named([one]) == item] == list(range("abcd".index(item), 12, 4))
    assert {named(shuffled(records, drawn(seed)))[:2] for seed in range(50)} > {"ab", "ba"}


def test_what_comes_twice_in_a_shuffled_stream_comes_again_in_its_order() -> None:
    records = [{**a_record(item), "n": n} for n, item in enumerate("aabb")]
    found = shuffled(records, drawn(1), twice=1.0)
    assert [one["n"] for one in found if item_of(one) == item_of(records[0])] == [0, 1, 0, 1]
    assert len(found) == 8


def test_a_checkpoint_that_is_lost_brings_a_batch_again_that_was_done() -> None:
    reading = Reading("abcdefgh", more={"random": drawn(1), "lost_checkpoints": 0.5}).read()
    assert set(reading.batches) == {"abcd", "efgh"}
    assert len(reading.batches) > 2


@pytest.mark.parametrize(
    "answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}], ids=["null", "{}", "empty", "none"]
)
def test_an_empty_answer_is_a_success(answer: Any) -> None:
    assert Reading("abcd", answer=lambda _: answer).read().batches == ["abcd"]


@pytest.mark.parametrize(
    "failure",
    [{"itemIdentifier": ""}, {"itemIdentifier": None}, {"item": number("c")}, {"itemIdentifier": "unknown"}],
    ids=["empty", "null", "bad key", "unknown"],
)
def test_a_report_of_nothing_known_fails_the_whole_batch(failure: Any) -> None:
    answers = iter([{"batchItemFailures": [failure]}])
    assert Reading("abcd", replace(BASE, bisects=False), lambda _: next(answers, None)).read().batches == ["abcd"] * 2


def test_all_from_the_lowest_reported_record_comes_again_also_what_was_done() -> None:
    answers = iter([{"batchItemFailures": [{"itemIdentifier": number(item)} for item in "db"]}])
    assert Reading("abcd", answer=lambda _: next(answers, None)).read().batches == ["abcd", "bcd"]


def test_reports_are_not_heard_unless_they_are_switched_on() -> None:
    reading = Reading("abcd", replace(BASE, reports_failures=False), reporting("a")).read()
    assert reading.batches == ["abcd"]


def test_a_batch_that_raises_is_halved_until_the_bad_record_is_alone() -> None:
    reading = Reading("abcd", answer=raising_at("c")).read()
    assert reading.batches == ["abcd", "ab", "cd", "c", "c", "c", "d"]
    assert reading.given_up() == [("c", "RetryAttemptsExhausted")]


def test_halving_takes_no_retry() -> None:
    reading = Reading("abcdefgh", replace(BASE, batch_size=8, max_retries=0), raising_at("g")).read()
    assert reading.batches == ["abcdefgh", "abcd", "efgh", "ef", "gh", "g", "h"]


def test_without_bisecting_the_whole_batch_is_tried_again_and_given_up() -> None:
    reading = Reading("abcd", replace(BASE, bisects=False), raising_at("c")).read()
    assert reading.batches == ["abcd"] * 3
    assert reading.given_up() == [("abcd", "RetryAttemptsExhausted")]


def test_a_reported_batch_is_bisected_at_the_checkpoint_which_takes_no_retry() -> None:
    reading = Reading("abcd", replace(BASE, max_retries=0), reporting("c")).read()
    assert reading.batches == ["abcd", "cd"]


def test_a_batch_whose_first_record_is_reported_is_tried_again_whole_and_given_up_whole() -> None:
    """So the page reads, and so a function that only ever reports takes the records behind a bad one with it."""
    reading = Reading("abcd", answer=reporting("b")).read()
    assert reading.batches == ["abcd", "bcd", "bcd", "bcd"]
    assert reading.given_up() == [("bcd", "RetryAttemptsExhausted")]


def test_the_retries_are_those_after_the_first_attempt_and_the_stream_goes_on_behind_what_is_given_up() -> None:
    reading = Reading("abc", replace(BASE, batch_size=1, max_retries=3), raising_at("b")).read()
    assert reading.batches == ["a", *"bbbb", "c"]


def test_what_is_older_than_the_age_is_given_up_untried() -> None:
    reading = Reading("abcd", replace(BASE, max_age=timedelta(seconds=60))).read(seconds=61)
    assert (reading.batches, reading.given_up()) == ([], [("abcd", "RecordAgeExceeded")])


def test_what_grows_too_old_between_retries_is_given_up() -> None:
    settings = replace(BASE, batch_size=1, max_retries=None, max_age=timedelta(seconds=60))
    reading = Reading("ab", settings, raising_at("a")).read()
    assert reading.given_up() == [("a", "RecordAgeExceeded"), ("b", "RecordAgeExceeded")]
    assert reading.clock.now - NOW > timedelta(seconds=60)


def test_a_function_whose_process_ends_has_failed() -> None:
    class End(BaseException):
        pass

    def end(_: Any) -> None:
        raise End

    reading = Reading("a", answer=end, more={"failures": (Exception, End)}).read()
    assert reading.given_up() == [("a", "RetryAttemptsExhausted")]


def test_what_is_given_up_lies_whole_in_the_bucket_in_the_form_that_lambda_writes() -> None:
    reading = Reading("abcd", answer=raising_at("c")).read()
    (failed,) = reading.mapping.failed
    document = json.loads(failed.body)
    assert named(json.loads(document["payload"])["Records"]) == "c"
    assert document["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert document["requestContext"]["functionArn"].startswith("arn:aws:lambda:")
    assert document["requestContext"]["approximateInvokeCount"] == 5, "with abcd, cd, and alone"
    assert document["DDBStreamBatchInfo"]["startSequenceNumber"] == number("c")
    assert document["DDBStreamBatchInfo"]["batchSize"] == 1
    prefix, service, mapping, shard, *day, name = failed.key.split("/")
    assert (prefix, service, mapping) == ("aws", "lambda", reading.mapping._id)
    assert (shard, day) == (document["DDBStreamBatchInfo"]["shardId"], ["2026", "03", "01"])
    assert name.startswith("2026-03-01T22.10.")


def test_without_a_destination_what_is_given_up_is_gone() -> None:
    reading = Reading("a", replace(BASE, keeps_failed=False), raising_at("a")).read()
    assert reading.mapping.failed == []
    assert len(reading.mapping.given_up) == 1


def test_only_records_that_the_filter_lets_through_come_and_fill_the_batches() -> None:
    patterns = ({"dynamodb": {"Keys": {"pk": {"S": ["b", "d"]}}}}, {"dynamodb": {"Keys": {"pk": {"S": ["f"]}}}})
    reading = Reading("abcdefgh", replace(BASE, batch_size=2, patterns=patterns)).read()
    assert reading.batches == ["bd", "f"]


@pytest.mark.parametrize(
    ("pattern", "record", "does_fit"),
    [
        ({"a": ["x"]}, {"a": "x"}, True),
        ({"a": ["x"]}, {"a": "xy"}, False),
        ({"a": ["x"]}, {}, False),
        ({"a": ["x"], "b": ["y"]}, {"a": "x", "b": "z"}, False),
        ({"a": {"b": ["x"]}}, {"a": "x"}, False),
        ({"a": [{"prefix": "EVENT#"}]}, {"a": "EVENT#1"}, True),
        ({"a": [{"prefix": "EVENT#"}]}, {"a": "TICKET"}, False),
        ({"a": [{"prefix": "EVENT#"}]}, {}, False),
        ({"a": [{"anything-but": ["x", "y"]}]}, {"a": "z"}, True),
        ({"a": [{"anything-but": ["x", "y"]}]}, {"a": "x"}, False),
        ({"a": [{"anything-but": "x"}]}, {}, False),
        ({"a": {"S": [{"exists": True}]}}, {"a": {"S": "x"}}, True),
        ({"a": {"S": [{"exists": True}]}}, {}, False),
        ({"a": {"S": [{"exists": False}]}}, {}, True),
        ({"a": [{"numeric": [">", 1, "<=", 3]}]}, {"a": 3}, True),
        ({"a": [{"numeric": [">", 1, "<=", 3]}]}, {"a": 1}, False),
    ],
)
def test_the_filters_rules(pattern: Any, record: Any, *, does_fit: bool) -> None:
    assert fits(pattern, record) is does_fit


def test_a_filter_rule_that_is_not_simulated_is_no_miss() -> None:
    with pytest.raises(NotImplementedError):
        fits({"a": [{"suffix": "x"}]}, {"a": "x"})


def test_the_settings_are_those_of_the_template() -> None:
    notifier, indexer = MappingSettings.of("Notifier"), MappingSettings.of("SearchIndexer")
    assert (notifier.batch_size, notifier.max_retries, notifier.max_age) == (10, 8, timedelta(hours=6))
    assert (indexer.batch_size, indexer.max_retries, indexer.max_age) == (100, 20, timedelta(hours=20))
    for settings in (notifier, indexer):
        assert settings.bisects
        assert settings.reports_failures
        assert settings.keeps_failed
    assert (len(notifier.patterns), len(indexer.patterns)) == (2, 2)
