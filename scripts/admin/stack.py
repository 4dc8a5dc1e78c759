"""A deployed stack: its table, its secret and what it is for, found by the stack's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from scripts.admin.connection import Connection
from scripts.admin.problem import Problem
from ticketing.store.secrets import SigningSecrets
from ticketing.store.table import Table


@dataclass(frozen=True, slots=True)
class Stack:
    """`environment` is local, staging or production; the secret is read when it is first needed."""

    name: str
    environment: str
    api_url: str
    table: Table
    secrets: SigningSecrets
    connection: Connection
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]
    status: str

    @property
    def pepper(self) -> bytes:
        """What the secrets of new keys are hashed with."""
        return self.secrets.generations()[0]

    def output(self, name: str) -> str:
        """One of the outputs that only some commands need. Raises Problem if the stack has none of that name."""
        return _named(self.outputs, name, self.name, self.status)

    def parameter(self, name: str) -> str:
        """What the stack was deployed with. Raises Problem if it knows no parameter of that name."""
        return _named(self.parameters, name, self.name, self.status)


def find(name: str, connection: Connection) -> Stack:
    """The stack of that name. Raises Problem if there is none, or none of ours."""
    described = _describe(name, connection)
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    parameters = {entry["ParameterKey"]: entry["ParameterValue"] for entry in described.get("Parameters", [])}
    status = described["StackStatus"]
    return Stack(
        name=name,
        environment=_named(parameters, "Environment", name, status),
        api_url=_named(outputs, "ApiUrl", name, status),
        table=Table(connection.client("dynamodb"), _named(outputs, "TableName", name, status)),
        secrets=SigningSecrets(
            lambda: connection.client("secretsmanager"), _named(outputs, "SigningSecretId", name, status)
        ),
        connection=connection,
        outputs=outputs,
        parameters=parameters,
        status=status,
    )


def _describe(name: str, connection: Connection) -> Mapping[str, Any]:
    try:
        stacks = connection.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "ValidationError":  # how CloudFormation says "no such stack"
            raise Problem(f"There is no stack {name} at {connection.where}. Name another with --stack.") from None
        raise
    described: Mapping[str, Any] = stacks[0]
    return described


def _named(values: Mapping[str, str], wanted: str, stack_name: str, status: str) -> str:
    if wanted not in values:
        raise Problem(f"The stack {stack_name} ({status}) has no {wanted}: it is not one of ours, or not yet whole.")
    return values[wanted]
