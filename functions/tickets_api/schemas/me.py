"""Who a caller is, as the API sees them."""

from typing import Literal

from tickets_api.schemas.fields import Shape


class MyOrganisation(Shape):
    id: str
    name: str
    plan: str


class MyMember(Shape):
    id: str
    name: str
    email: str
    role: str


class MyKey(Shape):
    id: str
    name: str
    expires_at: str | None


class Limits(Shape):
    page_size: int
    body_bytes: int
    remark_bytes_in_thread: int
    watchers: int
    label_characters: int
    idempotency_key_hours: int
    requests_per_second: int
    requests_at_one_instant: int
    bulk_tickets_per_second: int
    bulk_tickets_at_one_instant: int


class Me(Shape):
    """`role` and `scopes` are what is left to the key: never more than its member has."""

    type: Literal["member", "key"]
    organisation: MyOrganisation
    member: MyMember | None
    key: MyKey
    role: str
    scopes: list[str]
    limits: Limits
