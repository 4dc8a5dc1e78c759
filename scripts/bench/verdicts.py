"""What finding promises, held against what was measured: answers within their budget, exporters that stay small."""

from collections.abc import Sequence
from typing import Final

from scripts.bench.exporting import Exported
from scripts.bench.finding import Cost
from ticketing.store.walks import MAX_ROWS, PROMISED_S

MOST_GROWTH_MB: Final = 40.0
"""What an exporter's peak may grow by from one size to the next, however many tickets that is: a part of 8 MB is put
together, and copied to be sent; names and chats are kept up to 10,000, and then forgotten.
"""


def within_budget(costs: Sequence[Cost]) -> bool:
    """Print the worst answers; whether none read more rows, or for longer, than it may.

    A slow computer makes answers hold less, not come later.
    """
    most = max(cost.scanned for cost in costs)
    slowest = max(costs, key=lambda cost: cost.slowest_s)
    is_small, is_soon = most <= MAX_ROWS, slowest.slowest_s <= PROMISED_S
    print(f"  most rows that one answer read: {most:,} (≤ {MAX_ROWS:,}): {_verdict(is_small)}")
    print(
        f"  slowest answer: {slowest.slowest_s:.2f} s, {slowest.name} at {slowest.tickets:,} (≤ {PROMISED_S:g} s): "
        f"{_verdict(is_soon)}"
    )
    return is_small and is_soon


def is_flat(exports: Sequence[tuple[str, int, Exported]]) -> bool:
    """Print the peaks of the two largest exports of each form, as name, tickets and figures; whether they are close."""
    kept = True
    for form in dict.fromkeys(form for form, _, _ in exports):
        peaks = [(tickets, one.peak_mb) for of, tickets, one in exports if of == form and one.peak_mb is not None]
        if len(peaks) > 1:
            (fewer, before), (most, peak) = sorted(peaks)[-2:]
            is_close = peak - before <= MOST_GROWTH_MB
            print(
                f"  {form}: {before:.1f} MB at its peak with {fewer:,} tickets, {peak:.1f} MB with {most:,} "
                f"(≤ {MOST_GROWTH_MB:g} MB more): {_verdict(is_close)}"
            )
            kept = kept and is_close
    return kept


def _verdict(kept: bool) -> str:
    return "kept" if kept else "NOT KEPT"
