"""What a write says to the engine, and how its errors come back, without an engine."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ticketing.errors import Busy
from ticketing.store.keys import Key
from ticketing.store.table import ConditionNotMet, OutcomeUnknown, Table, TransactionRefused
from ticketing.store.writes import difference, put_new

KEY = Key("A", "B")


class Engine:
    """Answers each call with the next prepared answer or error."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.calls: list[dict[str, Any]] = []

    def __getattr__(self, operation: str) -> Any:
        def call(**arguments: Any) -> Any:
            self.calls.append(arguments)
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def table(engine: Engine) -> Table:
    return Table(engine, "tickets", sleep=lambda _: None)  # type: ignore[arg-type]


def failure(code: str, *reasons: str) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "CancellationReasons": [{"Code": reason} for reason in reasons]}
    return ClientError(answer, "operation")


def cancelled(*reasons: str) -> ClientError:
    return failure("TransactionCanceledException", *reasons)


def test_an_update_names_only_what_differs() -> None:
    write = difference(KEY, {"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5}, condition="version = :v", values={":v": 7})
    assert write.update == "SET #a0 = :a0 REMOVE #a1"
    assert write.names == {"#a0": "b", "#a1": "c"}
    assert write.values == {":a0": 5, ":v": 7}


def test_a_value_that_becomes_false_or_empty_is_still_written() -> None:
    write = difference(KEY, {"a": 1, "b": True}, {"a": 0, "b": False}, condition="x = :x")
    assert write.values == {":a0": 0, ":a1": False}


def test_a_refused_transaction_names_the_positions_that_refused() -> None:
    engine = Engine(cancelled("None", "ConditionalCheckFailed", "None", "ConditionalCheckFailed"))
    with pytest.raises(TransactionRefused) as refused:
        table(engine).transact([put_new(KEY, {})] * 4)
    assert refused.value.failed == {1, 3}


def test_a_condition_outweighs_a_conflict_beside_it() -> None:
    engine = Engine(cancelled("TransactionConflict", "ConditionalCheckFailed"))
    with pytest.raises(TransactionRefused):
        table(engine).transact([put_new(KEY, {})] * 2)


def test_a_conflict_is_tried_again_with_the_same_token_which_no_other_write_has() -> None:
    engine = Engine(cancelled("TransactionConflict", "None"), cancelled("ThrottlingError", "None"), {}, {})
    for _ in range(2):
        table(engine).transact([put_new(KEY, {})] * 2)
    first, again, at_last, other = (call["ClientRequestToken"] for call in engine.calls)
    assert first == again == at_last != other


@pytest.mark.parametrize("is_transaction", [True, False])
def test_a_throttled_write_that_an_attempt_went_before_may_have_been_done(*, is_transaction: bool) -> None:
    throttled = failure("ThrottlingException")
    throttled.response["ResponseMetadata"] = {"RetryAttempts": 1}  # type: ignore[typeddict-item]  # as botocore counts
    tickets = table(Engine(throttled))
    with pytest.raises(OutcomeUnknown):
        tickets.transact([put_new(KEY, {})]) if is_transaction else tickets.write(put_new(KEY, {}))


def test_a_transaction_that_an_attempt_is_still_at_may_yet_be_done() -> None:
    with pytest.raises(OutcomeUnknown):
        table(Engine(failure("TransactionInProgressException"))).transact([put_new(KEY, {})])


def test_conflicts_without_end_become_busy() -> None:
    engine = Engine(*[cancelled("TransactionConflict")] * 5)
    with pytest.raises(Busy):
        table(engine).transact([put_new(KEY, {})])


def test_what_cannot_be_mended_by_trying_again_goes_up() -> None:
    engine = Engine(cancelled("ValidationError", "TransactionConflict"))
    with pytest.raises(ClientError):
        table(engine).transact([put_new(KEY, {})])
    assert len(engine.calls) == 1


def test_a_throttled_engine_is_busy() -> None:
    with pytest.raises(Busy):
        table(Engine(failure("ProvisionedThroughputExceededException"))).get(KEY)


def test_an_engine_at_fault_is_busy() -> None:
    at_fault = failure("InternalServerError")
    at_fault.response["ResponseMetadata"] = {"HTTPStatusCode": 500}  # type: ignore[typeddict-item]  # as botocore tells
    with pytest.raises(Busy):
        table(Engine(at_fault)).get(KEY)


def test_a_condition_that_is_not_met_is_told_apart_from_every_other_error() -> None:
    with pytest.raises(ConditionNotMet):
        table(Engine(failure("ConditionalCheckFailedException"))).write(put_new(KEY, {}))
    with pytest.raises(ClientError):
        table(Engine(failure("ValidationException"))).write(put_new(KEY, {}))


def test_reads_by_key_are_consistent() -> None:
    engine = Engine({})
    assert table(engine).get(KEY) is None
    assert engine.calls[0]["ConsistentRead"] is True


def test_keys_left_unprocessed_are_asked_for_again() -> None:
    item = {"pk": {"S": "A"}, "sk": {"S": "B"}}
    left = {"tickets": {"Keys": [item]}}
    engine = Engine({"Responses": {}, "UnprocessedKeys": left}, {"Responses": {"tickets": [item]}})
    assert table(engine).get_many([KEY]) == {KEY: {"pk": "A", "sk": "B"}}
    assert engine.calls[1]["RequestItems"] == left


def test_many_keys_are_read_a_hundred_a_call_each_once() -> None:
    engine = Engine({"Responses": {}}, {"Responses": {}})
    table(engine).get_many([Key("A", str(number)) for number in range(150)] * 2)
    assert [len(call["RequestItems"]["tickets"]["Keys"]) for call in engine.calls] == [100, 50]
