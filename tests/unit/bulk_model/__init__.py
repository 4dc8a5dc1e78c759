"""An exhaustive model of bulk actions: a few tickets and bulk actions, walked in every order of their steps.

It is the model of the code: `ticketing.store.bulk_protocol` and what stands around it, and the bulk worker. How a bulk
action is carried out is its `scenario.Kind`:

- one transaction changes all tickets (`NATIVE`), or commits, changes as many as it has room for and marks the others
  (`ONE_TRANSACTION_COMMITS`);
- its request marks some, and the transaction that changes or marks the others commits (`INTENT`);
- a worker plans it, and marks and commits so, in up to three attempts (`QUEUED`).

A mark names a bulk action and its attempt, and tells its target. Whoever meets one settles it by it and the record.

| File | What | Of the code |
|---|---|---|
| `state.py` | what the table holds and where everybody stands | |
| `scenario.py` | who takes part; `scenarios.py`: the ones that are walked | |
| `mistakes.py` | what a programmer might have done instead; `seeded.py`: the scenario in which each is walked | |
| `transactions.py` | each transaction with its conditions | `bulk_records`, `marks`, `attempt`, `bulk_requests` |
| `worker.py` | look, plan, prepare, judge again, commit, apply, release | `bulk_worker` |
| `request.py` | what is done while the caller waits, and what the caller is told | `bulk_requests` |
| `settling.py` | what anyone does who meets a mark | `bulk_protocol.settle`, `settling` |
| `janitor.py` | goes on where a request ended; gives up after a day; removes after 30 | `overdue_bulks` |
| `others.py` | a single writer, passers-by, ends of leases, the purge | `purging` |
| `judging.py` | what becomes of a ticket | `bulk_plan` |
| `invariants.py` | what must hold in each state, in each step, and at the end | |
| `explorer.py` | walks all states, breadth first, so that the way to a violation is a shortest one | |
| `telling.py` | the walk in words | |

    python -m tests.unit.bulk_model                    counts of the scenarios that `make test-unit` walks
    python -m tests.unit.bulk_model --large            and of the large ones (minutes)
    python -m tests.unit.bulk_model <scenario>         of one
    python -m tests.unit.bulk_model <mistake>          the shortest way in which a mistake does harm

Where the model takes other steps than the code, it allows more:

- The first tickets are marked, and all are applied and released, one by one. Real transactions take many at once or,
  refused, each alone: these are some of the orders that are walked here.
- A lease, and the 120 seconds of an attempt, may end at any moment. A worker may look at a ticket again at any time,
  since its transaction may have been refused because of another ticket.
- A transaction whose answer was lost may arrive at any later time, also when a repetition of it was refused; one at a
  time. A write of a single item does nothing later that somebody else could not do by then.

A read and the write that is conditioned on all that was read are one step here. Where a condition covers less than was
read (who settles reads ticket and record, and its write is conditioned on the ticket alone; what is spared is not
conditioned on what was read of it), they are steps apart. Workers read record and plan at one instant: if the attempt
goes on in between, all that they write is refused.
"""
