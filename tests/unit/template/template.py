"""The template as data, and what its tests ask of it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
FUNCTIONS = {
    "TicketsApi": "tickets_api",
    "Notifier": "notifier",
    "WeeklyList": "notifier",
    "SearchIndexer": "search_indexer",
    "Janitor": "janitor",
    "BulkWorker": "bulk_worker",
    "MailEvents": "mail_events",
    "Exporter": "exporter",
}
ENTRIES = {"WeeklyList": "weekly"}
"""Functions that begin elsewhere than in their package's `app.py`."""
STREAM_READERS = ("Notifier", "SearchIndexer")
ENVIRONMENTS = ("local", "staging", "production")

# Every resource of a role that is wider than one ARN, and why it cannot be narrower.
WIDE_RESOURCES = {
    "${TicketsTable.Arn}/stream/*": "ListStreams is asked for the table's streams, before one of them is known",
    "${ContentBucket.Arn}/tickets/*": "objects have names of their own, below their ticket's id",
    "${ContentBucket.Arn}/exports/*": "files have names of their own, below their organisation's id",
    "${FailedBatches.Arn}/aws/lambda/*": "Lambda names the objects itself, below this prefix",
    "*": "the laptop's engine checks a mail against every resource; on AWS this branch does not exist",
}
# What the cut botocore model holds beside what a role names: a transaction is allowed by the rights of its parts.
RIGHTS_WITHOUT_AN_OPERATION = {
    "dynamodb:ConditionCheckItem",  # inside transactions
    "ses:SendRawEmail",  # what SendEmail asks for a mail that was written whole
}
OPERATIONS_WITHOUT_A_RIGHT = {
    *("TransactGetItems", "TransactWriteItems", "DescribeEndpoints", "SendMessageBatch"),
    *("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"),  # PutObject allows them
}
# What Lambda itself does with the function's role, not our code.
RIGHTS_OF_LAMBDA = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "s3:ListBucket",
}


class _Loader(yaml.SafeLoader):
    """CloudFormation's YAML: `!Ref x` becomes {"Ref": "x"}, `!Sub x` {"Fn::Sub": "x"}."""


def _intrinsic(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    key = name if name in {"Ref", "Condition"} else f"Fn::{name}"
    if isinstance(node, yaml.MappingNode):
        return {key: loader.construct_mapping(node, deep=True)}
    if isinstance(node, yaml.SequenceNode):
        return {key: loader.construct_sequence(node, deep=True)}
    return {key: loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None}


_Loader.add_multi_constructor("!", _intrinsic)

TEMPLATE: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), _Loader)  # noqa: S506 (a safe loader)
SAMCONFIG: dict[str, Any] = tomllib.loads((ROOT / "samconfig.toml").read_text())
PARAMETERS: dict[str, Any] = TEMPLATE["Parameters"]
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]


def properties(logical_id: str) -> dict[str, Any]:
    found: dict[str, Any] = RESOURCES[logical_id]["Properties"]
    return found


def of_type(kind: str) -> dict[str, Any]:
    return {name: resource for name, resource in RESOURCES.items() if resource["Type"] == kind}


def entry_of(function: str) -> str:
    """The module whose `handler` Lambda calls."""
    return ENTRIES.get(function, "app")


def spelled(function: str, between: str) -> str:
    """`WeeklyList` as `weekly-list`."""
    return between.join(re.findall(r"[A-Z][a-z]+", function)).lower()


def stream_of(function: str) -> dict[str, Any]:
    found: dict[str, Any] = properties(function)["Events"]["Stream"]["Properties"]
    return found


def statements(role: str) -> Iterator[dict[str, Any]]:
    """All statements of a role; the one that is there only with an own key, too."""
    for policy in properties(role)["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            yield statement["Fn::If"][1] if "Fn::If" in statement else statement


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def roles() -> list[str]:
    return list(of_type("AWS::IAM::Role"))


def strings(node: Any) -> Iterator[str]:
    """Every string below here."""
    if isinstance(node, str):
        yield node
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from strings(below)


def own_variables(name: str) -> dict[str, Any]:
    found: dict[str, Any] = properties(name)["Environment"]["Variables"]
    return found
