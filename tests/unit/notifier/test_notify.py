"""How much one invocation takes upon itself."""

from notifier.notify import MAX_AT_ONCE
from tests.unit.test_template import properties, stream_of
from ticketing.store.queues import MAX_BATCH_MESSAGES

A_MAIL_S = 0.25
A_CALL_S = 0.02
LARGEST_TEAM = 501
"""500 members and a lead (tickets_api/schemas/teams.py)."""


def test_a_batch_of_events_is_mailed_or_handed_out_within_the_functions_time() -> None:
    events, limit_s = stream_of("Notifier")["BatchSize"], properties("Notifier")["Timeout"]
    mailing_s = events * MAX_AT_ONCE * A_MAIL_S
    handing_out_s = events * LARGEST_TEAM / MAX_BATCH_MESSAGES * A_CALL_S
    print(f"a batch takes {mailing_s:.0f} s to mail, or {handing_out_s:.0f} s to hand out, of {limit_s} s")
    assert max(mailing_s, handing_out_s) < 0.9 * limit_s
