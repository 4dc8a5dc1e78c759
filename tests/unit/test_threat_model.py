"""The threat model is held to the code: the tests that it names exist, and what can be attacked stands in it."""

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest

from tests.unit.template.template import FUNCTIONS, as_list, of_type, statements

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
INVENTORY, _, THREATS = PAGE.partition("\n## A stranger")
STORES = (
    "AWS::DynamoDB::Table",
    "AWS::Logs::LogGroup",
    "AWS::OpenSearchService::Domain",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
)


def rows() -> list[str]:
    lines = re.findall(r"^\| .+ \|$", THREATS, re.MULTILINE)
    return [line for line in lines if not line.startswith("| Tries to |")]


@cache
def functions_of(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(tests/[\w/]+\.py::\w+)`", PAGE))))
def test_every_test_that_is_named_exists(named: str) -> None:
    file, _, name = named.partition("::")
    assert (ROOT / file).exists()
    assert name in functions_of(ROOT / file)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[2:50])
def test_every_row_names_a_test_or_says_that_there_is_none(row: str) -> None:
    tries, stopped_by, shown_by = row.strip("|").split(" | ")
    assert tries.strip()
    assert stopped_by.strip()
    assert ".py::test_" in shown_by or "no test" in shown_by or "not stopped" in shown_by
    if "not stopped" in shown_by:
        assert "not stopped" in stopped_by.lower() or "by design" in shown_by


def test_no_test_is_named_that_this_page_does_not_check() -> None:
    assert PAGE.count("::test_") == len(re.findall(r"`tests/[\w/]+\.py::test_\w+`", PAGE)) > 60


def test_every_route_stands_in_it() -> None:
    # Importing the application would need its environment.
    (public,) = re.findall(
        r"^PUBLIC = frozenset\((.+)\)$", (ROOT / "functions/tickets_api/app.py").read_text(), re.MULTILINE
    )
    paths = {*json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))["paths"], *ast.literal_eval(public)}
    assert "/docs/{name}" in paths
    assert {path for path in paths if f"`{path}`" not in INVENTORY} == set()


def test_every_function_and_every_store_of_data_stands_in_it() -> None:
    things = {name for kind in (*STORES, "AWS::Serverless::Function") for name in of_type(kind)}
    assert len(things) > 10
    assert {name for name in things if f"`{name}`" not in INVENTORY} == set()


def test_only_the_function_of_which_it_is_told_may_delete() -> None:
    deleting = {
        function
        for function in FUNCTIONS
        for statement in statements(f"{function}Role")
        for action in as_list(statement["Action"])
        if "Delete" in action and action != "sqs:DeleteMessage"
    }
    told = set(re.findall(r"^\| `(\w+)` \| .+ \| .*\b(?<!never )delete\b.* \|$", INVENTORY, re.MULTILINE))
    assert deleting == told == {"Janitor"}
