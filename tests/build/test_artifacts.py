"""What ships: complete, compiled, for the right processor, small, and the same every time."""

import importlib.util
import json
import marshal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import pytest

from build.assemble import content_hash
from build.trim_botocore import OPERATIONS
from tests.build.conftest import Builds
from tests.unit.template.template import ENTRIES, FUNCTIONS

ARTIFACTS = ("CoreLayer", *FUNCTIONS)
RUNTIME_ROOTS = {"CoreLayer": "/opt/"} | dict.fromkeys(FUNCTIONS, "/var/task/")

OPERATIONS_IN_ORDER = {service: sorted(OPERATIONS[service]) for service in sorted(OPERATIONS)}

UNCHECKED_HASH = 1  # flags of a .pyc: made from a hash, never compared with its source (PEP 552)
AARCH64 = 183  # e_machine of an ELF header
MEBIBYTE = 1 << 20

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "BULK_QUEUE_URL": "https://queue.example/bulk.fifo",
    "CONSOLE_URL": "https://console.example",
    "CONTENT_BUCKET": "content",
    "DEAD_LETTER_QUEUE_URL": "https://queue.example/dead",
    "ENVIRONMENT": "local",
    "EXPORT_QUEUE_URL": "https://queue.example/exports",
    "GUEST_MAILS_PER_ADDRESS": "5",
    "GUEST_MAILS_PER_ORGANISATION": "1000",
    "MAIL_EVENTS_TO": "mail",
    "MAIL_RETRY_QUEUE_URL": "https://queue.example/retry",
    "MAIL_SENDER": "tickets@example.com",
    "SEARCH_RETRY_QUEUE_URL": "https://queue.example/search",
    "SIGNING_SECRET_ID": "secret",
    "TABLE_NAME": "table",
}


