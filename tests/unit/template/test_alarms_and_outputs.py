"""What a person must look at, and what operators are given."""

import pytest

from tests.unit.template.template import (
    FUNCTIONS,
    ROOT,
    STREAM_READERS,
    TEMPLATE,
    of_type,
    properties,
    strings,
)


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
