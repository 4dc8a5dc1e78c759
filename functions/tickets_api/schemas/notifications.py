"""Who was mailed about a ticket."""

from typing import Annotated, Literal

from pydantic import Field

from tickets_api.schemas.fields import Shape

State = Literal[
    "queued",
    "sent",
    "delivered",
    "bounced",
    "complained",
    "suppressed",
    "expired",
    "unknown",
    "no_address",
    "own_action",
    "muted",
    "inactive",
    "switched_off",
    "capped",
    "withdrawn",
]


class RecipientOut(Shape):
    """A member by id and name, or the guest of the ticket's chat. Addresses are not shown."""

    type: Literal["member", "guest"]
    id: str | None
    name: str | None


class NotificationOut(Shape):
    """One mail, or why there is none; `version` is the version of the ticket that it is about.

    | state | it says |
    |---|---|
    | `queued` | it goes out, or is tried again |
    | `sent`, `delivered` | the mail service has accepted it; the recipient's provider has |
    | `bounced`, `complained` | the provider has refused it; the recipient has called it spam |
    | `suppressed` | the address bounced or complained before |
    | `expired` | it could not go out for six hours |
    | `unknown` | twice nobody knew whether it went out; it is not sent again |
    | `no_address` | there is none that can be mailed: a guest's must be verified on the chat |
    | `own_action`, `muted`, `inactive` | the member did it; wants no such mail; has left |
    | `switched_off`, `capped` | the organisation mails no guests; the guest had enough mails that day |
    | `withdrawn` | when its turn came, it was not true any more |

    A bulk action is told by one mail for all of its tickets, which is not listed here.
    """

    version: int
    recipient: RecipientOut
    about: Annotated[str, Field(examples=["ticket_created"])]
    state: State
    at: str
    queued_at: str | None
    sent_at: str | None
    delivered_at: str | None
    bounced_at: str | None
    complained_at: str | None


class Notifications(Shape):
    """A page of mails, those about the newest change first. They are kept for 45 days."""

    data: list[NotificationOut]
    next_cursor: str | None
    has_more: bool
