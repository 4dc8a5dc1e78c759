"""How long a function takes from nothing to its first answer, as a multiple of an empty handler's time.

Each start is a fresh process of the real Lambda runtime interface; the runtime starts lazily, so the first POST is
what is timed. Variants alternate within each round, so that a noisy moment meets all of them; the best start counts.
Milliseconds do not carry over to another machine; the ratios do.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.laptop.invoke import runtime
from scripts.laptop.invoke.runtime import Code
from scripts.laptop.place import PROJECT

_TIMEOUT_S = 30
_UV = PROJECT / ".venv" / "bin" / "uv"
_EMPTY = "def handler(event, context):\n    return {'statusCode': 200}\n"

_ENVIRONMENT = {
    "AWS_LAMBDA_FUNCTION_NAME": "bench",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_EC2_METADATA_DISABLED": "true",
    "ENVIRONMENT": "local",
    "TABLE_NAME": "none",
    "CONSOLE_URL": "https://console.example",
    "SIGNING_SECRET_ID": "none",
    "BULK_QUEUE_URL": "http://127.0.0.1:9/bulk.fifo",
    "EXPORT_QUEUE_URL": "http://127.0.0.1:9/exports",
    "CONTENT_BUCKET": "none",
    "MAIL_SENDER": "nobody@mail.example",
    "MAIL_EVENTS_TO": "none",
    "GUEST_MAILS_PER_ADDRESS": "5",
    "GUEST_MAILS_PER_ORGANISATION": "1000",
    "API_URL": "https://api.example",
    "MAIL_RETRY_QUEUE_URL": "http://127.0.0.1:9/retry",
    "DEAD_LETTER_QUEUE_URL": "http://127.0.0.1:9/dead",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "PATH": "/usr/bin:/bin",
    # On Lambda the code stands on a read-only file system: what has no byte code is compiled at every start.
    "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass(frozen=True)
class Variant:
    """`at_most` is the promised multiple, None where nothing is promised."""

    name: str
    code: Code
    event: Any
    at_most: float | None


def report(build: Path, scratch: Path, *, rounds: int) -> bool:
    """Measure and print; whether every promise is kept."""
    variants = _variants(build, scratch)
    print(f"\nCold start, {rounds} starts each, alternating")
    best = dict.fromkeys((variant.name for variant in variants), float("inf"))
    for number in range(1, rounds + 1):
        for variant in variants:
            best[variant.name] = min(best[variant.name], _start_ms(variant, scratch))
        print(f"  round {number} of {rounds}", flush=True)
    return all([_line(variant, best) for variant in variants])  # noqa: C419 (every line is printed)


def _line(variant: Variant, best: dict[str, float]) -> bool:
    ratio = best[variant.name] / best["empty handler"]
    kept = variant.at_most is None or ratio <= variant.at_most
    promise = "" if variant.at_most is None else f"promised ≤ {variant.at_most:g}: {'kept' if kept else 'NOT KEPT'}"
    print(f"  {variant.name:<34}{best[variant.name]:>8.0f} ms{ratio:>8.1f} ×   {promise}")
    return kept


def _variants(build: Path, scratch: Path) -> Sequence[Variant]:
    empty = scratch / "empty"
    empty.mkdir()
    (empty / "handler.py").write_text(_EMPTY)
    (empty / "layer").mkdir()
    health: Any = _event("api_health")
    nothing: Any = {"Records": []}
    naive = _naive_build(scratch / "naive")
    return (
        Variant("empty handler", Code("handler.handler", empty, empty / "layer", _TIMEOUT_S), {}, None),
        _shipped(build, "TicketsApi", "tickets_api", health, at_most=14),
        _shipped(build, "Notifier", "notifier", nothing, at_most=9),
        _shipped(build, "SearchIndexer", "search_indexer", nothing, at_most=9),
        Variant("tickets_api, naive build", Code("tickets_api.app.handler", naive, naive, _TIMEOUT_S), health, None),
    )


def _shipped(build: Path, logical_id: str, package: str, event: Any, *, at_most: float) -> Variant:
    code = Code(f"{package}.app.handler", build / logical_id, build / "CoreLayer" / "python", _TIMEOUT_S)
    return Variant(f"{package}, as it ships", code, event, at_most)


def _naive_build(folder: Path) -> Path:
    """The same wheels and sources as a plain build leaves them: no byte code, the SDK's whole data."""
    requirements = [PROJECT / "layers/core/requirements.txt", PROJECT / "functions/tickets_api/requirements.txt"]
    for file in requirements:
        subprocess.run(  # noqa: S603 (this very Python)
            [_UV, "pip", "install", "--quiet", "--no-deps", "--target", folder, "--python-version", "3.13", "-r", file],
            check=True,
        )
    shutil.copytree(PROJECT / "layers/core/ticketing", folder / "ticketing", ignore=_CACHES)
    shutil.copytree(PROJECT / "functions/tickets_api", folder / "tickets_api", ignore=_CACHES)
    for cache in folder.rglob("__pycache__"):
        shutil.rmtree(cache)
    return folder


_CACHES = shutil.ignore_patterns("__pycache__")


def _start_ms(variant: Variant, scratch: Path) -> float:
    with runtime.started(variant.code, _ENVIRONMENT, scratch, is_quiet=True) as port:
        began = time.perf_counter()
        answer = runtime.post(port, variant.event, _TIMEOUT_S)
        elapsed = time.perf_counter() - began
    if runtime.failed(answer):
        message = f"{variant.name} failed: {answer}"
        raise RuntimeError(message)
    return elapsed * 1000


def _event(name: str) -> Any:
    return json.loads((PROJECT / "events" / f"{name}.json").read_text("utf-8"))
