import os
import subprocess
import sys

_START = "from scripts.bench import in_process; in_process.handler(None)"


def test_the_function_starts_with_the_environment_that_the_benchmarks_give_it() -> None:
    """In a process of its own: the function reads its environment once, when it is imported."""
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    subprocess.run([sys.executable, "-c", _START], check=True, env=environment)  # noqa: S603 (this very Python)
