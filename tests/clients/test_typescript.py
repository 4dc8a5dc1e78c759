"""The TypeScript client's own tests, by Node's test runner."""

import re
from pathlib import Path

from scripts.clients.generators import NODE, TYPESCRIPT
from tests.clients.packages import COMPILER, run


def test_its_own_tests_pass(tmp_path: Path) -> None:
    run(NODE, COMPILER, "--project", TYPESCRIPT / "tsconfig.test.json", "--outDir", tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    written = [file.stem for file in (TYPESCRIPT / "test").glob("*.test.ts")]
    tests = [tmp_path / "test" / f"{name}.js" for name in written]
    printed = run(NODE, "--test", "--test-reporter=tap", *tests)
    counted = dict(re.findall(r"^# (tests|pass|fail|skipped|todo) (\d+)$", printed, re.MULTILINE))
    print(counted)
    assert int(counted["tests"]) > 30
    assert (counted["pass"], counted["fail"]) == (counted["tests"], "0"), printed
