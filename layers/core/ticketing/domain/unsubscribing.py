"""The link by which a watcher gets no more mail about a ticket: who opens it needs no key, and can do nothing else."""

from dataclasses import dataclass
from typing import Final

from ticketing.domain.signing import Signer
from ticketing.errors import InvalidCursor, UnsubscribeInvalid

_PURPOSE: Final = "unsubscribe"
_ANY: Final = ""
"""Whoever opens a link does not say of which organisation: that is in the token."""


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """Of one member, from one ticket."""

    organisation_id: str
    ticket_id: str
    member_id: str


def url(api_url: str, signer: Signer, wanted: Unsubscription) -> str:
    """It never expires: a mail may be opened years later."""
    parts = [wanted.organisation_id, wanted.ticket_id, wanted.member_id]
    return f"{api_url}/v1/unsubscribe/{signer.seal(_PURPOSE, _ANY, parts)}"


def opened(signer: Signer, token: str) -> Unsubscription:
    """What a token stands for. Raises UnsubscribeInvalid."""
    try:
        return Unsubscription(*signer.open(_PURPOSE, _ANY, token))
    except InvalidCursor:
        raise UnsubscribeInvalid from None
