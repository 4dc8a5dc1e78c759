"""Where things are stored: the table, buckets, the secret; what outlives the stack, and what is forgotten."""

import re
import string

import pytest

from tests.unit.template.template import (
    RESOURCES,
    TEMPLATE,
    of_type,
    properties,
    statements,
)


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
        "AWS::OpenSearchService::Domain",  # test_search_domain.py
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
