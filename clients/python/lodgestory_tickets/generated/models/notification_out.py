from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.recipient_out import RecipientOut


T = TypeVar("T", bound="NotificationOut")


@_attrs_define
class NotificationOut:
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
    """ A member by id and name, or the guest of the ticket's chat. Addresses are not shown. """
    about: str
    state: str
    """ `queued`, `sent`, `delivered`, `bounced`, `complained`, `suppressed`, `expired`, `unknown`, `no_address`,
    `own_action`, `muted`, `inactive`, `switched_off`, `capped`, `withdrawn`; new values may come """
    at: str
    queued_at: None | str
    sent_at: None | str
    delivered_at: None | str
    bounced_at: None | str
    complained_at: None | str

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        recipient = self.recipient.to_dict()

        about = self.about

        state = self.state

        at = self.at

        queued_at: None | str
        queued_at = self.queued_at

        sent_at: None | str
        sent_at = self.sent_at

        delivered_at: None | str
        delivered_at = self.delivered_at

        bounced_at: None | str
        bounced_at = self.bounced_at

        complained_at: None | str
        complained_at = self.complained_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "version": version,
                "recipient": recipient,
                "about": about,
                "state": state,
                "at": at,
                "queued_at": queued_at,
                "sent_at": sent_at,
                "delivered_at": delivered_at,
                "bounced_at": bounced_at,
                "complained_at": complained_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recipient_out import RecipientOut  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        recipient = RecipientOut.from_dict(d.pop("recipient"))

        about = d.pop("about")

        state = d.pop("state")

        at = d.pop("at")

        def _parse_queued_at(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        queued_at = _parse_queued_at(d.pop("queued_at"))

        def _parse_sent_at(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        sent_at = _parse_sent_at(d.pop("sent_at"))

        def _parse_delivered_at(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        delivered_at = _parse_delivered_at(d.pop("delivered_at"))

        def _parse_bounced_at(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        bounced_at = _parse_bounced_at(d.pop("bounced_at"))

        def _parse_complained_at(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        complained_at = _parse_complained_at(d.pop("complained_at"))

        notification_out = cls(
            version=version,
            recipient=recipient,
            about=about,
            state=state,
            at=at,
            queued_at=queued_at,
            sent_at=sent_at,
            delivered_at=delivered_at,
            bounced_at=bounced_at,
            complained_at=complained_at,
        )

        return notification_out
