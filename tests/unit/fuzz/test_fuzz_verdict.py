"""What a campaign comes to: the rounds that are planned, and when `make fuzz` fails."""

from collections import Counter

import pytest

from tests.fakes.logs import Log
from tests.fuzz.campaign import LONGEST_ROUND, Campaign
from tests.fuzz.findings import Finding, logged
from tests.fuzz.play import Round
from tests.fuzz.rows import Rows
from tests.fuzz.tally import Tally
from tests.fuzz.verdict import judged

FINDING = Finding(
    "not_a_server_error", "GET /v1/me", "fuzzing", "Server error", "curl http://tickets.example", "500 {}"
)


def played(*findings: Finding, **statuses: int) -> Campaign:
    """A campaign of one round, answered like `s200=9, s500=1`."""
    answers = Counter({("GET /v1/me", int(status[1:])): count for status, count in statuses.items()})
    campaign = Campaign(10, seed=7)
    campaign.rounds[7] = Round(7, ("GET /v1/me",), Tally(answers), Rows(), findings)
    return campaign


@pytest.mark.parametrize(
    ("campaign", "is_wrong"),
    [
        (played(s200=1, s404=9), False),
        (played(s404=10), True),
        (played(s200=9, s500=1), True),
        (played(FINDING, s200=10), True),
    ],
)
def test_it_fails_on_a_finding_a_fault_and_too_few_successes(campaign: Campaign, is_wrong: bool) -> None:
    assert judged(campaign, 1.0, lambda _: None) is is_wrong


def test_a_finding_says_how_to_see_it_again() -> None:
    said: list[str] = []
    judged(played(FINDING, s200=10), 1.0, said.append)
    text = "\n".join(said)
    assert "not_a_server_error: GET /v1/me (fuzzing)\n    Server error\n    curl http://tickets.example\n" in text
    assert "again: make fuzz SEED=7 N=10" in text
    assert "10 requests in 1 s, seeds 7 to 7: 100.0% answered 2xx, 0 answered 5xx, 1 findings" in text


def test_an_error_in_the_log_is_a_finding_once_however_often_it_is_written() -> None:
    log = Log()
    log.info("request", extra={"status": 200})
    log.warning("unreadable event", extra={})
    for request_id in ("req_a", "req_b"):
        log.error("request failed", extra={"request_id": request_id, "error": "KeyError", "at": ["tickets.py:7 get"]})
    found = {finding.key: finding.text() for finding in logged(log)}
    assert list(found.values()) == [
        "no_error_in_the_log: request failed ()\n    {'error': 'KeyError', 'at': ['tickets.py:7 get']}"
    ]


@pytest.mark.parametrize(("total", "planned", "of_a_round"), [(1, 1, 1), (10_000, 1, 10_000), (25_001, 3, 8_334)])
def test_rounds_are_of_one_size_and_short_enough_to_be_played_again(total: int, planned: int, of_a_round: int) -> None:
    campaign = Campaign(total, seed=1)
    assert (campaign.planned, campaign.of_a_round) == (planned, of_a_round)
    assert Campaign(of_a_round, seed=2).of_a_round == of_a_round, "a round by itself is the same round"
    assert campaign.of_a_round <= LONGEST_ROUND


def test_what_is_still_being_played_counts() -> None:
    campaign = played(s200=10)
    campaign.running[8] = Tally(Counter({("GET /v1/me", 503): 2}))
    assert (campaign.tally.total, campaign.tally.faults) == (12, 2)
