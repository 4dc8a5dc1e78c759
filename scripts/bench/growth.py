"""The figures of finding as they are printed, and as the page of the documents that shows how they grow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log10
from typing import Final

from scripts.bench.exporting import Exported
from scripts.bench.finding import Cost

_FLAT: Final = 3.0
"""So many times the smallest organisation's read units, at most, are those of something that does not grow with it."""


@dataclass(frozen=True)
class Measured:
    """`costs` of each finding in the order of sizes; `exports` by form and tickets, whose costs stand there, too."""

    costs: Sequence[Cost]
    exports: Sequence[tuple[str, int, Exported]]


def table(measured: Measured) -> str:
    """A line for each finding and size, then how the largest compares with the smallest."""
    head = f"  {'':34}{'tickets':>8}{'found':>8}{'answers':>9}{'calls':>8}{'units':>9}{'rows':>8}{'s':>8}{'engine':>8}"
    lines = [f"{head}{'slowest':>9}"]
    for costs in _by_name(measured.costs):
        lines += [_line(cost) for cost in costs]
        if len(costs) > 1:
            lines.append(f"  {'':34}{costs[-1].tickets:,} against {costs[0].tickets:,}: {_growth(costs)}")
    return "\n".join(lines)


def _line(cost: Cost) -> str:
    answers = f"{cost.answers:>9}" if cost.answers else f"{'–':>9}"
    rows = f"{cost.scanned:>8,}" if cost.scanned else f"{'–':>8}"
    slowest = f"{cost.slowest_s:>9.2f}" if cost.answers else f"{'–':>9}"
    return (
        f"  {cost.name:34}{cost.tickets:>8,}{cost.found:>8,}{answers}{cost.reads.calls:>8,}{_units(cost):>9}"
        f"{rows}{cost.seconds:>8.2f}{_share(cost):>7.0%} {slowest}"
    )


def _share(cost: Cost) -> float:
    """How much of its time it waits for the engine."""
    return min(1.0, cost.reads.waited_s / cost.seconds)


def _growth(costs: Sequence[Cost]) -> str:
    first, last = costs[0], costs[-1]
    return (
        f"calls {_times(last.reads.calls, first.reads.calls)}, units {_times(last.reads.units, first.reads.units)}, "
        f"seconds {_times(last.seconds, first.seconds)}"
    )


def _times(last: float, first: float) -> str:
    return f"{last / first:.1f}×" if first else "–"


def _units(cost: Cost) -> str:
    return f"{cost.reads.units:,.0f}" if cost.reads.units else "–"


def page(measured: Measured) -> str:
    """The page, with a plot of what does not grow, and one of what does."""
    names = _by_name(measured.costs)
    most = max(cost.tickets for cost in measured.costs)
    plotted = [costs for costs in names if costs[-1].tickets == most and costs[0].reads.units]
    flat = [costs for costs in plotted if costs[-1].reads.units <= _FLAT * costs[0].reads.units]
    growing = [costs for costs in plotted if costs not in flat]
    parts = [
        _HEAD,
        _figures(names),
        _MEMORY_HEAD,
        _memory(measured.exports),
        _PLOTS_HEAD,
        "### What costs the same, whatever the size\n",
        _plot(flat, "read units", lambda cost: cost.reads.units),
        "### What grows, or grows until the budget of an answer is spent\n",
        _plot(growing, "read units", lambda cost: cost.reads.units),
        "### The same in seconds\n",
        _plot(growing, "milliseconds", lambda cost: cost.seconds * 1_000),
        _TAIL,
    ]
    return "\n".join(parts)


def _by_name(costs: Sequence[Cost]) -> list[list[Cost]]:
    """All sizes of one finding together, in the order in which findings first come."""
    names = dict.fromkeys(cost.name for cost in costs)
    return [sorted((cost for cost in costs if cost.name == name), key=lambda cost: cost.tickets) for name in names]


