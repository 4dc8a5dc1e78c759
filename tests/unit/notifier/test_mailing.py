"""How much one invocation takes upon itself."""

from notifier.mailing import MAX_AT_ONCE
from tests.unit.template.template import properties, stream_of

A_MAIL_S = 0.25
A_MESSAGE_S = 0.02
LARGEST_TEAM = 501
"""500 members and a lead (tickets_api/schemas/teams.py)."""


def test_a_batch_is_mailed_and_half_a_batch_of_the_largest_teams_handed_out_within_the_functions_time() -> None:
    stream, limit_s = stream_of("Notifier"), properties("Notifier")["Timeout"]
    mailing_s = stream["BatchSize"] * MAX_AT_ONCE * A_MAIL_S
    handing_out_s = stream["BatchSize"] / 2 * LARGEST_TEAM * A_MESSAGE_S
    print(f"{mailing_s:.0f} s to mail a batch, {handing_out_s:.0f} s to hand out half of one, of {limit_s} s")
    assert max(mailing_s, handing_out_s) < 0.9 * limit_s
    assert stream["BisectBatchOnFunctionError"], "a whole batch of them would take longer, and is halved"
