"""What must stay true of template.yaml, samconfig.toml and build/Makefile, read as text; nothing is deployed."""

import json
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from build.trim_botocore import OPERATIONS
from ticketing import errors
from ticketing.config import Settings
from ticketing.domain import export
from ticketing.store import keys
from tickets_api import guarding

ROOT = Path(__file__).parents[2]
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


# --- Parameters, samconfig, makefile ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_is_described_defaulted_limited_and_in_the_deploy_guide(name: str) -> None:
    parameter = PARAMETERS[name]
    assert len(parameter["Description"]) > 20
    assert "Default" in parameter
    assert {"AllowedValues", "AllowedPattern", "MaxValue"} & parameter.keys()
    assert f"| `{name}` |" in (ROOT / "docs" / "deploy.md").read_text()


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_is_used(name: str) -> None:
    body = {key: value for key, value in TEMPLATE.items() if key != "Parameters"}
    assert any(text == name or f"${{{name}}}" in text for text in strings(body))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_samconfig_sets_known_parameters_to_allowed_values(environment: str) -> None:
    deploy = SAMCONFIG[environment]["deploy"]["parameters"]
    overrides = dict(entry.split("=", 1) for entry in deploy["parameter_overrides"])
    assert overrides["Environment"] == environment
    for name, value in overrides.items():
        parameter = PARAMETERS[name]
        assert value in map(str, parameter.get("AllowedValues", [value]))
        assert re.fullmatch(parameter.get("AllowedPattern", ".*"), value)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_each_samconfig_environment_is_all_that_a_deployment_needs(environment: str) -> None:
    deploy = SAMCONFIG[environment]["deploy"]["parameters"]
    assert deploy["stack_name"] == f"lodgestory-tickets-{environment}"
    assert deploy["capabilities"] == "CAPABILITY_IAM"
    assert deploy["resolve_s3"] is True
    assert deploy["fail_on_empty_changeset"] is False
    assert deploy["confirm_changeset"] is (environment == "production")
    assert deploy["tags"] == ["project=lodgestory-tickets", f"environment={environment}"]


def test_samconfig_builds_without_the_cache_that_keeps_old_layers_in_functions() -> None:
    assert SAMCONFIG["default"]["build"]["parameters"]["cached"] is False


def test_no_account_is_named() -> None:
    for name in ("template.yaml", "samconfig.toml"):
        assert not re.search(r"\b\d{12}\b", (ROOT / name).read_text())


def test_every_built_resource_has_its_makefile_target() -> None:
    built = {*of_type("AWS::Serverless::Function"), *of_type("AWS::Serverless::LayerVersion")}
    for name in built:
        metadata = RESOURCES[name]["Metadata"]
        assert (metadata["BuildMethod"], metadata["ContextPath"]) == ("makefile", "build")
    targets = re.findall(r"^build-(\w+):", (ROOT / "build" / "Makefile").read_text(), re.MULTILINE)
    assert set(targets) == built == {*FUNCTIONS, "CoreLayer"}


# --- What is stored --------------------------------------------------------------------------------------------------


def test_the_table_is_paid_per_request_backed_up_streamed_and_forgets_by_expires_at() -> None:
    table = properties("TicketsTable")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_the_table_is_protected_from_deletion_outside_the_laptop() -> None:
    assert properties("TicketsTable")["DeletionProtectionEnabled"] == {"Fn::If": ["IsLocal", False, True]}


def test_all_keys_are_strings() -> None:
    definitions = properties("TicketsTable")["AttributeDefinitions"]
    assert {definition["AttributeType"] for definition in definitions} == {"S"}


@pytest.mark.parametrize(
    ("name", "partition", "sort", "projection"),
    [
        ("by_created", "org", "listed_at", "INCLUDE"),
        ("by_updated", "org", "changed_at", "INCLUDE"),
        ("by_due", "due_kind", "due_at", "KEYS_ONLY"),
    ],
)
def test_indexes(name: str, partition: str, sort: str, projection: str) -> None:
    index = next(index for index in properties("TicketsTable")["GlobalSecondaryIndexes"] if index["IndexName"] == name)
    assert [(key["AttributeName"], key["KeyType"]) for key in index["KeySchema"]] == [
        (partition, "HASH"),
        (sort, "RANGE"),
    ]
    assert index["Projection"]["ProjectionType"] == projection