def _figures(names: Sequence[Sequence[Cost]]) -> str:
    rows = [
        "| | tickets | found | answers | calls | read units | most rows | seconds | in the engine | slowest answer |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for costs in names:
        for cost in costs:
            name = cost.name if cost is costs[0] else ""
            answers, scanned = cost.answers or "–", f"{cost.scanned:,}" if cost.scanned else "–"
            slowest = f"{cost.slowest_s:.2f}" if cost.answers else "–"
            rows.append(
                f"| {name} | {cost.tickets:,} | {cost.found:,} | {answers} | {cost.reads.calls:,} "
                f"| {_units(cost)} | {scanned} | {cost.seconds:.2f} | {_share(cost):.0%} | {slowest} |"
            )
        if len(costs) > 1:
            first, last = costs[0], costs[-1]
            rows.append(
                f"| | {_times(last.tickets, first.tickets)} | | | **{_times(last.reads.calls, first.reads.calls)}** "
                f"| **{_times(last.reads.units, first.reads.units)}** | | {_times(last.seconds, first.seconds)} | | |"
            )
    return "\n".join([*rows, ""])


def _memory(exports: Sequence[tuple[str, int, Exported]]) -> str:
    rows = ["| | tickets | file | before | at its peak |", "|---|---|---|---|---|"]
    for name, tickets, one in exports:
        before, peak = _megabytes(one.before_mb), _megabytes(one.peak_mb)
        rows.append(f"| {name} | {tickets:,} | {one.size / 1e6:.1f} MB | {before} | {peak} |")
    return "\n".join([*rows, ""])


def _megabytes(size: float | None) -> str:
    return "not told" if size is None else f"{size:.1f} MB"


def _plot(names: Sequence[Sequence[Cost]], unit: str, of: Callable[[Cost], float]) -> str:
    """Both axes go up tenfold a step: what is linear is a straight diagonal, what does not grow lies flat."""
    sizes = sorted({cost.tickets for costs in names for cost in costs})
    in_order = sorted(names, key=lambda costs: -of(costs[-1]))
    top = max((log10(max(1.0, of(cost))) for costs in names for cost in costs), default=1.0)
    lines = [f"    line [{', '.join(f'{log10(max(1.0, of(cost))):.2f}' for cost in costs)}]" for costs in in_order]
    axis = ", ".join(f'"{size:,}"' for size in sizes)
    legend = "; ".join(f"{costs[0].name} {of(costs[-1]):,.0f}" for costs in in_order)
    return (
        f"```mermaid\nxychart-beta\n    x-axis [{axis}]\n"
        f'    y-axis "{unit}, as powers of ten" 0 --> {top + 0.5:.1f}\n' + "\n".join(lines) + "\n```\n\n"
        f"From above, with what they come to at {sizes[-1]:,} tickets: {legend}.\n"
    )


_HEAD: Final = """# Benchmarks of searching

How finding grows with an organisation. `make bench-searching` measures it and writes this page. `make bench` prints
the same in about ten minutes, without the export of 100,000 threads; `SEARCHING="1000 10000"` leaves out the largest
organisation.

The API's whole function and the exporter run in process, without a gateway. Their table is in DynamoDB Local, which
AWS makes and which tells the read units of each call; their bucket is in MiniStack. The tickets are those of the
demonstration again and again, in a dozen languages, with three remarks and five events each, and three to a chat.

- One answer is one request. A list goes on page by page until 25 rows or its end, a report to its end: **answers**,
  **calls** (reads of the table), **read units** and **seconds** are those of all of it. Seconds are the median of up
  to five rounds on two shared cores.
- **Most rows** are those of the worst single answer, of 20,000 that it may read; the **slowest answer**, of 5
  seconds. The benchmark fails where an answer reads more rows or comes later.
- **The end of one long thread** is a word of the last remark of a ticket that has as many remarks as the other
  organisations have tickets.
- **In the engine** is the share of the time that is spent waiting for it; the rest is our own code.
- The last line of each compares the largest with the smallest.

## Figures
"""
_MEMORY_HEAD: Final = """## Memory of the exporter

Each export runs in a process of its own, whose peak the kernel counts. It holds one page of tickets, names and chats
up to 10,000, and a part of the file up to 8 MB, of which there is a copy while it is sent.
"""
_PLOTS_HEAD: Final = """## How it grows

Both axes go up tenfold a step. So what does not grow lies flat, and what grows as the organisation does is a straight
line that goes up by one for each step.
"""
_TAIL: Final = """## What it means

- **A page of a list, and words that many tickets have, cost the same at any size.** So does a file of the newest
  tickets: a range of dates is a range of the index.
- **What few tickets have costs a look at each ticket**, until there are 25 or none is left: its row in the index, and
  for words its chat and its text besides, 1.2 read units a ticket. That is linear, and no engine of the table's kind
  can spare it: there is no index of words. 100,000 tickets are about $0.015 at $0.125 a million units. Nothing is
  capped: the word of the oldest ticket is found at every size, or the benchmark fails. Only the answers become more,
  each within its budget.
- **A thread is read to its end, too, however long it is**: a page may end within it, and the next request goes on
  there. 100 remarks are a call. So is read what a thread has beyond 2 KB, and only if nothing before has decided.
- **Counts beside a list stop at the budget of one answer**, and say so (`gte`): they grow up to 20,000 rows and no
  further. The report of unresolved tickets goes on in parts that add up.
- **CSV in one answer is refused beyond 5,000 tickets**, after so many were read: that is its bound.
- **An export is linear**: 30 calls for a thousand tickets as CSV, and two more for each ticket as JSON Lines, for its
  thread and its history. Its memory is not.
- **MiniStack, by which `make run` has its table, puts a whole partition into order for each query**: there, even a
  list of 25 takes longer the more tickets there are. That is the emulator's; the calls are the same. Of 10,000
  tickets, the seconds end an answer before its rows do.
- **Seconds double when other work shares the two cores**, and then they end an answer before its rows do; calls and
  read units stay. About half of the time is our own code, which makes tickets of rows and looks for words. DynamoDB's
  queries do not become slower with the table; its answers come over a network, some milliseconds a call.
"""
