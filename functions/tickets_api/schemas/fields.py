"""The kinds of field that bodies are made of."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from ticketing.domain.ticket import MAX_EXTERNAL_ID_LENGTH, MAX_LABEL_LENGTH

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class Body(BaseModel):
    """A body that is sent: nothing unknown, nothing converted from another type."""

    # Built at once, unlike other models (see app.py): FastAPI makes a field of each body, which would warn later.
    model_config = ConfigDict(extra="forbid", strict=True, defer_build=False)


class Shape(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="forbid")


def _one_line(text: str) -> str:
    if _CONTROL.search(text):
        message = "A name stands on one line, without control characters"
        raise ValueError(message)
    return text


def _says_something(text: str) -> str:
    if "\0" in text:
        message = "Text may not hold the character NUL"
        raise ValueError(message)
    if not text.strip():
        message = "A remark says something"
        raise ValueError(message)
    return text


def _whole(number: object) -> object:
    """JSON has one kind of number: 8.0 is 8, which JSON Schema's `integer` takes, and some languages write it so."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


WHOLE = BeforeValidator(_whole)
"""For a number of a body. It stands after its limits, or pydantic names them by words that no schema has."""


def _truth(text: object) -> object:
    return {"true": True, "false": False}.get(text, text) if isinstance(text, str) else text


TRUTH = BeforeValidator(_truth)
"""For a boolean of an address, where it is `true` or `false` and nothing else that might mean it."""

CallerId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$"),
    Field(description="1 to 40 of `A-Z a-z 0-9 _ -`, chosen by you", examples=["chat_lakeside_0001"]),
]
MemberId = Annotated[
    str,
    StringConstraints(pattern=r"^mem_[A-Za-z0-9_-]{1,36}$"),
    Field(description="A member's id; it begins with `mem_`", examples=["mem_ana"]),
]
TeamId = Annotated[
    str,
    StringConstraints(pattern=r"^team_[A-Za-z0-9_-]{1,35}$"),
    Field(description="A team's id; it begins with `team_`", examples=["team_maintenance"]),
]
TicketId = Annotated[
    str,
    StringConstraints(pattern=r"^tkt_[a-z2-7]{16}$"),
    Field(description="A ticket's id", examples=["tkt_x3k5m2q7v4ntb6ya"]),
]
AssigneeId = Annotated[
    str,
    StringConstraints(pattern=r"^(mem|team)_[A-Za-z0-9_-]{1,36}$", max_length=40),
    Field(description="The id of a member or a team", examples=["team_maintenance"]),
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(_one_line),
]
LabelText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_LABEL_LENGTH),
    AfterValidator(_one_line),
]
RemarkText = Annotated[
    str,
    StringConstraints(min_length=1),
    AfterValidator(_says_something),
    Field(description="As long as you like, within a body of 4 MB"),
]
ExternalId = Annotated[
    str,
    StringConstraints(max_length=MAX_EXTERNAL_ID_LENGTH, pattern=r"^[!-~]+$"),
    Field(description="Your own id of the ticket, one of your organisation only", examples=["PMS-4711"]),
]
EmailAddress = Annotated[
    str,
    # SES takes addresses whose local part is ASCII; line breaks and separators would forge headers.
    StringConstraints(
        max_length=254, pattern=r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
    ),
    Field(examples=["ana@lakeside.example"]),
]
KeyName = Annotated[
    str,
    # It stands in the history as `key:<name>`, and an id ends at 40 characters.
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40),
    AfterValidator(_one_line),
]
ApiKeyId = Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{16}$"), Field(examples=["mfrggzdfmztwq2lk"])]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ()./-]{3,32}$"), Field(examples=["+41 44 555 01 23"])]
Url = Annotated[str, StringConstraints(max_length=1000, pattern=r"^https?://[!-~]+$")]
Version = Annotated[int, Field(ge=0, le=2**53 - 1), WHOLE]