@pytest.mark.parametrize(("role", "sid"), [("TicketsApiRole", "ListTickets"), ("BulkWorkerRole", "FindTickets")])
def test_who_filters_tickets_may_query_the_indexes_that_lists_read_and_no_others(role: str, sid: str) -> None:
    (lists,) = [one for one in statements(role) if one.get("Sid") == sid]
    named = re.findall(r"index/(\w+)", str(lists["Resource"]))
    assert (lists["Action"], sorted(named)) == ("dynamodb:Query", ["by_created", "by_updated"])


def test_the_weekly_list_asks_the_one_index_that_has_tickets_by_their_age() -> None:
    (found,) = [one for one in statements("WeeklyListRole") if one.get("Sid") == "FindUnresolvedTickets"]
    assert (found["Action"], re.findall(r"index/(\w+)", str(found["Resource"]))) == ("dynamodb:Query", ["by_created"])


def test_the_weekly_list_goes_out_on_the_hour_in_zones_of_half_hours_too() -> None:
    schedule = properties("WeeklyList")["Events"]["TwiceAnHour"]["Properties"]
    assert schedule["Schedule"] == "cron(1,31 * * * ? *)"
    assert schedule["RetryPolicy"] == {"MaximumRetryAttempts": 0}


def test_by_updated_carries_nothing_but_the_version_since_every_write_pays_for_it() -> None:
    indexes = properties("TicketsTable")["GlobalSecondaryIndexes"]
    by_updated = next(index for index in indexes if index["IndexName"] == "by_updated")
    assert by_updated["Projection"]["NonKeyAttributes"] == ["version"]


@pytest.mark.parametrize(
    "name",
    [
        "TicketsTable",
        "ContentBucket",
        "SigningSecret",
        "FailedBatches",
        "StreamDeadLetters",
        "MailEventDeadLetters",
        "BulkDeadLetters",
        "ExportDeadLetters",
    ],
)
def test_what_cannot_be_made_again_outlives_the_stack(name: str) -> None:
    assert RESOURCES[name]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


