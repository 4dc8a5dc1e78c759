"""What SES tells of a mail afterwards, and how far it brings the mail.

An event is read as if a stranger had written it: nothing in it makes the reading fail in another way than `Ignored`,
and all that leaves here is short and of a known form. Whether it is believed is decided by the ledger
(store.mail_ledger), which knows what was sent and to whom.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from ticketing.domain.instants import to_milliseconds
from ticketing.domain.mail import MailState, mailable

TAG: Final = "ledger"
"""The name of the tag by which our mails carry their place in the ledger."""


class What(StrEnum):
    """What SES tells. Each of them says that SES had accepted the mail.

    | it is        | the mail becomes | because                                                                       |
    |--------------|------------------|-------------------------------------------------------------------------------|
    | sent         | sent             | SES accepted it, and will try                                                 |
    | delayed      | sent             | the recipient's server wants it later                                         |
    | soft_bounced | sent             | a full mailbox, or an absence note: of the address it says nothing that stays |
    | delivered    | delivered        | the recipient's server took it                                                |
    | bounced      | bounced          | refused for good; the address is suppressed                                   |
    | rejected     | bounced          | SES itself dropped it, for its content: the address is not at fault           |
    | complained   | complained       | the recipient called it spam; the address is suppressed                       |
    """

    SENT = "sent"
    DELAYED = "delayed"
    SOFT_BOUNCED = "soft_bounced"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    REJECTED = "rejected"
    COMPLAINED = "complained"

    @property
    def state(self) -> MailState:
        return _STATES.get(self, MailState.SENT)

    @property
    def stamp(self) -> str | None:
        """The ledger's attribute for when it happened; a delay has none, since there may be many."""
        return None if self is What.DELAYED else "bounced_at" if self is What.REJECTED else f"{self.value}_at"

    @property
    def suppresses(self) -> bool:
        """Whether its address is mailed no more."""
        return self in {What.BOUNCED, What.COMPLAINED}


_STATES = {
    What.DELIVERED: MailState.DELIVERED,
    What.BOUNCED: MailState.BOUNCED,
    What.REJECTED: MailState.BOUNCED,
    What.COMPLAINED: MailState.COMPLAINED,
}
_FORWARD: Final = (MailState.SENT, MailState.DELIVERED, MailState.BOUNCED, MailState.COMPLAINED)


class Ignored(Exception):
    """An event that changes nothing. `why` is one word of ours, for the log."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Told:
    """An event, read.

    `addresses` are those that it is about, as SES mails them; `tag` is what the mail carried; `accepted_at` is when SES
    took the mail, of which every event tells, and `at` when this happened.
    """

    what: What
    message_id: str
    tag: str
    addresses: frozenset[str]
    accepted_at: datetime
    at: datetime
    reason: str | None = None


def is_forward(before: MailState, after: MailState) -> bool:
    """Whether a mail goes from one state to the other, whatever order its events arrive in: it never goes back.

    Whatever we thought of a mail before, sent is further: SES says that it has it.
    """
    return _place(before) < _place(after)


def _place(state: MailState) -> int:
    return _FORWARD.index(state) if state in _FORWARD else -1


def told_by(event: object, now: datetime) -> Told:
    """What an event of EventBridge tells; `now` stands for an instant that cannot be read. Raises Ignored.

    Shapes: SES developer guide, "Contents of event data that Amazon SES publishes".
    """
    detail = _in(event, "detail")
    what, part = _what(detail)
    mail = _in(detail, "mail")
    tags = _list(_in(mail, "tags", TAG))
    message_id, tag = _in(mail, "messageId"), tags[0] if len(tags) == 1 else None
    if not isinstance(tag, str) or not _TAG.fullmatch(tag):
        raise Ignored("no_tag")
    if not isinstance(message_id, str) or not _MESSAGE_ID.fullmatch(message_id):
        raise Ignored("no_message_id")
    accepted_at = _instant(_in(mail, "timestamp")) or now
    at = _instant(_in(part, "timestamp")) or accepted_at
    return Told(what, message_id, tag, _addresses(what, part, mail), accepted_at, at, _reason(what, part))


_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9._@-]{1,128}")
_REASON = re.compile(r"[A-Za-z_-]{1,40}")
_MOST_ADDRESSES: Final = 50
"""SES takes no more for one mail; ours have one."""

_KINDS: Final = {
    "Send": (What.SENT, "send"),
    "Delivery": (What.DELIVERED, "delivery"),
    "Bounce": (What.SOFT_BOUNCED, "bounce"),
    "Complaint": (What.COMPLAINED, "complaint"),
    "Reject": (What.REJECTED, "reject"),
    "Rendering Failure": (What.REJECTED, "failure"),
    "DeliveryDelay": (What.DELAYED, "deliveryDelay"),
}
"""By `eventType`: what it is, and the field that is its own."""


def _what(detail: object) -> tuple[What, object]:
    event_type = _in(detail, "eventType")
    if not isinstance(event_type, str) or event_type not in _KINDS:
        raise Ignored("unknown_type")
    what, name = _KINDS[event_type]
    part = _in(detail, name)
    if event_type == "Bounce" and _in(part, "bounceType") == "Permanent":
        what = What.BOUNCED
    if event_type == "Complaint" and _in(part, "complaintFeedbackType") == "not-spam":
        what = What.DELIVERED  # somebody has taken it out of the spam: the contrary of a complaint
    return what, part


def _addresses(what: What, part: object, mail: object) -> frozenset[str]:
    match what:
        case What.BOUNCED | What.SOFT_BOUNCED:
            named = [_in(one, "emailAddress") for one in _list(_in(part, "bouncedRecipients"))]
        case What.COMPLAINED:
            named = [_in(one, "emailAddress") for one in _list(_in(part, "complainedRecipients"))]
        case _:
            named = list(_list(_in(mail, "destination")))
    texts = (one for one in named[:_MOST_ADDRESSES] if isinstance(one, str))
    return frozenset(address for address in map(mailable, texts) if address is not None)


def _reason(what: What, part: object) -> str | None:
    match what:
        case What.BOUNCED:
            found = _in(part, "bounceSubType")
        case What.COMPLAINED:
            found = _in(part, "complaintFeedbackType")
        case What.REJECTED:
            found = what.value
        case _:
            found = None
    return found if isinstance(found, str) and _REASON.fullmatch(found) else None


def _instant(text: object) -> datetime | None:
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        return None
    try:
        return to_milliseconds(datetime.fromisoformat(text).replace(tzinfo=UTC))
    except ValueError:
        return None


_INSTANT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", re.ASCII)


def _in(node: object, *path: str) -> Any:
    """What stands there; None if there is no such place."""
    for name in path:
        if not isinstance(node, Mapping):
            return None
        node = node.get(name)
    return node


def _list(node: object) -> Sequence[Any]:
    return node if isinstance(node, list) else ()
