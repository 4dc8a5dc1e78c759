"""One round: all phases of schemathesis with one seed, in a world of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from tests.fuzz import in_words, reaching, settings, strangers, unsayable
from tests.fuzz.effort import Effort
from tests.fuzz.findings import Finding, findings, logged
from tests.fuzz.gateway import Gateway, all_requests_to
from tests.fuzz.rows import Rows
from tests.fuzz.stage import Stage, staged
from tests.fuzz.tally import Routes, Tally
from tests.fuzz.vocabulary import Words, words

OUR_OWN_CHECK = strangers.tells_nothing_of_others
"""Schemathesis asks it, like its own, once it is there."""


@dataclass(frozen=True)
class Round:
    """What came of it. `routes` are the operations of the document."""

    seed: int
    routes: tuple[str, ...]
    tally: Tally
    rows: Rows
    findings: tuple[Finding, ...]


def play(seed: int, effort: Effort, on_answer: Callable[[Tally], None] = lambda _: None) -> Round:
    """`on_answer` is told after each request what was answered so far."""
    tally, rows, found = Tally(), Rows(), dict[object, Finding]()
    with staged() as stage:
        document = in_words.told(stage.document)
        routes = Routes(f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods)

        def heard(method: str, path: str, status: int) -> None:
            tally.answers[routes.of(method, path), status] += 1
            stage.after(method, path, status)
            on_answer(tally)

        with all_requests_to(Gateway(stage.caller.handler, stage.before, heard)):
            for event in _events(stage, document, seed, effort):
                rows.note(event)
                for finding in findings(event):
                    found.setdefault(finding.key, finding)
        for finding in logged(stage.faults):
            found.setdefault(finding.key, finding)
    return Round(seed, routes.names, tally, rows, tuple(found.values()))


def _events(stage: Stage, document: dict[str, Any], seed: int, effort: Effort) -> Iterator[events.EngineEvent]:
    named = words(stage, document)
    yield from run(stage, document, named, settings.of_all(stage, named, seed, effort))
    yield from run(stage, document, named, settings.of_a_life(stage, named, seed, effort))


def run(
    stage: Stage, document: dict[str, Any], named: Words, config: SchemathesisConfig
) -> Iterator[events.EngineEvent]:
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.hooks.register_hook_with_name(unsayable.filter_failure(stage), "filter_failure")
    schema.hooks.register_hook_with_name(reaching.map_case(named), "map_case")
    with settings.without_search():
        yield from from_schema(schema).execute()
