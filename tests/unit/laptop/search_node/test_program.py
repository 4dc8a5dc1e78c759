import hashlib
import re
from pathlib import Path

import pytest

from scripts.laptop.problem import Problem
from scripts.laptop.search_node.program import DIGESTS, POM, VERSION, check


def test_what_is_fetched_is_the_version_that_is_pinned() -> None:
    dependencies = POM.read_text().partition("<dependencies>")[2]
    assert re.findall(r"<version>(.*)</version>", dependencies) == [VERSION] * len(DIGESTS)


def test_a_file_that_is_not_what_it_was_is_refused_and_fetched_anew_next_time(tmp_path: Path) -> None:
    packed = tmp_path / "packed"
    packed.mkdir()
    (packed / "node.zip").write_bytes(b"something else")
    with pytest.raises(Problem, match=r"node\.zip from Maven Central is not what it was"):
        check(packed, {"node.zip": hashlib.sha256(b"the node").hexdigest()})
    assert not packed.exists()


def test_a_file_that_is_what_it_was_is_taken(tmp_path: Path) -> None:
    (tmp_path / "node.zip").write_bytes(b"the node")
    check(tmp_path, {"node.zip": hashlib.sha256(b"the node").hexdigest()})