def test_everything_stored_is_encrypted_with_the_own_key_if_there_is_one() -> None:
    own_key = {"Fn::If": ["HasKmsKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]}
    for queue in of_type("AWS::SQS::Queue"):
        assert properties(queue)["KmsMasterKeyId"] == own_key
        assert properties(queue)["SqsManagedSseEnabled"] == {"Fn::If": ["HasKmsKey", {"Ref": "AWS::NoValue"}, True]}
    for log_group in of_type("AWS::Logs::LogGroup"):
        assert properties(log_group)["KmsKeyId"] == own_key
    assert properties("SigningSecret")["KmsKeyId"] == own_key
    assert TEMPLATE["Globals"]["Function"]["KmsKeyArn"] == own_key
    with_key, without_key = properties("TicketsTable")["SSESpecification"]["Fn::If"][1:]
    assert with_key["SSEEnabled"] is True
    assert without_key == {"Ref": "AWS::NoValue"}, "DynamoDB encrypts with a key of AWS then, and cannot do otherwise"
    for bucket in of_type("AWS::S3::Bucket"):
        [rule] = properties(bucket)["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        algorithms = [branch["SSEAlgorithm"] for branch in rule["ServerSideEncryptionByDefault"]["Fn::If"][1:]]
        assert algorithms == ["aws:kms", "AES256"]


def test_no_store_of_an_unknown_kind_escapes_these_rules() -> None:
    kinds = {resource["Type"] for resource in RESOURCES.values()}
    assert kinds == {
        "AWS::CloudWatch::Alarm",
        "AWS::DynamoDB::Table",
        "AWS::IAM::Role",
        "AWS::Logs::LogGroup",
        "AWS::OpenSearchService::Domain",  # tests/unit/test_template_search.py
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        "AWS::SES::ConfigurationSet",
        "AWS::SES::ConfigurationSetEventDestination",
        "AWS::SES::EmailIdentity",
        "AWS::SQS::Queue",
        "AWS::SQS::QueuePolicy",
        "AWS::SecretsManager::Secret",
        "AWS::Serverless::Api",
        "AWS::Serverless::Function",
        "AWS::Serverless::LayerVersion",
    }


def test_no_bucket_can_be_public() -> None:
    for bucket in of_type("AWS::S3::Bucket"):
        assert set(properties(bucket)["PublicAccessBlockConfiguration"].values()) == {True}
        assert properties(bucket)["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_resource_policies_deny_plain_http_to_each_bucket_and_allow_one_rule_one_queue() -> None:
    policies = [name for name, resource in RESOURCES.items() if "PolicyDocument" in resource["Properties"]]
    policies.remove("MailEventDeadLettersPolicy")
    assert {properties(policy)["Bucket"]["Ref"] for policy in policies} == set(of_type("AWS::S3::Bucket"))
    for policy in policies:
        assert RESOURCES[policy]["Condition"] == "IsOnAws"
        [statement] = properties(policy)["PolicyDocument"]["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    [allowed] = properties("MailEventDeadLettersPolicy")["PolicyDocument"]["Statement"]
    assert (allowed["Effect"], allowed["Action"]) == ("Allow", "sqs:SendMessage")
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": "MailEventsSes.Arn"}}}


def test_content_never_expires_by_itself() -> None:
    rules = properties("ContentBucket")["LifecycleConfiguration"]["Rules"]
    everywhere = [rule for rule in rules if "Prefix" not in rule]
    assert [set(rule) for rule in everywhere] == [{"Id", "Status", "AbortIncompleteMultipartUpload"}]
    assert [rule["Prefix"] for rule in rules if "Prefix" in rule] == ["exports/"]


def test_failed_batches_are_forgotten_after_a_month() -> None:
    [rule] = properties("FailedBatches")["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 30)


def test_the_signing_secret_is_generated_from_letters_and_digits() -> None:
    generated = properties("SigningSecret")["GenerateSecretString"]
    assert generated["SecretStringTemplate"] == "{}"
    assert generated["GenerateStringKey"] == "current"
    assert generated["PasswordLength"] == 64
    assert set(generated["ExcludeCharacters"]) == set(string.punctuation), "the laptop's engine knows only this list"
    assert generated["ExcludePunctuation"] is True


# --- Functions and what they may do ----------------------------------------------------------------------------------


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
    given = {*TEMPLATE["Globals"]["Function"]["Environment"]["Variables"], *_own_variables(name)}
    assert {variable for variable in given if not variable.startswith("POWERTOOLS_")} == read
    assert _own_variables(name)["POWERTOOLS_SERVICE_NAME"] == spelled(name, "_")


def _own_variables(name: str) -> dict[str, Any]:
    found: dict[str, Any] = properties(name)["Environment"]["Variables"]
    return found


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


# --- The API ---------------------------------------------------------------------------------------------------------


def test_the_api_sends_every_method_of_every_path_to_its_function() -> None:
    events = [event["Properties"] for event in properties("TicketsApi")["Events"].values()]
    assert {event["Path"] for event in events} == {"/{proxy+}"}
    assert {event["Method"] for event in events} == {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    assert {event["RestApiId"]["Ref"] for event in events} == {"Api"}


def test_the_api_is_regional_throttled_and_logs_neither_paths_nor_headers() -> None:
    api = properties("Api")
    assert api["StageName"] == "live"
    assert api["EndpointConfiguration"] == {"Type": "REGIONAL"}
    assert "AccessLogSetting" not in api, "paths carry unsubscribe tokens"
    [settings] = api["MethodSettings"]
    assert (settings["LoggingLevel"], settings["DataTraceEnabled"]) == ("OFF", False)
    assert settings["ThrottlingRateLimit"] == {"Ref": "ApiRateLimit"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "ApiBurstLimit"}


def test_the_function_ends_before_the_gateway_gives_up() -> None:
    assert properties("TicketsApi")["Timeout"] < 29


@pytest.mark.parametrize("kind", properties("Api")["GatewayResponses"])
def test_errors_made_by_the_gateway_look_like_those_of_the_api(kind: str) -> None:
    response = properties("Api")["GatewayResponses"][kind]
    problem = json.loads(response["ResponseTemplates"]["application/json"])
    assert problem.keys() == {"type", "title", "status", "detail", "code", "errors", "request_id"}
    assert problem["type"] == f"urn:lodgestory:error:{problem['code']}"
    assert str(problem["status"]) == response["StatusCode"]
    headers = response["ResponseParameters"]["Headers"]
    assert headers["Content-Type"] == "'application/problem+json'"
    assert ("Retry-After" in headers) == (problem["status"] in {429, 503})


@pytest.mark.parametrize("kind", properties("Api")["GatewayResponses"])
def test_errors_made_by_the_gateway_are_guarded_and_may_be_read_by_pages_if_any_page_may_call(kind: str) -> None:
    headers = properties("Api")["GatewayResponses"][kind]["ResponseParameters"]["Headers"]
    expected = {name: f"'{value}'" for name, value in guarding.HEADERS.items() if "'" not in value}
    assert {name: headers[name] for name in expected} == expected
    with_origins = {"Fn::If": ["HasCorsOrigins", "'*'", {"Ref": "AWS::NoValue"}]}
    assert headers["Access-Control-Allow-Origin"] == with_origins
    assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize(
    ("value", "is_allowed"),
    [
        ("", True),
        ("https://crm.example", True),
        ("https://crm.example,https://desk.example:8443,http://localhost:5173", True),
        ("*", False),
        ("https://*.example", False),
        ("null", False),
        ("http://crm.example", False),
        ("https://crm.example/", False),
        ("https://CRM.example", False),
        ("https://crm.example, https://desk.example", False),
        ("https://crm.example,", False),
    ],
)
def test_pages_that_may_call_are_named_by_exact_origins(value: str, is_allowed: bool) -> None:
    assert bool(re.fullmatch(PARAMETERS["CorsOrigins"]["AllowedPattern"], value)) is is_allowed


def _declared_errors(base: type[errors.TicketingError]) -> Iterator[type[errors.TicketingError]]:
    for error in base.__subclasses__():
        yield error
        yield from _declared_errors(error)


@pytest.mark.parametrize("kind", properties("Api")["GatewayResponses"])
def test_an_error_code_means_the_same_from_the_gateway_as_from_the_function(kind: str) -> None:
    problem = json.loads(properties("Api")["GatewayResponses"][kind]["ResponseTemplates"]["application/json"])
    known = {error.code: (error.status, error.title) for error in _declared_errors(errors.TicketingError)}
    only_the_gateway = {"bad_request"}
    assert problem["code"] in known.keys() | only_the_gateway
    said = (problem["status"], problem["title"])
    assert known.get(problem["code"], said) == said


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("MISSING_AUTHENTICATION_TOKEN", "404"),
        ("RESOURCE_NOT_FOUND", "404"),
        ("THROTTLED", "429"),
        ("QUOTA_EXCEEDED", "429"),
        ("REQUEST_TOO_LARGE", "413"),
        ("INTEGRATION_TIMEOUT", "503"),
        ("INTEGRATION_FAILURE", "503"),
        ("DEFAULT_4XX", "400"),
        ("DEFAULT_5XX", "500"),
    ],
)
def test_the_gateway_says_what_happened(kind: str, status: str) -> None:
    assert properties("Api")["GatewayResponses"][kind]["StatusCode"] == status


# --- Streams and queues ----------------------------------------------------------------------------------------------


def test_the_stream_has_no_more_than_the_two_readers_that_a_shard_bears() -> None:
    readers = [
        function
        for function in of_type("AWS::Serverless::Function")
        for event in properties(function)["Events"].values()
        if event["Type"] == "DynamoDB"
    ]
    assert readers == list(STREAM_READERS)


@pytest.mark.parametrize("function", STREAM_READERS)
def test_a_poison_record_cannot_block_the_stream_or_get_lost(function: str) -> None:
    stream = stream_of(function)
    assert stream["StartingPosition"] == "TRIM_HORIZON", "LATEST skips records while a mapping changes"
    assert stream["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert stream["BisectBatchOnFunctionError"] is True
    assert 0 < stream["MaximumRetryAttempts"] <= 20
    assert stream["MaximumRecordAgeInSeconds"] < 24 * 3600, "given up before the stream forgets it"
    assert stream["DestinationConfig"] == {"OnFailure": {"Destination": {"Fn::GetAtt": "FailedBatches.Arn"}}}
    assert stream["MetricsConfig"] == {"Metrics": ["EventCount"]}


@pytest.mark.parametrize(("function", "word"), [("Notifier", "mail"), ("SearchIndexer", "feed")])
def test_the_runbook_says_how_long_events_are_tried(function: str, word: str) -> None:
    stream = stream_of(function)
    times, hours = stream["MaximumRetryAttempts"], stream["MaximumRecordAgeInSeconds"] // 3600
    assert f"{word}: {times} times or for {hours} hours" in " ".join((ROOT / "docs" / "deploy.md").read_text().split())


def test_mail_older_than_six_hours_is_not_sent() -> None:
    assert stream_of("Notifier")["MaximumRecordAgeInSeconds"] == 6 * 3600


def _filters_of(function: str) -> Any:
    return [json.loads(entry["Pattern"]) for entry in stream_of(function)["FilterCriteria"]["Filters"]]


def test_only_new_events_of_which_somebody_may_be_mailed_wake_the_notifier() -> None:
    events, _ = _filters_of("Notifier")
    assert events == {
        "eventName": ["INSERT"],
        "dynamodb": {
            "Keys": {"sk": {"S": [{"prefix": "EVENT#"}]}},
            "NewImage": {keys.OUTBOX: {"S": [keys.OUTBOX_MAIL]}},
        },
    }


def test_a_bulk_action_that_has_come_to_its_end_wakes_the_notifier() -> None:
    _, bulks = _filters_of("Notifier")
    assert bulks == {
        "eventName": ["INSERT", "MODIFY"],
        "dynamodb": {"Keys": {"sk": {"S": ["BULK"]}}, "NewImage": {"phase": {"S": ["done"]}}},
    }


def test_every_new_event_and_every_change_of_a_chat_wakes_the_indexer() -> None:
    assert _filters_of("SearchIndexer") == [
        {"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "EVENT#"}]}}}},
        {"eventName": ["MODIFY"], "dynamodb": {"Keys": {"sk": {"S": [keys.chat_key("org", "chat").sk]}}}},
    ]


def test_a_message_about_a_waiting_mail_is_handed_out_once_at_a_time_and_five_times_at_most() -> None:
    queue, retries = properties("MailRetryQueue"), properties("Notifier")["Events"]["Retries"]["Properties"]
    assert queue["VisibilityTimeout"] >= 6 * properties("Notifier")["Timeout"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": "StreamDeadLetters.Arn"}
    assert retries["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 1 <= retries["BatchSize"] <= 10


def test_ses_tells_of_our_mails_only_and_all_that_the_ledger_notes() -> None:
    destination = properties("MailConfigurationEvents")
    assert destination["ConfigurationSetName"] == {"Ref": "MailConfiguration"}
    told = destination["EventDestination"]
    assert told["Enabled"] is True
    assert set(told["MatchingEventTypes"]) == {
        *("SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT", "RENDERING_FAILURE", "DELIVERY_DELAY")
    }, "OPEN and CLICK would change the mails"
    assert told["EventBridgeDestination"]["EventBusArn"]["Fn::Sub"].endswith(":event-bus/default"), "SES knows no other"
    rule = properties("MailEvents")["Events"]["Ses"]["Properties"]
    assert rule["Pattern"] == {
        "source": ["aws.ses"],
        "detail": {"mail": {"tags": {"ses:configuration-set": [{"Ref": "MailConfiguration"}]}}},
    }
    assert _own_variables("Notifier")["MAIL_EVENTS_TO"] == {"Ref": "MailConfiguration"}


def test_mails_travel_by_tls_alone_and_no_organisation_suppresses_an_address_for_another() -> None:
    configuration = properties("MailConfiguration")
    assert configuration["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
    assert configuration["SuppressionOptions"] == {"SuppressedReasons": []}, "else the account's list is asked"


def test_an_event_of_a_mail_comes_again_and_is_then_set_aside_wherever_it_failed() -> None:
    function, rule = properties("MailEvents"), properties("MailEvents")["Events"]["Ses"]["Properties"]
    aside = {"Fn::GetAtt": "MailEventDeadLetters.Arn"}
    assert function["DeadLetterQueue"] == {"Type": "SQS", "TargetArn": aside}
    assert function["EventInvokeConfig"]["MaximumRetryAttempts"] == 2, "Lambda takes no more"
    assert rule["DeadLetterConfig"] == {"Arn": aside}
    assert rule["RetryPolicy"]["MaximumRetryAttempts"] > 0
    setting = [one for one in statements("MailEventsRole") if one["Action"] == "sqs:SendMessage"]
    assert [one["Resource"] for one in setting] == [aside]


@pytest.mark.parametrize("queue", ["StreamDeadLetters", "MailEventDeadLetters", "BulkDeadLetters", "ExportDeadLetters"])
def test_dead_letters_are_kept_for_two_weeks(queue: str) -> None:
    assert properties(queue)["MessageRetentionPeriod"] == 14 * 24 * 3600


def _bulk_mapping() -> Any:
    return properties("BulkWorker")["Events"]["Queue"]["Properties"]


def test_large_bulk_actions_of_an_organisation_are_carried_out_in_order_and_one_at_a_time() -> None:
    queue = properties("BulkQueue")
    assert queue["FifoQueue"] is True
    assert queue["ContentBasedDeduplication"] is False, "the janitor's second message would be taken for the first"
    assert "QueueName" not in queue, "CloudFormation puts .fifo behind a name that it makes"
    assert _bulk_mapping()["Queue"] == {"Fn::GetAtt": "BulkQueue.Arn"}
    assert _bulk_mapping()["BatchSize"] == 1, "a bulk action may need all of a run's time"


def test_ten_organisations_at_most_have_a_large_bulk_action_carried_out_at_once() -> None:
    assert _bulk_mapping()["ScalingConfig"] == {"MaximumConcurrency": 10}


def test_a_crashed_worker_holds_up_its_organisation_for_little_longer_than_it_could_have_run() -> None:
    longest_run = properties("BulkWorker")["Timeout"]
    assert longest_run + 60 <= properties("BulkQueue")["VisibilityTimeout"] <= 2 * longest_run


def test_a_bulk_action_that_fails_six_times_waits_for_a_person_in_a_queue_that_keeps_order_too() -> None:
    assert _bulk_mapping()["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": "BulkDeadLetters.Arn"}, "maxReceiveCount": 6}
    assert properties("BulkQueue")["RedrivePolicy"] == redrive
    assert properties("BulkDeadLetters")["FifoQueue"] is True, "AWS refuses another kind"


def test_only_the_api_and_the_janitor_hand_on_large_bulk_actions() -> None:
    senders = {
        role
        for role in roles()
        for statement in statements(role)
        if "sqs:SendMessage" in as_list(statement["Action"]) and "BulkQueue.Arn" in strings(statement["Resource"])
    }
    assert senders == {"TicketsApiRole", "JanitorRole"}


def test_an_export_that_runs_is_not_handed_out_twice_and_one_that_fails_five_times_waits_for_a_person() -> None:
    queue, mapping = properties("ExportQueue"), properties("Exporter")["Events"]["Queue"]["Properties"]
    assert queue["VisibilityTimeout"] >= 6 * properties("Exporter")["Timeout"]
    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": "ExportDeadLetters.Arn"},
        "maxReceiveCount": 5,
    }
    assert mapping["Queue"] == {"Fn::GetAtt": "ExportQueue.Arn"}
    assert mapping["BatchSize"] == 1
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_files_are_kept_as_long_as_the_api_says() -> None:
    [rule] = [one for one in properties("ContentBucket")["LifecycleConfiguration"]["Rules"] if "Prefix" in one]
    assert rule["Prefix"] == keys.export_name("", "", "").partition("/")[0] + "/"
    assert rule["ExpirationInDays"] == export.KEPT.days


def test_the_exporter_reads_the_one_index_that_is_in_the_order_of_creation() -> None:
    (found,) = [one for one in statements("ExporterRole") if one.get("Sid") == "FindTicketsToExport"]
    assert (found["Action"], re.findall(r"index/(\w+)", str(found["Resource"]))) == ("dynamodb:Query", ["by_created"])


# --- Alarms and outputs ----------------------------------------------------------------------------------------------


def _watched() -> set[tuple[str, str]]:
    """(metric, what it is of) of every alarm."""
    alarms = [properties(alarm) for alarm in of_type("AWS::CloudWatch::Alarm")]
    return {(alarm["MetricName"], "".join(strings(alarm["Dimensions"][0]["Value"]))) for alarm in alarms}


def test_what_a_person_must_look_at_has_an_alarm() -> None:
    expected = {("5XXError", "AWS::StackName")}
    expected |= {("Errors", function) for function in FUNCTIONS}
    expected |= {("IteratorAge", function) for function in STREAM_READERS}
    expected |= {("OnFailureDestinationDeliveredEventCount", f"{function}Stream") for function in STREAM_READERS}
    dead_letters = ("StreamDeadLetters", "MailEventDeadLetters", "BulkDeadLetters", "ExportDeadLetters")
    expected |= {("ApproximateNumberOfMessagesVisible", f"{queue}.QueueName") for queue in dead_letters}
    expected |= {("ApproximateNumberOfMessagesDelayed", "MailRetryQueue.QueueName")}
    # Only where there is a search index.
    expected |= {("ApproximateNumberOfMessagesVisible", "SearchDeadLetters.QueueName")}
    expected |= {("ApproximateAgeOfOldestMessage", "SearchRetries.QueueName"), ("SearchDrift", "search_indexer")}
    expected |= {(metric, "SearchCluster") for metric in ("ClusterStatus.red", "FreeStorageSpace")}
    assert _watched() == expected


@pytest.mark.parametrize("alarm", of_type("AWS::CloudWatch::Alarm"))
def test_alarms_tell_the_topic_if_there_is_one_and_keep_quiet_without_data(alarm: str) -> None:
    to_topic = {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]}
    assert properties(alarm)["AlarmActions"] == properties(alarm)["OKActions"] == to_topic
    assert properties(alarm)["TreatMissingData"] == "notBreaching"
    assert properties(alarm)["AlarmDescription"].endswith(".")


def test_no_more_alarms_than_the_idle_cost_lists() -> None:
    always = [alarm for alarm in of_type("AWS::CloudWatch::Alarm").values() if "Condition" not in alarm]
    assert f"| {len(always)} alarms |" in (ROOT / "docs" / "idle-cost.md").read_text()


def test_outputs_name_what_runners_and_operators_need() -> None:
    assert set(TEMPLATE["Outputs"]) == {
        "ApiId",
        "ApiUrl",
        "TableName",
        "SigningSecretId",
        "MailRetryQueueUrl",
        "DeadLetterQueueUrl",
        "MailEventDeadLetterQueueUrl",
        "BulkQueueUrl",
        "BulkDeadLetterQueueUrl",
        "ExportQueueUrl",
        "ExportDeadLetterQueueUrl",
        "SearchRetryQueueUrl",
        "SearchDeadLetterQueueUrl",
        "SearchEndpoint",
        "ContentBucketName",
        "FailedBatchesBucket",
        "TicketsApiFunction",
        "NotifierFunction",
        "WeeklyListFunction",
        "SearchIndexerFunction",
        "JanitorFunction",
        "BulkWorkerFunction",
        "MailEventsFunction",
        "ExporterFunction",
    }
    assert all(output["Description"] for output in TEMPLATE["Outputs"].values())