def files(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def layer(build: Path) -> Path:
    return build / "CoreLayer" / "python"


def distributions(folder: Path) -> dict[str, str]:
    """Name and version of every wheel that ships here."""
    names = (info.name.removesuffix(".dist-info").rsplit("-", 1) for info in folder.glob("*.dist-info"))
    return {name.lower().replace("_", "-"): version for name, version in names}


# --- The same every time, and different when it should be ------------------------------------------------------------


@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_two_builds_of_the_same_sources_are_equal_byte_for_byte(builds: Builds, artifact: str) -> None:
    once, again = files(builds.arm64 / artifact), files(builds.again / artifact)
    assert [name for name in once.keys() | again.keys() if once.get(name) != again.get(name)] == []


@pytest.mark.parametrize(("artifact", "package"), FUNCTIONS.items())
def test_a_change_of_the_layer_alone_changes_every_function(builds: Builds, artifact: str, package: str) -> None:
    before, after = files(builds.arm64 / artifact), files(builds.touched / artifact)
    assert [name for name in before if before[name] != after[name]] == [f"{package}/build_id.txt"]


@pytest.mark.parametrize(("artifact", "package"), FUNCTIONS.items())
def test_the_build_id_is_the_hash_of_what_the_function_runs(
    builds: Builds, tmp_path: Path, artifact: str, package: str
) -> None:
    build_id = builds.arm64 / artifact / package / "build_id.txt"
    shipped = tmp_path / "shipped"
    for name, content in files(builds.arm64 / artifact).items():
        if name != f"{package}/build_id.txt":
            (shipped / name).parent.mkdir(parents=True, exist_ok=True)
            (shipped / name).write_bytes(content)
    assert build_id.read_text() == content_hash(builds.arm64 / "CoreLayer", shipped) + "\n"


# --- Byte code -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_every_module_ships_byte_code_that_is_used_as_it_is(builds: Builds, artifact: str) -> None:
    modules = list((builds.arm64 / artifact).rglob("*.py"))
    assert modules
    for module in modules:
        compiled = module.parent / "__pycache__" / f"{module.stem}.cpython-313.pyc"
        assert compiled.is_file(), f"{module} would be compiled at each cold start"
        header = compiled.read_bytes()[:8]
        assert header[:4] == importlib.util.MAGIC_NUMBER
        assert int.from_bytes(header[4:], "little") == UNCHECKED_HASH


@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_byte_code_names_the_paths_of_lambda_and_none_of_this_machine(builds: Builds, artifact: str) -> None:
    for compiled in (builds.arm64 / artifact).rglob("*.pyc"):
        code = marshal.loads(compiled.read_bytes()[16:])  # noqa: S302 (we have just made it)
        assert isinstance(code, CodeType)
        assert code.co_filename.startswith(RUNTIME_ROOTS[artifact])


# --- Wheels ----------------------------------------------------------------------------------------------------------


def test_every_shared_object_is_for_arm64(builds: Builds) -> None:
    shared_objects = list(builds.arm64.rglob("*.so"))
    assert {path.parent.name for path in shared_objects} >= {"orjson", "pydantic_core"}
    for path in shared_objects:
        header = path.read_bytes()[:20]
        assert header[:4] == b"\x7fELF"
        assert int.from_bytes(header[18:20], "little") == AARCH64, path


@pytest.mark.parametrize("artifact", FUNCTIONS)
def test_no_wheel_ships_both_in_the_layer_and_in_a_function(builds: Builds, artifact: str) -> None:
    shared, own = distributions(layer(builds.arm64)), distributions(builds.arm64 / artifact)
    assert shared
    assert shared.keys().isdisjoint(own), "the function's copy would shadow the layer's"


def test_no_wheel_ships_in_two_versions(builds: Builds) -> None:
    versions: dict[str, set[str]] = {}
    for folder in (layer(builds.arm64), *(builds.arm64 / name for name in FUNCTIONS)):
        for name, version in distributions(folder).items():
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_what_ships_is_what_the_locks_name(builds: Builds) -> None:
    folders = {"layers/core": layer(builds.arm64)}
    folders |= {f"functions/{package}": builds.arm64 / name for name, package in FUNCTIONS.items()}
    for source, built in folders.items():
        lock = (builds.sources / source / "requirements.txt").read_text().splitlines()
        pins = dict(line.split()[0].split("==") for line in lock if "==" in line and not line.lstrip().startswith("#"))
        assert distributions(built) == pins


def test_boto3_does_not_ship(builds: Builds) -> None:
    assert not list(builds.arm64.rglob("boto3*"))


# --- Nothing but what runs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("artifact", "package"), FUNCTIONS.items())
def test_a_function_ships_its_folder_as_a_package(builds: Builds, artifact: str, package: str) -> None:
    source = _shippable(builds.sources / "functions" / package)
    shipped = {name for name in files(builds.arm64 / artifact / package) if not name.endswith(".pyc")}
    assert shipped == source | {"build_id.txt"}


def test_the_layer_ships_the_shared_package(builds: Builds) -> None:
    shipped = {name for name in files(layer(builds.arm64) / "ticketing") if not name.endswith(".pyc")}
    assert shipped == _shippable(builds.sources / "layers" / "core" / "ticketing")


def _shippable(folder: Path) -> set[str]:
    return {name for name in files(folder) if name != "requirements.txt" and not name.endswith((".md", ".pyc"))}


def _unwanted(folder: Path) -> Iterator[str]:
    for name in files(folder):
        *folders, last = name.lower().split("/")
        # Whom to believe, not keys: botocore's list for AWS, and certifi's for the search cluster.
        is_key = last.endswith((".pem", ".key", ".env")) and not name.endswith(
            ("botocore/cacert.pem", "certifi/cacert.pem")
        )
        is_note = last.startswith(("readme", ".")) or last in {"record", "installer", "direct_url.json"}
        if is_key or is_note or {"tests", "bin"} & set(folders):
            yield name


@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_no_tests_notes_keys_or_dot_files_ship(builds: Builds, artifact: str) -> None:
    assert list(_unwanted(builds.arm64 / artifact)) == []


def test_of_fastapi_swagger_only_the_files_that_are_served_ship(builds: Builds) -> None:
    shipped = files(builds.arm64 / "TicketsApi" / "fastapi_swagger")
    assert {name.rsplit(".", 1)[1] for name in shipped} == {"css", "js", "png"}
    assert list((builds.arm64 / "TicketsApi").glob("fastapi_swagger-*.dist-info/licenses/LICENSE"))


def test_botocore_knows_only_the_services_that_are_called(builds: Builds) -> None:
    data = layer(builds.arm64) / "botocore" / "data"
    assert {path.name for path in data.iterdir() if path.is_dir()} == OPERATIONS.keys()
    for service, operations in OPERATIONS.items():
        [model] = (data / service).glob("*/service-2.json")
        assert json.loads(model.read_text())["operations"].keys() == operations


@pytest.mark.parametrize(("artifact", "limit_mebibytes"), [("CoreLayer", 20), ("TicketsApi", 25), ("Notifier", 3)])
def test_artifacts_stay_small(builds: Builds, artifact: str, limit_mebibytes: int) -> None:
    assert sum(map(len, files(builds.arm64 / artifact).values())) < limit_mebibytes * MEBIBYTE


# --- It runs, with nothing else on the path --------------------------------------------------------------------------


def run_built(build: Path, artifact: str, program: str) -> str:
    """Run a program with a bare interpreter: the artifact, the layer, the standard library, and no other package."""
    path = [str(build / artifact), str(layer(build))]
    command = [sys.executable, "-I", "-S", "-B", "-c", f"import sys; sys.path[:0] = {path}\n{program}"]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)  # noqa: S603 (this very Python)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(("artifact", "package"), FUNCTIONS.items())
