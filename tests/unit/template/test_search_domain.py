"""What must stay true of template.yaml where tickets are searched by OpenSearch, and where they are not."""

import re
from typing import Any

import pytest
from opensearchpy import Connection, OpenSearch

from tests.unit.template.template import (
    PARAMETERS,
    RESOURCES,
    SAMCONFIG,
    TEMPLATE,
    as_list,
    of_type,
    properties,
    strings,
)
from ticketing.search.tenant import Search, Tenant

DAY_S = 24 * 3600
ENDPOINT = {
    "Fn::If": [
        "MakesSearchDomain",
        {"Fn::Sub": "https://${SearchCluster.DomainEndpoint}"},
        {"Ref": "SearchEndpoint"},
    ]
}


def retries() -> Any:
    return properties("SearchIndexer")["Events"]["Retries"]["Properties"]


def statements() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = properties("SearchCluster")["AccessPolicies"]["Statement"]
    return found


def paths(statement: dict[str, Any]) -> set[str]:
    """What follows the domain's name in the resources of a statement."""
    arns = [text for text in strings(statement["Resource"]) if text.startswith("arn:")]
    return {arn.partition(":domain/tickets-${Id}")[2] for arn in arns}


# --- The address -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", ["TicketsApi", "SearchIndexer"])
def test_who_searches_and_who_writes_the_index_get_the_same_address_which_may_be_empty(function: str) -> None:
    assert properties(function)["Environment"]["Variables"]["SEARCH_ENDPOINT"] == ENDPOINT


def test_no_other_function_knows_it() -> None:
    knowing = {name for name in of_type("AWS::Serverless::Function") if "SEARCH_ENDPOINT" in strings(_variables(name))}
    assert knowing == {"TicketsApi", "SearchIndexer"}


def _variables(function: str) -> list[str]:
    return list(properties(function)["Environment"]["Variables"])


def test_commands_find_it_in_the_outputs() -> None:
    assert TEMPLATE["Outputs"]["SearchEndpoint"]["Value"] == ENDPOINT
    assert TEMPLATE["Outputs"]["SearchEndpoint"]["Condition"] == "HasSearch"


@pytest.mark.parametrize(
    ("value", "is_allowed"),
    [
        ("", True),
        ("https://search-tickets-abc.eu-central-1.es.amazonaws.com", True),
        ("https://search.example:9200", True),
        ("http://127.0.0.1:9200", True),
        ("http://localhost:9200", True),
        ("http://search.example", False),
        ("http://127.0.0.1.example:9200", False),
        ("https://search.example/", False),
        ("https://me:word@search.example", False),
    ],
)
def test_plain_http_is_for_this_computer_and_no_password_is_a_part_of_the_address(value: str, is_allowed: bool) -> None:
    assert bool(re.fullmatch(PARAMETERS["SearchEndpoint"]["AllowedPattern"], value)) is is_allowed


# --- A domain of the stack's own ------------------------------------------------------------------------------------


def test_a_domain_is_made_only_on_demand_and_not_beside_one_that_exists() -> None:
    assert PARAMETERS["SearchDomain"]["Default"] == "none"
    assert PARAMETERS["SearchEndpoint"]["Default"] == ""
    assert RESOURCES["SearchCluster"]["Condition"] == "MakesSearchDomain"
    named, not_none = TEMPLATE["Conditions"]["MakesSearchDomain"]["Fn::And"]
    assert named == {"Fn::Not": [{"Condition": "NamesSearchEndpoint"}]}
    assert not_none == {"Fn::Not": [{"Fn::Equals": [{"Ref": "SearchDomain"}, "none"]}]}


def test_production_has_one_and_nobody_else() -> None:
    chosen = {
        environment: [one for one in section["deploy"]["parameters"]["parameter_overrides"] if "Search" in one]
        for environment, section in SAMCONFIG.items()
        if isinstance(section, dict) and "deploy" in section
    }
    assert chosen == {"local": [], "staging": [], "production": ["SearchDomain=small"]}


