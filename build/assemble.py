"""Assemble one artifact of `sam build`: wheels, our package, byte code, and for a function the id of what it runs.

    python -m build.assemble layer    <package> <artifacts folder> <arm64 | x86_64 | native>
    python -m build.assemble function <package> <artifacts folder> <arm64 | x86_64 | native>

Called by build/Makefile in a scratch copy of the resource's folder, with the runtime's own Python 3.13 and nothing
but its standard library. It must stay deterministic: no times, no paths of this machine, no order of a file system.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from build import trim_botocore

LAYER = "CoreLayer"
BUILD_ID = "build_id.txt"
# Lambda's python3.13 runs on Amazon Linux 2023 (glibc 2.34), so wheels for glibc 2.28 and older run there.
PLATFORMS = {
    "arm64": ("manylinux_2_28_aarch64", "manylinux2014_aarch64"),
    "x86_64": ("manylinux_2_28_x86_64", "manylinux2014_x86_64"),
}
# Where Lambda unpacks them; byte code carries these paths into tracebacks.
LAYER_ROOT, FUNCTION_ROOT = "/opt/python", "/var/task"
# Source folders hold these for people and tools; Lambda has no use for them.
NOT_SHIPPED = ("__pycache__", "*.pyc", "requirements.txt", "*.md", ".*", "tests")
# pip's notes on how it installed; RECORD lists files that are cut away here.
INSTALLER_NOTES = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
# Of fastapi-swagger only the Swagger UI files are served; others ship their own test cases.
NOT_RUN = (
    *("fastapi_swagger/*.py", "fastapi_swagger/resources/*.py"),
    *("annotated_types/test_cases.py", "certifi/tests/*", "events/tests/*"),
)


def main(kind: str, package: str, artifacts: Path, target: str) -> None:
    if sys.version_info[:2] != (3, 13):
        raise SystemExit("Byte code is made for the runtime's Python: put python3.13 first on PATH")
    if target != "native" and target not in PLATFORMS:
        raise SystemExit(f"LODGESTORY_BUILD={target}: expected native, {' or '.join(PLATFORMS)}")
    is_layer = kind == "layer"
    root = artifacts / "python" if is_layer else artifacts
    root.mkdir(parents=True, exist_ok=True)
    install_wheels(Path("requirements.txt"), root, target)
    trim_wheels(root)
    copy_package(Path(package) if is_layer else Path(), root / package)
    if is_layer:
        trim_botocore.trim(root / "botocore" / "data")
    compile_all(root, LAYER_ROOT if is_layer else FUNCTION_ROOT)
    if not is_layer:
        build_id = content_hash(layer_beside(artifacts), artifacts)
        (root / package / BUILD_ID).write_text(f"{build_id}\n")


def install_wheels(requirements: Path, root: Path, target: str) -> None:
    """Install the wheels that the lock names, checked against its hashes; a lock that names none is fine."""
    if not any("==" in line for line in requirements.read_text().splitlines()):
        return
    options = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--no-compile"]
    if target != "native":
        options += ["--implementation", "cp", "--python-version", "3.13"]
        options += [f"--platform={platform}" for platform in PLATFORMS[target]]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore"]
    where = ["--requirement", str(requirements), "--target", str(root)]
    subprocess.run([sys.executable, "-I", "-m", "pip", "install", *quiet, *options, *where], check=True)  # noqa: S603 (pip, of this very Python)


def trim_wheels(root: Path) -> None:
    """Remove what differs from build to build, and what nothing runs. Every distribution keeps name and licence."""
    shutil.rmtree(root / "bin", ignore_errors=True)  # scripts that begin with the path of this machine's Python
    for info in root.glob("*.dist-info"):
        for name in INSTALLER_NOTES:
            (info / name).unlink(missing_ok=True)
    for pattern in NOT_RUN:
        for path in root.glob(pattern):
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()


def copy_package(source: Path, destination: Path) -> None:
    """Copy our own package: a layer holds it as a folder, a function's folder is the package itself."""
    shutil.copytree(source, destination, ignore=shutil.ignore_patterns(*NOT_SHIPPED, BUILD_ID))


def compile_all(root: Path, runtime_root: str) -> None:
    """Ship byte code that is never checked against its source: Lambda could not write it, and dates mean nothing."""
    where = ["-s", str(root), "-p", runtime_root, str(root)]
    how = ["-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    command = [sys.executable, "-s", "-P", "-m", "compileall", *how, *where]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "0"})  # noqa: S603 (this very Python)


def layer_beside(artifacts: Path) -> Path:
    """The built layer. SAM builds layers first, into the folder beside the functions'."""
    layer = artifacts.parent / LAYER
    if not layer.is_dir():
        raise SystemExit(f"{layer} is missing: build the whole template, so that functions carry their layer's hash")
    return layer


def content_hash(*folders: Path) -> str:
    """One hash over the names and bytes of every file: what a function runs, and nothing else."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()[:20]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4])