def test_a_function_starts_with_its_build_and_the_layer_alone(builds: Builds, artifact: str, package: str) -> None:
    entry = f"{package}.{ENTRIES.get(artifact, 'app')}"
    program = f"import {entry} as app, botocore, ticketing\nprint(callable(app.handler), botocore.__file__)"
    is_callable, botocore = run_built(builds.native, artifact, program).split()
    assert is_callable == "True"
    assert Path(botocore).is_relative_to(layer(builds.native))


def test_the_pages_of_the_api_find_their_files_in_the_build(builds: Builds) -> None:
    program = (
        "from importlib import resources\n"
        "print(len((resources.files('fastapi_swagger.resources') / 'swagger-ui.css').read_bytes()))"
    )
    assert int(run_built(builds.native, "TicketsApi", program)) > 100_000


@pytest.mark.parametrize("region", ["eu-central-1", "us-gov-west-1", "cn-north-1"])
def test_the_cut_client_has_whole_operations_and_finds_its_addresses(builds: Builds, region: str) -> None:
    program = f"""
from botocore.session import Session

def walk(shape, seen):
    if shape is None or shape.name in seen: return
    seen.add(shape.name)
    if shape.type_name == "structure":
        for member in shape.members.values(): walk(member, seen)
    elif shape.type_name == "list": walk(shape.member, seen)
    elif shape.type_name == "map": walk(shape.key, seen); walk(shape.value, seen)

session = Session()
for service in {sorted(OPERATIONS)!r}:
    client = session.create_client(service, region_name={region!r}, aws_access_key_id="k", aws_secret_access_key="s")
    client.exceptions
    model = client.meta.service_model
    for name in model.operation_names:
        operation = model.operation_model(name)
        for shape in (operation.input_shape, operation.output_shape, *operation.error_shapes): walk(shape, set())
    print(client.meta.endpoint_url)
"""
    addresses = run_built(builds.native, "CoreLayer", program).splitlines()
    assert len(addresses) == len(OPERATIONS)
    assert all(f".{region}.amazonaws.com" in address for address in addresses)


def test_the_cut_client_can_build_and_sign_every_request(builds: Builds) -> None:
    program = f"""
import re
from botocore.config import Config
from botocore.session import Session

class Sent(BaseException): pass  # not an Exception: those are repeated

def stop(request, **_):
    raise Sent(request.headers["Authorization"])

session = Session()
for service, operations in {OPERATIONS_IN_ORDER!r}.items():
    config = Config(parameter_validation=False)
    client = session.create_client(
        service, config=config, region_name="eu-central-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    client.meta.events.register("before-send", stop)
    for operation in operations:
        # What addresses are made of; the rest of a request is not looked at here.
        arguments = dict(Bucket="content", Key="a/b") if service == "s3" else dict()
        arguments |= dict(RequestItems=dict(t=dict())) if operation.startswith("Batch") else dict()
        arguments |= dict(TransactItems=[]) if operation.startswith("Transact") else dict()
        method = getattr(client, re.sub("(?<=[a-z])(?=[A-Z])", "_", operation).lower())
        try:
            method(**arguments)
        except Sent as sent:
            print(service, operation, "AWS4-HMAC-SHA256" in str(sent))
"""
    sent = run_built(builds.native, "CoreLayer", program).splitlines()
    assert sent == [
        f"{service} {operation} True" for service, operations in OPERATIONS_IN_ORDER.items() for operation in operations
    ]
