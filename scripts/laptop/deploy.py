"""`sam deploy` to the emulator, and by hand what the emulator does not take from a template."""

import contextlib
import hashlib
import platform
import tomllib
from pathlib import Path
from typing import Any

import yaml
from botocore.exceptions import ClientError

from scripts.laptop import deployed
from scripts.laptop.aws import client, command_environment
from scripts.laptop.console import Console
from scripts.laptop.deployed import Deployed, Memory
from scripts.laptop.place import PROJECT, REGION, TOOLS, Place
from scripts.laptop.problem import Problem
from scripts.laptop.processes import run_to_log, tools_path

CONFIG_ENV = "local"
_SAMCONFIG = PROJECT / "samconfig.toml"
_DEPLOYED_FROM = "deployed-from"
_FAILURE = "The stack could not be deployed to MiniStack (`sam deploy`). `make reset` starts from an empty state."


def up_to_date_stack(
    place: Place, build: Path, present: Deployed | None, console: Console, search_endpoint: str = ""
) -> Deployed:
    """The stack, deployed if it is missing or was deployed from something else."""
    overrides = parameter_overrides(_SAMCONFIG.read_text(), search_endpoint)
    wanted = _content(build, overrides)
    memory = Memory(place)
    with console.step("Deploying template.yaml") as step:
        if present is not None and memory.recall(_DEPLOYED_FROM) == wanted:
            step.note = "unchanged"
            return present
        _sam_deploy(place, build, overrides)
        stack = deployed.find(place)
        if stack is None:
            message = f"The deployed stack is not whole. See {place.logs}, or start from an empty state: make reset"
            raise Problem(message)
        _complete(place, build, stack)
        memory.remember(_DEPLOYED_FROM, wanted)
    return stack


def _content(build: Path, overrides: list[str]) -> str:
    """Name of all that decides the deployment; a build's folder is named after its content."""
    return hashlib.sha256(f"{build.name} {_SAMCONFIG.read_text()} {overrides}".encode()).hexdigest()[:16]


def architecture() -> str:
    """This computer's processor in Lambda's words."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def _sam_deploy(place: Place, build: Path, overrides: list[str]) -> None:
    command = [
        *(str(TOOLS / "sam"), "deploy", "--config-file", str(_SAMCONFIG), "--config-env", CONFIG_ENV),
        *("--template-file", str(build / "template.yaml"), "--stack-name", place.stack_name, "--region", REGION),
        *("--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"),
        *("--parameter-overrides", *overrides),
    ]
    environment = command_environment(place) | {"PATH": tools_path()}
    run_to_log(command, environment, place.logs / "sam-deploy.log", _FAILURE)


def parameter_overrides(samconfig: str, search_endpoint: str = "") -> list[str]:
    """What samconfig.toml says for the laptop, this computer's processor and what tickets are searched in.

    The option replaces the file's list, and a parameter that is not named keeps what the stack had.
    """
    section = tomllib.loads(samconfig).get(CONFIG_ENV, {}).get("deploy", {}).get("parameters", {})
    entries = section.get("parameter_overrides", [])
    overrides = entries.split() if isinstance(entries, str) else [str(entry) for entry in entries]
    ours = {"Architecture": architecture(), "SearchEndpoint": search_endpoint or '""'}
    stated = [entry for entry in overrides if entry.partition("=")[0] not in ours]
    return stated + [f"{name}={value}" for name, value in ours.items()]


def _complete(place: Place, build: Path, stack: Deployed) -> None:
    """The emulator ignores a template's time to live and gateway answers, and wants the sender verified.

    And it answers at another address than AWS, which the links of mails begin with.
    """
    _switch_on_time_to_live(place, build, stack)
    client(place, "apigateway").create_deployment(restApiId=stack.api_id, stageName=deployed.STAGE)
    ses = client(place, "sesv2")
    for sender in senders(stack):
        with contextlib.suppress(ses.exceptions.AlreadyExistsException):
            ses.create_email_identity(EmailIdentity=sender)
    _tell_api_url(place, stack)


def _tell_api_url(place: Place, stack: Deployed) -> None:
    functions = client(place, "lambda")
    name = stack.functions["Notifier"]
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    told = variables | {"API_URL": stack.api_url(place)}
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": told})


def senders(stack: Deployed) -> list[str]:
    """The addresses that the stack sends from: every parameter that holds one."""
    return sorted({value for value in stack.parameters.values() if "@" in value})


def _switch_on_time_to_live(place: Place, build: Path, stack: Deployed) -> None:
    dynamodb = client(place, "dynamodb")
    for attribute in time_to_live_attributes((build / "template.yaml").read_text()):
        with contextlib.suppress(ClientError):  # "already enabled" after an update
            dynamodb.update_time_to_live(
                TableName=stack.table_name,
                TimeToLiveSpecification={"Enabled": True, "AttributeName": attribute},
            )


def time_to_live_attributes(template: str) -> list[str]:
    """The attribute that the template's table expires its items by."""
    resources = yaml.load(template, Loader=_TemplateLoader)["Resources"].values()  # noqa: S506 (a safe loader, below)
    tables = [entry["Properties"] for entry in resources if entry["Type"] == "AWS::DynamoDB::Table"]
    return [table["TimeToLiveSpecification"]["AttributeName"] for table in tables if "TimeToLiveSpecification" in table]


class _TemplateLoader(yaml.SafeLoader):
    """Reads `!Ref` and the like as plain values: only literals are asked for here."""


def _plain(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return node.value


_TemplateLoader.add_multi_constructor("!", _plain)
