"""What schemathesis found, in words that say how to see it again."""

from collections.abc import Iterator
from dataclasses import dataclass

from schemathesis.engine import events

from tests.fakes.logs import Log


@dataclass(frozen=True)
class Finding:
    check: str
    operation: str
    phase: str
    message: str
    request: str
    """As a curl command; of a row of requests one a line."""
    answer: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Two findings of one key are the same mistake."""
        return self.check, self.operation, self.message

    def text(self) -> str:
        lines = [f"{self.check}: {self.operation} ({self.phase})", *self.message.splitlines()]
        lines += [*self.request.splitlines(), self.answer]
        return "\n    ".join(line for line in lines if line)


def findings(event: events.EngineEvent) -> Iterator[Finding]:
    if isinstance(event, events.ScenarioFinished):
        yield from _of_scenario(event)
    elif isinstance(event, events.NonFatalError):
        # What it could not do is a finding too: an operation that it could not read is one that was not tried.
        phase = event.phase.value if event.phase else ""
        yield Finding(type(event.value).__name__, event.label, phase, str(event.value), "", "")
    elif isinstance(event, events.FatalError):
        raise event.exception


def logged(log: Log) -> Iterator[Finding]:
    """What the function wrote as an error: where a fault is, or one that no answer shows."""
    for level, text, facts in log.lines:
        if level == "error":
            told = {name: value for name, value in facts.items() if name != "request_id"}
            yield Finding("no_error_in_the_log", text, "", str(told), "", "")


def _of_scenario(event: events.ScenarioFinished) -> Iterator[Finding]:
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.failure_info is None:
                continue
            failure = check.failure_info.failure
            met = event.recorder.interactions.get(case_id)
            response = met.response if met else None
            answer = f"{response.status_code} {response.text}" if response else ""
            yield Finding(
                check.name,
                str(failure.operation),
                event.phase.value,
                f"{failure.title}\n{failure.message}",
                check.failure_info.code_sample,
                answer[:2000],
            )
