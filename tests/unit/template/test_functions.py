"""Functions and what they may do."""

import re

import pytest

from build.trim_botocore import OPERATIONS
from tests.unit.template.template import (
    FUNCTIONS,
    OPERATIONS_WITHOUT_A_RIGHT,
    RIGHTS_OF_LAMBDA,
    RIGHTS_WITHOUT_AN_OPERATION,
    ROOT,
    TEMPLATE,
    WIDE_RESOURCES,
    as_list,
    entry_of,
    own_variables,
    properties,
    roles,
    spelled,
    statements,
    strings,
)
from ticketing.config import Settings


@pytest.mark.parametrize(("name", "package"), FUNCTIONS.items())
def test_each_function_runs_its_own_package_on_the_shared_layer(name: str, package: str) -> None:
    function = properties(name)
    assert function["Handler"] == f"{package}.{entry_of(name)}.handler"
    assert function["CodeUri"] == f"functions/{package}/"
    assert TEMPLATE["Globals"]["Function"]["Layers"] == [{"Ref": "CoreLayer"}]
    assert TEMPLATE["Globals"]["Function"]["Runtime"] == "python3.13"
    assert function["FunctionName"] == {"Fn::Sub": f"${{AWS::StackName}}-{spelled(name, '-')}"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_writes_to_its_own_log_group_of_limited_retention(name: str) -> None:
    log_group = properties(f"{name}Logs")
    assert log_group["LogGroupName"] == {"Fn::Sub": f"/aws/lambda/${{AWS::StackName}}-{spelled(name, '-')}"}
    assert log_group["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    # The reference also makes CloudFormation create the group first; else Lambda would, and keep logs for ever.
    assert properties(name)["LoggingConfig"] == {"LogGroup": {"Ref": f"{name}Logs"}}


@pytest.mark.parametrize(("name", "package"), FUNCTIONS.items())
def test_each_function_is_given_the_settings_that_it_reads_and_no_others(name: str, package: str) -> None:
    folder = ROOT / "functions" / package
    others = {entry_of(other) for other, theirs in FUNCTIONS.items() if theirs == package and other != name}
    source = "\n".join(path.read_text() for path in folder.rglob("*.py") if path.stem not in others)
    known = {setting for setting, value in vars(Settings).items() if isinstance(value, property)}
    read = {setting.upper() for setting in re.findall(r"\bsettings\.(\w+)", source) if setting in known}
    given = {*TEMPLATE["Globals"]["Function"]["Environment"]["Variables"], *own_variables(name)}
    assert {variable for variable in given if not variable.startswith("POWERTOOLS_")} == read
    assert own_variables(name)["POWERTOOLS_SERVICE_NAME"] == spelled(name, "_")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_has_a_role_of_its_own_written_out_in_full(name: str) -> None:
    assert properties(name)["Role"] == {"Fn::GetAtt": f"{name}Role.Arn"}
    assert "Policies" not in properties(name)
    assert "ManagedPolicyArns" not in properties(f"{name}Role")
    [trust] = properties(f"{name}Role")["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}


@pytest.mark.parametrize("role", roles())
def test_no_role_may_do_a_family_of_actions_or_delete_from_the_table(role: str) -> None:
    actions = {action for statement in statements(role) for action in as_list(statement["Action"])}
    assert not {action for action in actions if "*" in action}
    assert "dynamodb:Scan" not in actions
    # Only who purges what nobody can restore any more removes anything.
    removes = {"dynamodb:DeleteItem", "dynamodb:BatchWriteItem"} & actions
    assert bool(removes) == (role == "JanitorRole")


@pytest.mark.parametrize("role", roles())
def test_every_wide_resource_of_a_role_has_its_reason(role: str) -> None:
    resources = {text for statement in statements(role) for text in strings(statement["Resource"]) if "*" in text}
    assert resources <= WIDE_RESOURCES.keys()


def test_every_reason_for_a_wide_resource_is_still_needed() -> None:
    used = {text for role in roles() for statement in statements(role) for text in strings(statement["Resource"])}
    assert used >= WIDE_RESOURCES.keys()


@pytest.mark.parametrize("role", ["NotifierRole", "WeeklyListRole"])
def test_only_the_laptop_lets_a_mail_through_without_checking_its_sender(role: str) -> None:
    mail = next(one for one in statements(role) if one["Sid"] == "SendMailAsTheSenderOnly")
    assert mail["Action"] == ["ses:SendEmail", "ses:SendRawEmail"], "SES asks for both, the second for a raw mail"
    condition, local, on_aws = mail["Resource"]["Fn::If"]
    assert (condition, local) == ("IsLocal", "*")
    arns = sorted(text.partition("${AWS::AccountId}:")[2] for text in strings(on_aws) if text.startswith("arn:"))
    assert arns == ["configuration-set/${MailConfiguration}", "identity/${Domain}", "identity/${MailSender}"]
    assert mail["Condition"] == {
        "Fn::If": [
            "IsLocal",
            {"Ref": "AWS::NoValue"},
            {"StringEquals": {"ses:FromAddress": {"Ref": "MailSender"}}},
        ]
    }


def test_the_shipped_aws_client_can_do_what_the_roles_allow_and_nothing_more() -> None:
    allowed = {action for role in roles() for statement in statements(role) for action in as_list(statement["Action"])}
    allowed -= RIGHTS_OF_LAMBDA | {"kms:Decrypt", "kms:GenerateDataKey"}
    service_of = {"ses": "sesv2"}
    wanted: dict[str, set[str]] = {}
    for action in allowed - RIGHTS_WITHOUT_AN_OPERATION:
        prefix, operation = action.split(":")
        wanted.setdefault(service_of.get(prefix, prefix), set()).add(operation)
    shipped = {service: set(names) - OPERATIONS_WITHOUT_A_RIGHT for service, names in OPERATIONS.items()}
    assert shipped == wanted
