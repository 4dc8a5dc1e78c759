"""Tickets and queries by chance: words of many scripts, phones, numbers, and words one typo away from them."""

from dataclasses import dataclass, replace
from random import Random
from typing import Any

from tests.builders import HOSPITALITY_STATUSES, ORGANISATION, a_chat, a_ticket, later
from ticketing.domain.directory import Chat, Guest
from ticketing.domain.hits import Texts
from ticketing.domain.query import UNASSIGNED, Sort, TicketQuery
from ticketing.domain.search_document import Indexed, indexed
from ticketing.domain.ticket import Priority, Ticket
from ticketing.domain.words import checked
from ticketing.domain.workflow import Label, StatusCategory
from ticketing.errors import ValidationFailed

WORDS = (
    *(
        "ac",
        "not",
        "cooling",
        "cool",
        "coolant",
        "cooking",
        "shower",
        "leaks",
        "leaking",
        "towels",
        "room",
        "204",
        "1042",
    ),
    *("Müller", "straße", "Zoë", "plumber", "plumbers", "kitchen", "chicken", "zimmer", "winter", "Wi-Fi", "o'brien"),
    *(
        "空调",
        "空调不制冷",
        "制冷空调",
        "ห้องน้ำรั่ว",
        "น้ำไม่ไหล",
        "荷物を",
        "тёплый",
        "кондиционер",
        "화장실",
        "कमरे",
        "الغرفة",
    ),
    *("_", "a", "水", "hvac空调", "#7", "<b>", "AND", "x" * 300, "é", "ﬁnish", "ＦＵＬＬ", "İstanbul", "ŒUVRE"),
)
PHONES = (None, "+41 44 555 01 23", "044 555 01 24", "0049 (0)89 1234567", "0123", "+1 (212) 555-0147", "5550123")
DIGITS = (
    "044",
    "555",
    "01",
    "23",
    "0",
    "00",
    "41",
    "44",
    "5550123",
    "1234567",
    "89",
    "0049",
    "204",
    "1042",
    "7",
    "147",
)
LETTERS = "abcdeilnorstu空ö"
CHATS, MEMBERS, CHANNELS = 12, ("mem_ana", "mem_ben", "team_maintenance"), ("front_desk", "spa")


@dataclass(frozen=True)
class Case:
    ticket: Ticket
    chat: Chat
    remarks: tuple[str, ...]

    @property
    def texts(self) -> Texts:
        return Texts(self.chat.guest.name, self.chat.guest.phone, self.remarks)

    def document(self, *, epoch: int = 1) -> Indexed:
        return indexed(self.ticket, self.chat, self.remarks, epoch=epoch)


def mistyped(word: str, chance: Random) -> str:
    """The word after one edit or swap somewhere."""
    at = chance.randrange(len(word))
    letter = chance.choice(LETTERS)
    return chance.choice(
        [
            word[:at] + letter + word[at:],
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
        ]
    )


def a_text(chance: Random, most: int = 9) -> str:
    words = chance.choices(WORDS, k=chance.randint(0, most))
    return chance.choice((" ", ", ", "\n", "")).join(
        mistyped(one, chance) if chance.random() < 0.2 else one for one in words
    )


def a_case(number: int, chance: Random, organisation_id: str = ORGANISATION) -> Case:
    chat_id = f"chat_{chance.randrange(CHATS)}"
    guests = Random(chat_id)  # noqa: S311 (a chat has one guest)
    chat = a_chat(id=chat_id, guest=Guest(a_text(guests, 3), guests.choice(PHONES)))
    ticket = replace(
        a_ticket(),
        id=f"tkt_{organisation_id[-4:]}{number:012d}",
        organisation_id=organisation_id,
        number=number,
        chat_id=chat_id,
        channel_id=chance.choice(CHANNELS),
        status=chance.choice(HOSPITALITY_STATUSES),
        priority=chance.choice(list(Priority)),
        assignee=chance.choice((None, *MEMBERS)),
        issue=Label("maintenance", chance.choice(("Maintenance", "Zimmer kitchen", "空调 204"))),
        sub_issue=chance.choice((None, Label("hvac", "HVAC"), Label("plumbing", "Plumbing, leaks"))),
        external_id=chance.choice((None, f"ext {number}")),
        created_at=later(minutes=chance.randrange(500)),
        updated_at=later(minutes=500 + chance.randrange(500)),
        deleted_at=later(hours=9) if chance.random() < 0.05 else None,
        version=chance.randint(1, 9),
    )
    return Case(ticket, chat, tuple(a_text(chance) for _ in range(chance.choice((0, 1, 1, 2, 4)))))


def some_words(chance: Random) -> tuple[str, bool]:
    """What somebody types, and whether a word of it has a typo."""
    kind = chance.random()
    if kind < 0.12:
        return " ".join(chance.choices(DIGITS, k=chance.randint(1, 5))), False
    words, is_mistyped = [chance.choice(WORDS) for _ in range(chance.choice((1, 1, 2, 3)))], False
    for at, word in enumerate(words):
        if chance.random() < 0.45 and len(word) >= 5:
            words[at], is_mistyped = mistyped(word, chance), True
        elif chance.random() < 0.15:
            words[at] = word[: chance.randint(1, len(word))]
    typed = " ".join(words)
    shape = chance.random()
    if shape < 0.15:
        return f'"{typed}"', False
    if shape < 0.25:
        return f'"{words[0]}" {typed}', is_mistyped
    return typed + (" " if shape < 0.6 else ""), is_mistyped


def a_query(chance: Random) -> tuple[TicketQuery, bool]:
    """A query, and whether a word of it has a typo."""
    given: dict[str, Any] = {"sort": chance.choice(list(Sort))}
    is_mistyped = False
    if chance.random() < 0.93 or given["sort"] is Sort.RELEVANCE:
        while True:
            typed, is_mistyped = some_words(chance)
            try:
                given["words"] = checked(typed)
                break
            except ValidationFailed:
                continue
    for name, values in FILTERS.items():
        if chance.random() < 0.06:
            given[name] = frozenset(chance.sample(values, chance.randint(0, len(values))))
    if chance.random() < 0.1:
        given["created_from"] = later(minutes=chance.randrange(250))
    if chance.random() < 0.1:
        given["created_to"] = later(minutes=250 + chance.randrange(250))
    return TicketQuery(**given), is_mistyped


FILTERS: dict[str, list[Any]] = {
    "statuses": [one.id for one in HOSPITALITY_STATUSES],
    "categories": list(StatusCategory),
    "priorities": list(Priority),
    "assignees": [UNASSIGNED, *MEMBERS],
    "creators": ["mem_ana", "mem_ben"],
    "channels": list(CHANNELS),
    "issues": ["maintenance", "hvac"],
    "sub_issues": [("maintenance", "hvac"), ("maintenance", "plumbing"), ("x", "hvac")],
    "external_ids": [f"ext {number}" for number in range(300)],
    "chats": [f"chat_{number}" for number in range(CHATS)],
}
