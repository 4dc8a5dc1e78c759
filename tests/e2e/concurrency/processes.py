"""Built functions in processes of their own against the deployed stack's table, kept warm and let go at one instant.

The local gateway starts another process for each concurrent request, which takes it seconds. So the races go around
it: each process has the function's folder and the layer as `sam build` made them, its environment as it was deployed,
and the rights of its own role.
"""

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from scripts.laptop.invoke.command import as_deployed
from scripts.laptop.invoke.runtime import Code
from scripts.laptop.place import TOOLS
from scripts.laptop.processes import end_group
from tests.e2e.conftest import RunningStack

WORKER = Path(__file__).with_name("worker.py")
HEAD_START_S = 0.03
"""From telling the first process until all begin: longer than it takes to tell the last one."""
LASTS_S = 120.0

type Event = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What the API function answered, its body as it was sent."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str | None:
        """The code of an error."""
        return str(self.body["code"]) if self.status >= 400 else None

    @property
    def told(self) -> tuple[int, str | None, str]:
        """What must be equal when a request comes again: status, ETag and body, byte for byte."""
        return self.status, self.headers.get("etag"), self.text


class Process:
    """One process. `requests` to the table and `refused` transactions are counted from its start."""

    def __init__(self, code: Code, environment: dict[str, str], log: IO[bytes]) -> None:
        self.requests = self.refused = 0
        # -S: no site-packages; -P: not the folder of the worker either. The function has its build and nothing else.
        self._process = subprocess.Popen(  # noqa: S603 (the built function)
            [str(TOOLS / "python"), "-S", "-P", str(WORKER), code.handler],
            cwd=code.folder,
            env=environment | {"PYTHONPATH": os.pathsep.join(map(str, (code.folder, code.layer)))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )

    def wait_until_ready(self) -> Path:
        """The file that the function's code came from."""
        return Path(self._line()["file"])

    def tell(self, events: Sequence[Event], begin_at: float = 0, lasts_s: float = LASTS_S) -> None:
        """`lasts_s`: how long each call may last, as the function sees it."""
        assert self._process.stdin is not None
        told = {"events": list(events), "begin_at": begin_at, "lasts_s": lasts_s}
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()

    def hear(self) -> list[Any]:
        """The function's answers to what was told last."""
        said = self._line()
        self.requests, self.refused = said["requests"], said["refused"]
        answers: list[Any] = said["answers"]
        return answers

    def call(self, event: Event) -> Answer:
        """One request to the API function."""
        self.tell([event])
        (answer,) = self.hear()
        return as_answer(answer)

    def kill(self) -> None:
        """In the middle of whatever it does."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
        end_group(self._process)  # type: ignore[arg-type]  # of text, which makes no difference to its end

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process has ended; its last words are in the stack's logs"
        said: dict[str, Any] = json.loads(line)
        return said


class Processes(list[Process]):
    """Some processes of one function."""

    def at_once(self, plans: Sequence[Sequence[Event]]) -> list[list[Any]]:
        """Let a process for each plan begin at the same instant; each goes through its events one by one."""
        assert len(plans) <= len(self)
        begin_at = time.monotonic() + HEAD_START_S
        told = list(zip(self, plans, strict=False))
        for process, plan in told:
            process.tell(plan, begin_at)
        return [process.hear() for process, _ in told]

    def race(self, events: Sequence[Event]) -> list[Answer]:
        """One request to the API function a process, all at the same instant; answers in the same order."""
        return [as_answer(answer) for (answer,) in self.at_once([[event] for event in events])]

    def share(self, events: Sequence[Event]) -> list[Answer]:
        """Any number of requests whose order does not matter, shared out among the processes."""
        plans = [events[start :: len(self)] for start in range(min(len(self), len(events)))]
        answers: list[Any] = [None] * len(events)
        for start, given in enumerate(self.at_once(plans)):
            answers[start :: len(self)] = given
        return [as_answer(answer) for answer in answers]

    @property
    def requests(self) -> int:
        return sum(process.requests for process in self)

    @property
    def refused(self) -> int:
        return sum(process.refused for process in self)


def as_answer(answer: Any) -> Answer:
    headers = {name.lower(): values[0] for name, values in (answer.get("multiValueHeaders") or {}).items()}
    headers |= {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
    return Answer(answer["statusCode"], headers, answer["body"])


@contextlib.contextmanager
def started(stack: RunningStack, function: str, number: int, **variables: str) -> Iterator[Processes]:
    """So many processes of a function by its name in the template, all ready to be called.

    `variables` of the environment are others than those that it was deployed with.
    """
    code, environment = as_deployed(stack.place, function, stack.functions[function], stack.build)
    environment |= variables
    processes = Processes()
    with (stack.place.logs / f"processes-{function}.log").open("wb") as log, contextlib.ExitStack() as running:
        for _ in range(number):
            processes.append(Process(code, environment, log))
            running.callback(processes[-1].end)
        for process in processes:
            file = process.wait_until_ready()
            assert file.is_relative_to(code.folder), f"{file} was not built"
        yield processes
