"""A walk in words: its counts, or the steps that lead to what is broken and what the table holds after each."""

from tests.unit.bulk_model.explorer import Walk
from tests.unit.bulk_model.scenario import Scenario


def counts(scenario: Scenario, walk: Walk) -> str:
    verdict = walk.broken or "all invariants hold"
    reached = f"{walk.states:>9,} states {walk.transitions:>10,} transitions {len(walk.ends):>3} ends"
    return f"{scenario.name:36} {reached}: {verdict}"


def story(walk: Walk) -> str:
    return "\n".join([f"broken: {walk.broken}", *(f"{nth:>3}. {line}" for nth, line in enumerate(walk.trace, 1))])
