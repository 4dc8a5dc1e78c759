"""The stack as the emulator has it: whether it is there and whole, and what it is called."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from scripts.laptop.aws import client, error_code
from scripts.laptop.place import Place

STAGE = "live"
_WHOLE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
_ABSENT = {"ValidationError", "ResourceNotFoundException", "NotFoundException", "ParameterNotFound"}


@dataclass(frozen=True)
class Deployed:
    """Names that the deployment chose. The API's id changes with its body: read it again after every deploy."""

    outputs: Mapping[str, str]
    parameters: Mapping[str, str]
    functions: Mapping[str, str]  # logical id: name

    @property
    def table_name(self) -> str:
        return self.outputs["TableName"]

    @property
    def api_id(self) -> str:
        return self.outputs["ApiId"]

    def api_url(self, place: Place) -> str:
        """The base address; the output `ApiUrl` is the one on AWS, which does not resolve here."""
        return f"{place.endpoint}/restapis/{self.api_id}/{STAGE}/_user_request_"


def find(place: Place) -> Deployed | None:
    """The stack, or None if it or one of its main parts is missing."""
    try:
        return _describe(place)
    except ClientError as error:
        if error_code(error) in _ABSENT:
            return None
        raise


def is_changing(place: Place) -> bool:
    """Whether a deploy is at work in the emulator; it goes on there when SAM is interrupted."""
    try:
        stacks = client(place, "cloudformation").describe_stacks(StackName=place.stack_name)["Stacks"]
    except ClientError:
        return False
    return any(str(stack["StackStatus"]).endswith("_IN_PROGRESS") for stack in stacks)


def _describe(place: Place) -> Deployed | None:
    cloudformation = client(place, "cloudformation")
    stack = cloudformation.describe_stacks(StackName=place.stack_name)["Stacks"][0]
    resources = cloudformation.describe_stack_resources(StackName=place.stack_name)["StackResources"]
    deployed = Deployed(
        outputs={output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())},
        parameters={entry["ParameterKey"]: entry["ParameterValue"] for entry in stack.get("Parameters", ())},
        functions=_physical_names(resources, "AWS::Lambda::Function"),
    )
    if stack["StackStatus"] not in _WHOLE or not {"TableName", "ApiId"} <= deployed.outputs.keys():
        return None
    client(place, "dynamodb").describe_table(TableName=deployed.table_name)
    client(place, "apigateway").get_stage(restApiId=deployed.api_id, stageName=STAGE)
    for name in deployed.functions.values():
        client(place, "lambda").get_function_configuration(FunctionName=name)
    return deployed


def _physical_names(resources: list[dict[str, Any]], kind: str) -> dict[str, str]:
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in resources
        if resource["ResourceType"] == kind
    }


class Memory:
    """Notes kept in the emulator, so that they are lost exactly when the state they speak of is lost."""

    def __init__(self, place: Place) -> None:
        self._ssm = client(place, "ssm")
        self._name = f"/{place.stack_name}/laptop"

    def recall(self, key: str) -> str | None:
        return self._read().get(key)

    def remember(self, key: str, value: str) -> None:
        notes = self._read() | {key: value}
        self._ssm.put_parameter(Name=self._name, Value=json.dumps(notes), Type="String", Overwrite=True)

    def _read(self) -> dict[str, str]:
        try:
            value = self._ssm.get_parameter(Name=self._name)["Parameter"]["Value"]
        except ClientError as error:
            if error_code(error) in _ABSENT:
                return {}
            raise
        return dict(json.loads(value))
