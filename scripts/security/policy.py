"""Ask Checkov whether template.yaml is open where it should not be. Nothing is sent or fetched.

A finding is mended, or suppressed at its resource by a comment that says why: `# checkov:skip=CKV_AWS_21:reason`.
A suppression that suppresses nothing is refused too, so that none outlives its cause.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
CHECKOV = PROJECT / ".venv-checkov" / "bin" / "checkov"
TEMPLATE = PROJECT / "template.yaml"

_SKIP = re.compile(r"checkov:skip=(\w+)(?::(.*))?")
_SHORTEST_REASON = 30
"""Letters: "by design" is no reason."""


@dataclass(frozen=True)
class Report:
    """What Checkov found in one template."""

    passed: int
    suppressed: int
    problems: list[str]


def scan(template: Path) -> Report:
    """Raises RuntimeError if Checkov fails or cannot read the template: no scan must not look like no finding."""
    text = template.read_text("utf-8")
    # Checkov is not shown the suppressions: it would count one of a rule that holds like any other.
    found = _ask_checkov(_SKIP.sub("", text))
    summary = found["summary"]
    if summary["parsing_errors"] or not summary["passed"]:
        message = f"Checkov could not read {template}: {summary}"
        raise RuntimeError(message)
    problems = judge(text, found["results"]["failed_checks"])
    return Report(summary["passed"], len(_SKIP.findall(text)), [f"{template.name}:{one}" for one in problems])


def judge(text: str, findings: list[dict[str, Any]]) -> list[str]:
    """What is left of the findings after the suppressions of `text`, and what is wrong with those."""
    written = {(line, *skip): skip for line, said in enumerate(text.splitlines(), 1) for skip in _SKIP.findall(said)}
    problems = []
    for finding in findings:
        first, last = finding["file_line_range"]
        here = [key for key in written if first <= key[0] <= last and key[1] == finding["check_id"]]
        if not here:
            problems.append(f"{first}: {finding['resource']}: {finding['check_id']} {finding['check_name']}")
        for key in here:
            _, reason = written.pop(key)
            if len(reason.strip()) < _SHORTEST_REASON:
                problems.append(f"{key[0]}: checkov:skip={key[1]}: say why, in {_SHORTEST_REASON} letters or more")
    problems += [f"{line}: checkov:skip={check} suppresses nothing: remove it" for line, check, _ in written]
    return problems


def _ask_checkov(text: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "template.yaml")
        template.write_text(text, "utf-8")
        ended = _run(template)
    if ended.returncode != 0:
        message = f"Checkov ended with {ended.returncode}:\n{ended.stderr.strip()[-2000:]}"
        raise RuntimeError(message)
    return json.loads(ended.stdout)


def _run(template: Path) -> subprocess.CompletedProcess[str]:
    command = [str(CHECKOV), "--file", str(template), "--framework", "cloudformation"]
    command += ["--skip-download", "--compact", "--soft-fail", "--output", "json"]
    # An environment of its own: no key for Checkov's service gets in, no configuration of the person who runs it,
    # and it does not ask the package index for a newer Checkov.
    environment = {"PATH": os.environ.get("PATH", os.defpath), "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true"}
    environment["HOME"] = str(CHECKOV.parents[1])
    return subprocess.run(command, env=environment, cwd=template.parent, capture_output=True, text=True, check=False)  # noqa: S603 (Checkov, from .venv-checkov)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("template", type=Path, nargs="?", default=TEMPLATE)
    template = parser.parse_args(arguments).template.resolve()
    print(f"Checkov reads {template.name}, which takes some seconds …", flush=True)
    started = time.monotonic()
    report = scan(template)
    for problem in report.problems:
        print(problem)
    print(
        f"{report.passed} rules held, {report.suppressed} findings suppressed with a reason, "
        f"{len(report.problems)} problems, in {time.monotonic() - started:.0f} s"
    )
    if report.problems:
        sys.exit("Mend them in the template, or suppress them at their resource: # checkov:skip=ID:why")


if __name__ == "__main__":
    main()
