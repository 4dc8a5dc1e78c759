"""The writes that turn a bulk action's record from phase to phase (`ticketing.domain.bulk`).

Each has the phase and the attempt that it goes on from among its conditions. So an attempt that was aborted never
comes back to life, and of two who decide one is refused.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from ticketing.domain.bulk import KEPT, Bulk, Counts, Phase
from ticketing.domain.instants import to_text
from ticketing.store import keys
from ticketing.store.bulk_items import bulk_item, counts_item, due_at
from ticketing.store.writes import Write, put_new, update


def create(bulk: Bulk) -> Write:
    return put_new(keys.bulk_key(bulk.id), bulk_item(bulk))


def begin(bulk: Bulk, begun: Bulk) -> Write:
    """QUEUED → PREPARING: all of its tickets were looked at, and it is `begun` now."""
    return _turn(bulk, Phase.PREPARING, counts_item(begun.counts) | _held(begun) | {"selected": begun.selected})


def hold(bulk: Bulk, leased_until: datetime, *, unchanged: int = 0, left_out: int = 0, judged: int = 0) -> Write:
    """The attempt goes on; so many of its tickets were found to be unchanged by now, or to be left out."""
    added = {"changed": -unchanged - left_out, "unchanged": unchanged, "left_out": left_out, "judged": judged}
    added = {name: by for name, by in added.items() if by}
    adds = ", ".join(f"#{name} :{name}" for name in added)
    return update(
        keys.bulk_key(bulk.id),
        "SET #leased_until = :leased_until" + (f" ADD {adds}" if adds else ""),
        condition=_SAME,
        names=_SAME_NAMES | {f"#{name}": name for name in ("leased_until", *added)},
        values=_same(bulk) | {":leased_until": to_text(leased_until)} | {f":{name}": by for name, by in added.items()},
    )


def commit(bulk: Bulk, at: datetime) -> Write:
    """PREPARING → COMMITTED: from here on it is done for whoever reads a ticket by its id."""
    return _turn(bulk, Phase.COMMITTED, {"committed_at": to_text(at)})


def abort(bulk: Bulk) -> Write:
    """PREPARING → ABORTED: what this attempt has marked means nothing any more."""
    return _turn(bulk, Phase.ABORTED, {})


def try_again(bulk: Bulk, leased_until: datetime, ends_at: datetime) -> Write:
    """ABORTED → PREPARING, by the next attempt."""
    again = replace(bulk, attempt=bulk.attempt + 1, leased_until=leased_until, attempt_ends_at=ends_at)
    return _turn(bulk, Phase.PREPARING, _held(again) | {"attempt": again.attempt})


def end(bulk: Bulk, phase: Phase, at: datetime, **more: Any) -> Write:
    """To a phase from which nothing goes on. `more` are attributes that change with it."""
    return _turn(bulk, phase, {"finished_at": to_text(at)} | more)


def end_planned(
    bulk: Bulk, phase: Phase, at: datetime, counts: Counts, selected: int, failure: str | None = None
) -> Write:
    """QUEUED → BLOCKED, FAILED, or DONE where nothing was to change."""
    more: dict[str, Any] = counts_item(counts) | {"selected": selected}
    if failure is not None:
        more["failure"] = failure
    if phase.is_committed:
        more["committed_at"] = to_text(at)
    return end(bulk, phase, at, **more)


def count(bulk: Bulk, applied: int) -> Write:
    """So many tickets more were changed themselves."""
    return update(
        keys.bulk_key(bulk.id),
        "ADD #applied :more",
        condition="attribute_exists(pk)",
        names={"#applied": "applied"},
        values={":more": applied},
    )


def look_later(bulk: Bulk, at: datetime) -> Write:
    """The janitor comes back to it at another time, unless it goes on by then."""
    return update(
        keys.bulk_key(bulk.id),
        "SET #due_at = :due_at",
        condition=_SAME,
        names=_SAME_NAMES | {"#due_at": keys.DUE_AT},
        values=_same(bulk) | {":due_at": to_text(at)},
    )


_SAME = "#phase = :phase AND #attempt = :attempt"
_SAME_NAMES = {"#phase": "phase", "#attempt": "attempt"}


def _same(bulk: Bulk) -> dict[str, Any]:
    return {":phase": bulk.phase.value, ":attempt": bulk.attempt}


def _held(bulk: Bulk) -> dict[str, Any]:
    """An attempt's lease and its end."""
    if bulk.leased_until is None or bulk.attempt_ends_at is None:
        message = "who prepares a bulk action has a lease"
        raise ValueError(message)
    return {"leased_until": to_text(bulk.leased_until), "attempt_ends_at": to_text(bulk.attempt_ends_at)}


def interrupted(bulk: Bulk, at: datetime) -> Write:
    """To FAILED, for no reason of its own, now that no ticket carries a mark of it."""
    due = to_text(bulk.asked_at + KEPT)
    return end(bulk, Phase.FAILED, at, failure="interrupted", **{keys.DUE_AT: due})


def is_clear(bulk: Bulk) -> Write:
    """No ticket carries a mark of it: it is looked at when it is to be removed."""
    return look_later(bulk, bulk.asked_at + KEPT)


def _turn(bulk: Bulk, phase: Phase, more: dict[str, Any]) -> Write:
    # What ends without a commit may have left marks, which the janitor takes off should nobody else.
    has_marks = phase in {Phase.BLOCKED, Phase.FAILED} and bulk.phase is not Phase.QUEUED
    due = due_at(bulk.phase if has_marks else phase, bulk.asked_at)
    changed = {"phase": phase.value, keys.DUE_AT: due} | more
    return update(
        keys.bulk_key(bulk.id),
        f"SET {', '.join(f'#{name} = :new_{name}' for name in changed)}",
        condition=_SAME,
        names=_SAME_NAMES | {f"#{name}": name for name in changed},
        values=_same(bulk) | {f":new_{name}": value for name, value in changed.items()},
    )
