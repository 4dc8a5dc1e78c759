"""What the code relies on in DynamoDB, one behaviour a function: asked of every engine, and of AWS itself.

A behaviour holds when its function returns; it does not when an assertion fails or the engine answers otherwise.
Codes and values are looked at, never the words of a message, which differ between engines.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from tests.engines.lab import Item, Lab

type Check = Callable[[Lab], None]

REGISTERED: dict[str, list[tuple[str, Check]]] = {}
"""By subject, in the order of this file: what must hold, in words, and the check."""


def behaviour(subject: str, words: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        REGISTERED.setdefault(subject, []).append((words, check))
        return check

    return register


CONDITIONS = "Conditions of single writes"
TRANSACTIONS = "Transactions"
TOKENS = "Tokens of transactions"
READS = "Reads"
INDEXES = "Indexes"
LIMITS = "Limits"
STREAM = "The stream"
MANY = "Many writers at once"


# --- Conditions of single writes --------------------------------------------------------------------------------------


@behaviour(CONDITIONS, "an item that must be new is refused when it exists, and the old one stays")
def new_only(lab: Lab) -> None:
    lab.put("a", colour="red")
    assert lab.refusal(lab.put, "a", colour="blue", condition="attribute_not_exists(pk)") == CONDITION
    assert lab.get("a") == {"colour": "red"}


@behaviour(CONDITIONS, "a version is demanded: the right one passes, a stale one and a missing item do not")
def at_version(lab: Lab) -> None:
    lab.put("a", version=3)
    assert lab.refusal(lab.set, "a", version=4, condition="version = :seen", seen=2) == CONDITION
    assert lab.refusal(lab.set, "b", version=4, condition="version = :seen", seen=3) == CONDITION
    lab.set("a", version=4, condition="version = :seen", seen=3)
    assert (lab.get("a"), lab.get("b")) == ({"version": 4}, None)


@behaviour(CONDITIONS, "a refused write tells the item as it is, if it is asked to, and tells nothing of a missing one")
def refusal_tells_the_item(lab: Lab) -> None:
    lab.put("a", version=3, colour="red")
    assert lab.found_instead("a", version=4, condition="version = :seen", seen=2) == {"version": 3, "colour": "red"}
    assert lab.found_instead("b", version=4, condition="version = :seen", seen=2) is None


@behaviour(CONDITIONS, "an update without a condition makes the item that is missing")
def update_creates(lab: Lab) -> None:
    lab.set("a", colour="red")
    assert lab.get("a") == {"colour": "red"}


@behaviour(CONDITIONS, "an attribute that is missing makes a comparison false, and no error")
def missing_compares_false(lab: Lab) -> None:
    lab.put("a", colour="red")
    assert lab.refusal(lab.set, "a", colour="blue", condition="expires_at <= :seen", seen=9) == CONDITION


@behaviour(CONDITIONS, "a record that has expired may be written over, one that has not may not")
def expired_may_be_replaced(lab: Lab) -> None:
    condition = "attribute_not_exists(pk) OR expires_at <= :seen"
    lab.put("a", expires_at=10, condition=condition, seen=5)
    assert lab.refusal(lab.put, "a", expires_at=20, condition=condition, seen=9) == CONDITION
    lab.put("a", expires_at=20, condition=condition, seen=10)
    assert lab.get("a") == {"expires_at": 20}


@behaviour(CONDITIONS, "a delete at a version removes only that one; without a condition, a missing item is no error")
def delete_at_version(lab: Lab) -> None:
    lab.put("a", version=1)
    assert lab.refusal(lab.delete, "a", condition="version = :seen", seen=2) == CONDITION
    lab.delete("a", condition="version = :seen", seen=1)
    assert lab.get("a") is None
    lab.delete("a")


@behaviour(CONDITIONS, "one update sets some attributes, removes others and leaves the rest alone")
def set_and_remove(lab: Lab) -> None:
    lab.put("a", colour="red", size=1, shape="round")
    lab.client.update_item(
        TableName=lab.table,
        Key=lab.key("a"),
        UpdateExpression="SET #s = :two REMOVE #c",
        ExpressionAttributeNames={"#s": "size", "#c": "colour"},
        ExpressionAttributeValues={":two": {"N": "2"}},
    )
    assert lab.get("a") == {"size": 2, "shape": "round"}


@behaviour(CONDITIONS, "adding to a number that is missing starts at 0 and answers the new number")
def add_starts_at_zero(lab: Lab) -> None:
    assert [lab.add("counter", by) for by in (1, 1, 5)] == [1, 2, 7]


# --- Transactions -----------------------------------------------------------------------------------------------------


@behaviour(TRANSACTIONS, "all writes of a transaction apply: put, update, delete, beside a check")
def transaction_applies(lab: Lab) -> None:
    lab.put("checked", alive=1)
    lab.put("gone", old=1)
    lab.put("changed", version=1)
    lab.transact(
        lab.check_of("checked", "attribute_exists(pk)"),
        lab.put_of("made", colour="red"),
        lab.set_of("changed", version=2),
        lab.delete_of("gone"),
    )
    found = [lab.get(name) for name in ("checked", "made", "changed", "gone")]
    assert found == [{"alive": 1}, {"colour": "red"}, {"version": 2}, None]


@behaviour(TRANSACTIONS, "one condition that fails undoes everything, a sum included")
def transaction_is_all_or_nothing(lab: Lab) -> None:
    lab.put("taken", colour="red")
    lab.add("counter", 1)
    refused = lab.refusal(
        lab.transact,
        lab.put_of("made", colour="red"),
        lab.add_of("counter", 1),
        lab.put_of("taken", condition="attribute_not_exists(pk)"),
    )
    assert refused == CANCELLED
    assert (lab.get("made"), lab.get("counter")) == (None, {"n": 1})


@behaviour(TRANSACTIONS, "the reasons of a refusal stand in the order of the writes; those that were right say None")
def reasons_in_order(lab: Lab) -> None:
    lab.put("taken", colour="red")
    new = "attribute_not_exists(pk)"
    reasons = lab.reasons(
        lab.put_of("b", condition=new),
        lab.put_of("taken", condition=new),
        lab.check_of("missing", "attribute_exists(pk)"),
        lab.set_of("c", version=1),
    )
    assert reasons == ["None", "ConditionalCheckFailed", "ConditionalCheckFailed", "None"]


@behaviour(TRANSACTIONS, "two writes of one item are refused, a check counted")
def one_write_an_item(lab: Lab) -> None:
    refused = lab.refusal(lab.transact, lab.put_of("a"), lab.check_of("a", "attribute_not_exists(pk)"))
    assert refused == INVALID
    assert lab.get("a") is None


@behaviour(TRANSACTIONS, "a number counted up inside of a transaction may be checked against a bound")
def bounded_sum(lab: Lab) -> None:
    lab.put("count", n=0)
    lab.transact(lab.add_of("count", 1, condition="n >= :seen", seen=0))
    assert lab.reasons(lab.add_of("count", -1, condition="n > :seen", seen=1)) == ["ConditionalCheckFailed"]
    assert lab.get("count") == {"n": 1}


# --- Tokens -----------------------------------------------------------------------------------------------------------


@behaviour(TOKENS, "the same transaction with the same token applies once")
def token_applies_once(lab: Lab) -> None:
    token = str(uuid4())
    for _ in range(2):
        lab.transact(lab.add_of("counter", 1), token=token)
    assert lab.get("counter") == {"n": 1}


@behaviour(TOKENS, "a repetition with its token succeeds even where its condition would fail by now")
def token_repeats_success(lab: Lab) -> None:
    token, write = str(uuid4()), lab.put_of("a", condition="attribute_not_exists(pk)")
    lab.transact(write, token=token)
    lab.transact(write, token=token)


@behaviour(TOKENS, "another transaction with a used token is refused, and applies nothing")
def token_mismatch(lab: Lab) -> None:
    token = str(uuid4())
    lab.transact(lab.put_of("a"), token=token)
    assert lab.refusal(lab.transact, lab.put_of("b"), token=token) == "IdempotentParameterMismatchException"
    assert lab.get("b") is None


@behaviour(TOKENS, "a transaction that was refused may come again with its token, and is judged anew")
def token_after_refusal(lab: Lab) -> None:
    token, write = str(uuid4()), lab.set_of("a", version=2, condition="version = :seen", seen=1)
    assert lab.refusal(lab.transact, write, token=token) == CANCELLED
    lab.put("a", version=1)
    lab.transact(write, token=token)
    assert lab.get("a") == {"version": 2}


# --- Reads ------------------------------------------------------------------------------------------------------------


@behaviour(READS, "text, numbers up to 2^53, truth, nothing, bytes, lists and maps come back as they were")
def values_come_back(lab: Lab) -> None:
    item: Item = {
        "text": "Grüße – 你好 🛎",
        "empty": "",
        "number": 2**53 - 1,
        "negative": -1,
        "yes": True,
        "none": None,
        "bytes": bytes(range(256)),
        "list": ["a", 1, None, []],
        "map": {"deep": {"er": [{"x": 1}]}},
    }
    lab.put("a", **item)
    assert lab.get("a") == item


@behaviour(READS, "a partition is read between two sort keys, both included, in the order of their UTF-8")
def between_is_inclusive(lab: Lab) -> None:
    names = ["A#1", "A#10", "A#2", "B", "a", "é", "中"]
    for name in reversed(names):
        lab.put_at("p", name)
    assert lab.sort_keys("p", " ", "\U0010ffff") == names
    assert lab.sort_keys("p", "A#10", "B") == ["A#10", "A#2", "B"]
    assert lab.sort_keys("p", "A#10", "a", newest_first=True) == ["a", "B", "A#2", "A#10"]


@behaviour(READS, "a page says that there is more, and only then")
def page_says_more(lab: Lab) -> None:
    for number in range(5):
        lab.put_at("p", f"{number}")
    assert lab.page("p", limit=4) == (["0", "1", "2", "3"], True)
    assert lab.page("p", limit=6) == (["0", "1", "2", "3", "4"], False)


@behaviour(READS, "a query answers 1 MB at most, and says that there is more")
def query_ends_at_a_megabyte(lab: Lab) -> None:
    for number in range(4):
        lab.put_at("p", f"{number}", text="x" * 350_000)
    found, has_more = lab.page("p", limit=100)
    assert found in (["0", "1"], ["0", "1", "2"])
    assert has_more


@behaviour(READS, "many items are read by their keys at once; those that are missing are left out")
def batch_get(lab: Lab) -> None:
    for number in range(3):
        lab.put(f"{number}", n=number)
    assert sorted(lab.get_batch(["0", "2", "none"])) == [0, 2]


@behaviour(READS, "a key that comes twice in one batch is refused")
def batch_refuses_twins(lab: Lab) -> None:
    assert lab.refusal(lab.get_batch, ["0", "0"]) == INVALID


# --- Indexes ----------------------------------------------------------------------------------------------------------


@behaviour(INDEXES, "an item without an index's key is not in it, and leaves it when it loses the key")
def sparse_index(lab: Lab) -> None:
    lab.put("in", org="o", listed_at="1", number=1)
    lab.put("out", org="o", number=2)
    assert lab.eventually(lambda: lab.indexed("by_created", "listed_at"), [lab.pk("in")])
    lab.client.update_item(TableName=lab.table, Key=lab.key("in"), UpdateExpression="REMOVE listed_at")
    assert lab.eventually(lambda: lab.indexed("by_created", "listed_at"), [])


@behaviour(INDEXES, "an index carries what it projects and nothing else")
def projection(lab: Lab) -> None:
    lab.put("a", org="o", changed_at="1", version=3, priority="high", watchers=["mem_a"])
    assert lab.eventually(lambda: lab.indexed("by_updated", "changed_at"), [lab.pk("a")])
    (row,) = lab.index_rows("by_updated", "changed_at")
    assert set(row) == {"pk", "sk", "org", "changed_at", "version"}


@behaviour(INDEXES, "an item moves within an index when its key changes")
def index_follows(lab: Lab) -> None:
    lab.put("a", org="o", changed_at="1")
    lab.put("b", org="o", changed_at="2")
    assert lab.eventually(lambda: lab.indexed("by_updated", "changed_at"), [lab.pk("a"), lab.pk("b")])
    lab.set("a", changed_at="3")
    assert lab.eventually(lambda: lab.indexed("by_updated", "changed_at"), [lab.pk("b"), lab.pk("a")])


@behaviour(INDEXES, "an index cannot be read consistently")
def no_consistent_index(lab: Lab) -> None:
    assert lab.refusal(lab.index_rows, "by_created", "listed_at", consistent=True) == INVALID


# --- Limits -----------------------------------------------------------------------------------------------------------


@behaviour(LIMITS, "a transaction takes 100 writes, not 101")
def transaction_limit(lab: Lab) -> None:
    assert lab.refusal(lab.transact, *(lab.put_of(f"{number}") for number in range(101))) == INVALID
    lab.transact(*(lab.put_of(f"{number}") for number in range(100)))
    assert lab.get("99") == {}


@behaviour(LIMITS, "a transaction ends at 4 MB, and then nothing of it is written")
def transaction_size(lab: Lab) -> None:
    writes = [lab.put_of(f"{number}", text="x" * 390_000) for number in range(12)]
    assert lab.refusal(lab.transact, *writes) == INVALID
    assert lab.get("0") is None


@behaviour(LIMITS, "an item ends at 400 KB")
def item_size(lab: Lab) -> None:
    lab.put("fits", text="x" * 400_000)
    assert lab.refusal(lab.put, "large", text="x" * 410_000) == INVALID
    assert lab.get("large") is None


@behaviour(LIMITS, "a partition key ends at 2,048 bytes, a sort key at 1,024; neither may be empty")
def key_sizes(lab: Lab) -> None:
    lab.put_at("p", "s" * 1024)
    assert lab.refusal(lab.put_at, "p", "s" * 1025) == INVALID
    assert lab.refusal(lab.get_at, "p" * 2049, "s") == INVALID
    assert lab.refusal(lab.put_at, "p", "") == INVALID


@behaviour(LIMITS, "a batch reads 100 keys, not 101")
def batch_get_limit(lab: Lab) -> None:
    assert lab.refusal(lab.get_batch, [f"{number}" for number in range(101)]) == INVALID
    assert lab.get_batch([f"{number}" for number in range(100)]) == []


@behaviour(LIMITS, "a batch writes 25 items, not 26")
def batch_write_limit(lab: Lab) -> None:
    assert lab.refusal(lab.write_batch, [f"{number}" for number in range(26)]) == INVALID
    lab.write_batch([f"{number}" for number in range(25)])
    assert lab.get("24") == {}


@behaviour(LIMITS, "an expression that updates an item's own key is refused")
def keys_never_change(lab: Lab) -> None:
    lab.put("a")
    assert lab.refusal(lab.set, "a", sk="other") == INVALID


# --- The stream -------------------------------------------------------------------------------------------------------


@behaviour(STREAM, "the stream tells an item's changes in their order, with the item before and after")
def stream_order(lab: Lab) -> None:
    lab.put("a", version=1)
    lab.set("a", version=2)
    lab.delete("a")
    assert lab.streamed("a", 3) == [
        ("INSERT", None, {"version": 1}),
        ("MODIFY", {"version": 1}, {"version": 2}),
        ("REMOVE", {"version": 2}, None),
    ]


@behaviour(STREAM, "it tells every write of a transaction")
def stream_of_a_transaction(lab: Lab) -> None:
    lab.transact(lab.put_of("a", version=1), lab.put_of("b", version=1))
    assert [*lab.streamed("a", 1), *lab.streamed("b", 1)] == [("INSERT", None, {"version": 1})] * 2


@behaviour(STREAM, "it tells nothing of a transaction that was refused")
def stream_of_a_refusal(lab: Lab) -> None:
    lab.put("taken")
    lab.reasons(lab.put_of("a", version=7), lab.put_of("taken", condition="attribute_not_exists(pk)"))
    lab.put("a", version=1)
    assert lab.streamed("a", 1) == [("INSERT", None, {"version": 1})]


@behaviour(STREAM, "it tells nothing of a write that changes nothing")
def stream_of_no_change(lab: Lab) -> None:
    lab.put("a", version=1)
    lab.put("a", version=1)
    lab.set("a", version=2)
    assert [after for _, _, after in lab.streamed("a", 2)] == [{"version": 1}, {"version": 2}]


# --- Many writers at once ---------------------------------------------------------------------------------------------


def at_once[T](count: int, work: Callable[[int], T]) -> list[T]:
    """The results of so many calls that start together."""
    barrier = threading.Barrier(count)

    def started(number: int) -> T:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(started, range(count)))


@behaviour(MANY, "of eight that make the same item, one succeeds")
def one_of_many(lab: Lab) -> None:
    new = "attribute_not_exists(pk)"
    refused = at_once(8, lambda n: lab.refusal(lab.transact, lab.put_of("a", by=n, condition=new)))
    assert sum(one is None for one in refused) == 1


@behaviour(MANY, "eight that read, decide and write at the version they read lose nothing")
def no_lost_update(lab: Lab) -> None:
    lab.put("a", version=0)

    def ten_times(worker: int) -> None:
        for number in range(10):
            while True:
                seen = (lab.get("a") or {})["version"]
                event = lab.put_of(f"{worker}-{number}", condition="attribute_not_exists(pk)")
                change = lab.set_of("a", version=seen + 1, condition="version = :seen", seen=seen)
                if lab.refusal(lab.transact, change, event) is None:
                    break
                time.sleep(0.001)

    at_once(8, ten_times)
    assert lab.get("a") == {"version": 80}
    written = [f"{worker}-{number}" for worker in range(8) for number in range(10)]
    assert all(lab.get(name) == {} for name in written)


@behaviour(MANY, "eight sums at once lose nothing")
def no_lost_sum(lab: Lab) -> None:
    at_once(8, lambda _: [lab.add("counter", 1) for _ in range(10)])
    assert lab.get("counter") == {"n": 80}


@behaviour(MANY, "a token that comes eight times at once applies once")
def token_race(lab: Lab) -> None:
    token = str(uuid4())
    at_once(8, lambda _: lab.refusal(lab.transact, lab.add_of("counter", 1), token=token))
    assert lab.get("counter") == {"n": 1}


CONDITION = "ConditionalCheckFailedException"
CANCELLED = "TransactionCanceledException"
INVALID = "ValidationException"
