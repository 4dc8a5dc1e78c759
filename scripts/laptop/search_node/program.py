"""The program: fetched from Maven Central, checked against the digests below, unpacked with its analyzers."""

import contextlib
import hashlib
import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from scripts.laptop import maven
from scripts.laptop.place import PROJECT
from scripts.laptop.problem import Problem
from scripts.laptop.search_node.account import brought_within_reach

VERSION = "2.19.4"
POM = Path(__file__).with_name("pom.xml")
_SERVER = f"opensearch-{VERSION}.zip"
_ANALYZERS = f"analysis-common-{VERSION}.jar"
DIGESTS = {
    _SERVER: "3902e642715210d1d9d7cbdcc8f5abd6f931d1d7a679cea3750937becf16c406",
    _ANALYZERS: "46db3a6c8fc53f756853d29b4d14fc326ce96a0f56b62aeb289a8126ec513e66",
}
"""SHA-256 of what Maven Central has under these names, which never change there."""

# A module is a folder with its jars and this description; the distribution leaves out the analyzers' one.
_DESCRIPTION = f"""\
description=built-in analyzers
version={VERSION}
name=analysis-common
classname=org.opensearch.analysis.common.CommonAnalysisPlugin
java.version=11
opensearch.version={VERSION}
extended.plugins=
has.native.controller=false
"""


def fetched(folder: Path = PROJECT / ".local") -> Path:
    """The unpacked program, which anybody may read. Problem without Maven, a network or what was expected."""
    packed = maven.fetched("OpenSearch", POM, folder / "opensearch-packed", "-DexcludeTransitive=true")
    unpacked = brought_within_reach(folder / f"opensearch-{VERSION}")
    if not unpacked.is_dir():
        check(packed, DIGESTS)
        _unpack(packed, unpacked)
    return unpacked


def check(folder: Path, digests: Mapping[str, str]) -> None:
    """Problem, and the folder is gone, if a file in it is not what it was when the project took it up."""
    for name, wanted in digests.items():
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if found != wanted:
            shutil.rmtree(folder)
            message = f"{name} from Maven Central is not what it was: SHA-256 {found}, expected {wanted}"
            raise Problem(message)


def _unpack(packed: Path, into: Path) -> None:
    unfinished = into.with_name(f"{into.name}.{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        with zipfile.ZipFile(packed / _SERVER) as archive:
            archive.extractall(unfinished)
        tree = unfinished / f"opensearch-{VERSION}"
        module = tree / "modules" / "analysis-common"
        module.mkdir()
        shutil.copy(packed / _ANALYZERS, module)
        (module / "plugin-descriptor.properties").write_text(_DESCRIPTION)
        for path in (tree, *tree.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)  # whatever the umask is
        with contextlib.suppress(FileExistsError, OSError):  # another process has just unpacked the same
            tree.rename(into)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