def test_the_index_is_encrypted_where_it_lies_and_where_it_travels() -> None:
    domain = properties("SearchCluster")
    own_key = {"Fn::If": ["HasKmsKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]}
    assert domain["EncryptionAtRestOptions"] == {"Enabled": True, "KmsKeyId": own_key}
    assert domain["NodeToNodeEncryptionOptions"] == {"Enabled": True}
    assert domain["DomainEndpointOptions"]["EnforceHTTPS"] is True
    assert domain["DomainEndpointOptions"]["TLSSecurityPolicy"].startswith("Policy-Min-TLS-1-2")


def test_it_answers_two_roles_of_the_stack_and_nobody_else() -> None:
    principals = [one["Principal"] for one in statements()]
    assert principals == [
        {"AWS": {"Fn::GetAtt": "TicketsApiRole.Arn"}},
        {"AWS": {"Fn::GetAtt": "SearchIndexerRole.Arn"}},
    ]
    assert {one["Effect"] for one in statements()} == {"Allow"}


def test_the_api_may_do_what_its_finder_does_there_and_nothing_else() -> None:
    asked: list[tuple[str, str]] = []

    class Recording(Connection):
        def perform_request(self, method: str, url: str, *_: Any, **__: Any) -> Any:
            asked.append((method, url))
            nothing = '{"timed_out": false, "hits": {"hits": [], "total": {"value": 0}}}'
            return 200, {"content-type": "application/json"}, f'{{"responses": [{nothing}]}}'

    Tenant(OpenSearch(connection_class=Recording), "org_ours").ask(Search({"match_all": {}}, 1))
    searches, _ = statements()
    assert (asked, searches["Action"]) == ([("POST", "/tickets/_msearch")], "es:ESHttpPost")
    assert paths(searches) == {"/tickets/_msearch"}


def test_nobody_may_do_a_family_of_actions_there() -> None:
    assert not [action for one in statements() for action in as_list(one["Action"]) if "*" in action]


def test_a_new_version_of_the_engine_does_not_make_an_empty_domain() -> None:
    assert RESOURCES["SearchCluster"]["UpdatePolicy"] == {"EnableVersionUpgrade": True}


# --- What the index could not be given -------------------------------------------------------------------------------


def test_a_cluster_may_be_away_for_a_day_and_nothing_is_lost_or_set_aside() -> None:
    queue = properties("SearchRetries")
    assert queue["VisibilityTimeout"] >= 6 * properties("SearchIndexer")["Timeout"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"] > DAY_S
    assert queue["MessageRetentionPeriod"] > queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": "SearchDeadLetters.Arn"}
    assert properties("SearchDeadLetters")["MessageRetentionPeriod"] == 14 * DAY_S


def test_one_bad_message_comes_again_alone() -> None:
    assert retries()["Queue"] == {"Fn::GetAtt": "SearchRetries.Arn"}
    assert retries()["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_nobody_pays_for_looking_into_an_empty_queue_without_a_search_index() -> None:
    assert retries()["Enabled"] == {"Fn::If": ["HasSearch", True, False]}
    conditions = {
        name: alarm.get("Condition") for name, alarm in of_type("AWS::CloudWatch::Alarm").items() if "Search" in name
    }
    assert {name: condition for name, condition in conditions.items() if condition} == {
        "SearchDeadLettersAlarm": "HasSearch",
        "SearchBacklogAlarm": "HasSearch",
        "SearchDriftAlarm": "HasSearch",
        "SearchClusterRedAlarm": "MakesSearchDomain",
        "SearchClusterStorageAlarm": "MakesSearchDomain",
    }


def test_the_index_is_compared_with_the_table_once_a_day_where_there_is_one() -> None:
    schedule = properties("SearchIndexer")["Events"]["DriftCheck"]["Properties"]
    assert schedule["Schedule"] == "cron(17 3 * * ? *)"
    assert schedule["State"] == {"Fn::If": ["HasSearch", "ENABLED", "DISABLED"]}


def test_the_indexer_may_read_what_a_document_is_made_of_and_no_more_of_the_bucket() -> None:
    (policy,) = properties("SearchIndexerRole")["Policies"]
    by_sid = {one["Sid"]: one for one in policy["PolicyDocument"]["Statement"] if "Sid" in one}
    assert by_sid["IndexLongRemarks"]["Action"] == "s3:GetObject"
    assert by_sid["IndexLongRemarks"]["Resource"] == {"Fn::Sub": "${ContentBucket.Arn}/tickets/*"}
    assert by_sid["CompareTickets"]["Resource"] == {"Fn::Sub": "${TicketsTable.Arn}/index/by_created"}


def test_the_indexer_finds_and_writes_notes_of_late_changes_and_deletes_nothing() -> None:
    (policy,) = properties("SearchIndexerRole")["Policies"]
    stated = [one for one in policy["PolicyDocument"]["Statement"] if "Sid" in one]
    by_sid = {one["Sid"]: one for one in stated}
    assert by_sid["FindLateNotes"]["Resource"] == {"Fn::Sub": "${TicketsTable.Arn}/index/by_updated"}
    assert "dynamodb:UpdateItem" in by_sid["WriteFeed"]["Action"]
    actions = {action for one in stated for action in as_list(one["Action"])}
    assert not {action for action in actions if action.startswith("dynamodb:") and "Delete" in action}
