"""Documents are held to the code: settings, errors, routes, commands, access patterns."""

import ast
import inspect
import json
import re
from pathlib import Path

import pytest

from ticketing import config, errors
from ticketing.errors import TicketingError
from ticketing.store import keys

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def every_error() -> list[type[TicketingError]]:
    declared = (value for _, value in inspect.getmembers(errors, inspect.isclass))
    return [one for one in declared if issubclass(one, TicketingError) and one is not TicketingError]


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.__name__)
def test_every_error_is_documented_with_its_status(error: type[TicketingError]) -> None:
    assert f"| `{error.code}` | {error.status} |" in read("docs/errors.md")


def test_no_error_is_documented_that_does_not_exist() -> None:
    documented = set(re.findall(r"^\| `(\w+)` \|", read("docs/errors.md"), re.MULTILINE))
    assert documented == {error.code for error in every_error()}


def test_error_codes_are_unique_and_every_error_says_something() -> None:
    codes = [error.code for error in every_error()]
    assert len(codes) == len(set(codes))
    assert all(error.detail and error.title and error.__doc__ for error in every_error())


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.__name__)
def test_every_error_is_raised_somewhere(error: type[TicketingError]) -> None:
    if error in {errors.Forbidden, errors.ValidationFailed} or not error.__subclasses__():
        sources = [*(ROOT / "layers").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
        used = re.compile(rf"(raise {error.__name__}\b|\b{error.__name__}\()")
        others = [file for file in sources if file.name != "errors.py"]
        assert any(used.search(file.read_text("utf-8")) for file in others), f"{error.__name__} is never raised"


def settings() -> list[str]:
    return sorted(set(re.findall(r'_get\("([A-Z_]+)"\)', Path(config.__file__).read_text("utf-8"))))


@pytest.mark.parametrize("setting", settings())
def test_every_setting_is_documented_and_set_by_the_template(setting: str) -> None:
    assert f"| `{setting}` |" in read("docs/architecture.md")
    assert re.search(rf"^\s+{setting}:", read("template.yaml"), re.MULTILINE)


def test_the_access_patterns_of_the_document_are_those_of_the_keys() -> None:
    rows = [line for line in (keys.__doc__ or "").splitlines() if line.startswith("|")]
    assert len(rows) > 10
    assert "\n".join(rows) in read("docs/data-model.md")


def test_every_make_target_is_documented_and_every_documented_one_exists() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):.*## ", read("Makefile"), re.MULTILINE))
    documented = set(
        re.findall(r"`(?:make )?(test-\w+)`|`make ([a-z0-9-]+)", read("CONTRIBUTING.md") + read("README.md"))
    )
    assert {one or other for one, other in documented} == targets


def test_every_place_that_the_readme_names_exists() -> None:
    rows = re.findall(r"^\| .+ \| (`.+`) \|$", read("README.md"), re.MULTILINE)
    assert len(rows) >= 7
    for row in rows:
        for place in re.findall(r"`([^`]+)`", row):
            assert (ROOT / place).exists(), place


def test_every_link_of_a_document_leads_somewhere() -> None:
    for document in [*DOCS.rglob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("clients/*/*.md")]:
        for target in re.findall(r"\]\(([^)#]+)", document.read_text("utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_route_has_an_example_event_or_is_about_the_api() -> None:
    paths = json.loads(read("docs/openapi.json"))["paths"]
    asked = [json.loads(file.read_text("utf-8")) for file in (ROOT / "events").glob("api_*.json")]
    examples = {(event["httpMethod"], event["path"]) for event in asked}
    for path, methods in paths.items():
        form = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
        for method in methods:
            assert any(verb == method.upper() and form.fullmatch(asked_path) for verb, asked_path in examples), path


def test_decisions_are_short_and_each_has_a_number_of_its_own() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    # A gap is no fault: records that are written side by side come in one by one.
    assert len({page.name[:4] for page in pages}) == len(pages)
    for page in pages:
        assert len(page.read_text("utf-8").splitlines()) < 30, page.name


def test_every_module_says_what_it_is_for() -> None:
    for folder in ("layers", "functions", "scripts", "clients/python"):
        for file in (ROOT / folder).rglob("*.py"):
            if "generated" not in file.parts:
                assert ast.get_docstring(ast.parse(file.read_text("utf-8"))), file


def test_the_ids_that_example_events_name_are_those_of_the_demonstration_data() -> None:
    from scripts.demonstration import well_known

    known = {value for name, value in vars(well_known).items() if name.isupper()}
    named: set[str] = set()
    for file in (ROOT / "events").glob("*.json"):
        named |= set(re.findall(r"\b(?:tkt|mem|team|org)_[a-z0-9_]{5,}", file.read_text("utf-8")))
    made_by_an_event = {"mem_lakeside_spa"}
    assert named - made_by_an_event <= known
