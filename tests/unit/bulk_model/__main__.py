"""Counts of the scenarios, or the shortest way in which a mistake does harm; see the package for the arguments."""

import sys

from tests.unit.bulk_model.explorer import Walk, explore
from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.scenario import Scenario
from tests.unit.bulk_model.scenarios import LARGE, SMALL
from tests.unit.bulk_model.seeded import SEEDED
from tests.unit.bulk_model.telling import counts, story


def main(arguments: list[str]) -> int:
    if not arguments or arguments == ["--large"]:
        return walk_all(SMALL if not arguments else LARGE)
    wanted = " ".join(arguments)
    if wanted in SEEDED:
        return walk_mistake(Mistake(wanted))
    chosen = [each for each in (*SMALL, *LARGE) if each.name == wanted]
    if chosen:
        return walk_all(chosen)
    names = "\n  ".join([*(each.name for each in (*SMALL, *LARGE)), *Mistake])
    print(f"no scenario and no mistake is called {wanted!r}; there are\n  {names}")
    return 2


def walk_all(scenarios: tuple[Scenario, ...] | list[Scenario]) -> int:
    walks = [walk(scenario) for scenario in scenarios]
    return 1 if any(each.broken for each in walks) else 0


def walk(scenario: Scenario) -> Walk:
    found = explore(scenario)
    print(counts(scenario, found), flush=True)
    if found.broken:
        print(story(found))
    return found


def walk_mistake(mistake: Mistake) -> int:
    seeded = SEEDED[mistake]
    found = explore(seeded.scenario, mistake, *([seeded.beside] if seeded.beside else []))
    beside = f" beside {seeded.beside}" if seeded.beside else ""
    print(f"{mistake}{beside} in {seeded.scenario.name!r}, after {found.states:,} states")
    print(story(found))
    return 0 if found.broken else 1


sys.exit(main(sys.argv[1:]))
