"""What becomes of a mail, and to whom one can be sent at all."""

import re
from enum import StrEnum
from hashlib import sha256
from typing import Final


class MailState(StrEnum):
    """How far a mail has come, or why there is none.

    | state                                    | it says                                                          |
    |------------------------------------------|------------------------------------------------------------------|
    | claimed, waiting                         | it goes out: now, or at the next try                             |
    | sent                                     | SES has accepted it                                              |
    | delivered, bounced, complained           | what SES, and the recipient's provider, said of it afterwards    |
    | suppressed                               | the address bounced or complained before                         |
    | expired                                  | it could not go out for six hours, and would only confuse now    |
    | unknown                                  | twice nobody knew whether it went out; it is not sent again      |
    | no_address                               | the guest has no address that was verified on this chat          |
    | own_action, muted                        | the recipient did it, or has switched such mail off              |
    | inactive                                 | the recipient has left                                           |
    | switched_off                             | the organisation mails no guests                                 |
    | capped                                   | the guest, or the organisation, has had its mails of this day    |
    | withdrawn                                | when its turn came, it was not true any more                     |
    """

    CLAIMED = "claimed"
    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    NO_ADDRESS = "no_address"
    OWN_ACTION = "own_action"
    MUTED = "muted"
    INACTIVE = "inactive"
    SWITCHED_OFF = "switched_off"
    CAPPED = "capped"
    WITHDRAWN = "withdrawn"

    @property
    def is_queued(self) -> bool:
        return self in {MailState.CLAIMED, MailState.WAITING}

    @property
    def went_out(self) -> bool:
        return self in {MailState.SENT, MailState.DELIVERED, MailState.BOUNCED, MailState.COMPLAINED}


_MAX_ADDRESS: Final = 254
"""RFC 5321, section 4.5.3.1.3, less the brackets."""
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([^@\s<>,;:\"\\()\[\]]+)")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


def mailable(address: object) -> str | None:
    """An address as SES takes it, its domain in ASCII; None if nothing can be sent there.

    SES refuses local parts that are not ASCII (SES developer guide, SendEmail). Quoted ones, lists and display names
    are none of ours: one recipient is one plain address.
    """
    if not isinstance(address, str) or len(address) > _MAX_ADDRESS:
        return None
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return None
    try:
        domain = found[2].encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return f"{address.rpartition('@')[0]}@{domain}" if _DOMAIN.fullmatch(domain) else None


def digest(organisation_id: str, address: str) -> str:
    """What stands for an address where none may stand: the same however it is spelled, another in each organisation."""
    return sha256(f"{organisation_id} {address.lower()}".encode()).hexdigest()[:32]
