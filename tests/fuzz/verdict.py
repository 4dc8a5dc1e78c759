"""What a campaign came to, in words and a table."""

from collections.abc import Callable
from typing import Final

from tests.fuzz.campaign import Campaign

LEAST_SHARE: Final = 0.1
"""Of all requests, answered 2xx: else too much of what is tried never gets past the door."""


def judged(campaign: Campaign, seconds: float, say: Callable[[str], None]) -> bool:
    """Say it. Whether something is wrong."""
    tally = campaign.tally
    say(tally.table(campaign.routes or {route for route, _ in tally.answers}))
    say(campaign.rows.text())
    count = 0
    for seed, findings in campaign.findings.items():
        for finding in findings:
            count += 1
            say(f"\n{finding.text()}\n    again: make fuzz SEED={seed} N={campaign.of_a_round}")
    say(
        f"\n{tally.total:,} requests in {seconds:,.0f} s, seeds {campaign.seed} to "
        f"{campaign.seed + len(campaign.rounds) + len(campaign.running) - 1}: {tally.share:.1%} answered 2xx, "
        f"{tally.faults} answered 5xx, {count} findings"
    )
    if tally.share < LEAST_SHARE:
        say(f"Less than {LEAST_SHARE:.0%} answered 2xx")
    return bool(count) or tally.faults > 0 or tally.share < LEAST_SHARE
