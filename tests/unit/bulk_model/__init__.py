"""An exhaustive model of bulk actions: a few tickets and bulk actions, walked in every order of their steps.

A bulk action changes all of its tickets or none, though the database writes at most 100 items at once and a worker may
die between any two writes. How many tickets there are decides how (`scenario.Kind`):

- one transaction changes all of them (`native`);
- one transaction marks all of them and commits (`one transaction commits`), then each is applied;
- a record is made PENDING, *prepare* marks ticket by ticket, *commit* turns the record to COMMITTED, *apply* changes
  ticket by ticket (`intent`).

A mark names a bulk action and its attempt. Whoever meets one settles it by the record: committed, it is applied; ended,
it is released; pending, one waits, or aborts the attempt when its lease is over. An aborted attempt never comes back:
the worker starts the next one, and after the last the bulk action has failed.

The real database marks and applies many tickets in one transaction. Here each is one step of its own, which allows all
that a transaction allows, and more.

| File | What |
|---|---|
| `state.py` | what the table holds and where everybody stands |
| `scenario.py` | who takes part; `scenarios.py`: the ones that are walked |
| `mistakes.py` | what a programmer might have done instead; `seeded.py`: the scenario in which each is walked |
| `settling.py`, `intent.py`, `one_transaction.py`, `others.py` | the steps: each one call with its condition |
| `invariants.py` | what must hold in each state, in each step, and at the end |
| `explorer.py` | walks all states, breadth first, so that the way to a violation is a shortest one |
| `telling.py` | the walk in words |

    python -m tests.unit.bulk_model                    counts of the scenarios that `make test-unit` walks
    python -m tests.unit.bulk_model --large            and of the large ones (minutes)
    python -m tests.unit.bulk_model <scenario>         of one
    python -m tests.unit.bulk_model <mistake>          the shortest way in which a mistake does harm

A read and the write that is conditioned on all that was read are one step here. Where a condition covers less than was
read (a settler reads ticket and record, and its write is conditioned on the ticket alone), they are steps apart.
"""
