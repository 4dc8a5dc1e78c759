"""How functions are woken, and what becomes of what they fail at."""

import json
import re
from typing import Any

import pytest

from tests.unit.template.template import (
    ROOT,
    STREAM_READERS,
    as_list,
    of_type,
    own_variables,
    properties,
    roles,
    statements,
    stream_of,
    strings,
)
from ticketing.domain import export
from ticketing.store import keys


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
    assert own_variables("Notifier")["MAIL_EVENTS_TO"] == {"Ref": "MailConfiguration"}


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
