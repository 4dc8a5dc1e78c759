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


NAMESPACES = {
    "5XXError": "AWS/ApiGateway",
    "Errors": "AWS/Lambda",
    "IteratorAge": "AWS/Lambda",
    "OnFailureDestinationDeliveredEventCount": "AWS/Lambda",
    "ApproximateNumberOfMessagesVisible": "AWS/SQS",
    "ApproximateNumberOfMessagesDelayed": "AWS/SQS",
    "ApproximateAgeOfOldestMessage": "AWS/SQS",
    "SearchDrift": {"Ref": "AWS::StackName"},  # our own
    "ClusterStatus.red": "AWS/ES",
    "FreeStorageSpace": "AWS/ES",
}
"""Where AWS keeps what is counted (CloudWatch metrics of each service)."""


@pytest.mark.parametrize("alarm", of_type("AWS::CloudWatch::Alarm"))
def test_an_alarm_looks_where_its_metric_is(alarm: str) -> None:
    assert properties(alarm)["Namespace"] == NAMESPACES[properties(alarm)["MetricName"]]


@pytest.mark.parametrize("queue", ["StreamDeadLetters", "MailEventDeadLetters", "BulkDeadLetters", "ExportDeadLetters"])
def test_one_message_that_was_given_up_is_enough_for_an_alarm(queue: str) -> None:
    of_queue = [
        alarm
        for alarm in map(properties, of_type("AWS::CloudWatch::Alarm"))
        if any(f"{queue}.QueueName" in "".join(strings(one["Value"])) for one in alarm["Dimensions"])
    ]
    (alarm,) = of_queue
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) in {
        (0, "GreaterThanThreshold"),
        (1, "GreaterThanOrEqualToThreshold"),
    }


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
