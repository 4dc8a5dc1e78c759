"""The two organisations: who works there, how they are reached, what they call things, who takes what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scripts.demonstration import courses, well_known, words_hotel, words_software, workflows
from scripts.demonstration.courses import Course
from ticketing.domain.directory import Channel, ChannelType, Member, Role, Team
from ticketing.domain.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in tickets: see the modules of words."""

    reports: Mapping[str, Sequence[str]]
    work: Mapping[str, Sequence[str]]
    between: Sequence[str]
    quotes: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Blueprint:
    """All that is decided of an organisation before any chance comes in.

    `assignees` says for each issue who takes its tickets, with weights; None is nobody. `channel_weights` says how
    many of a hundred chats come by each channel. `retired` maps those who have left to the age in days of the newest
    ticket that still names them.
    """

    id: str
    name: str
    short_name: str
    chats: int
    tickets: int
    members: tuple[Member, ...]
    retired: Mapping[str, int]
    teams: tuple[Team, ...]
    channels: tuple[Channel, ...]
    channel_weights: Mapping[str, float]
    workflows: tuple[Workflow, ...]
    issue_weights: Mapping[str, float]
    assignees: Mapping[str, Mapping[str | None, float]]
    courses: Sequence[Course]
    words: Words


_HOTEL_DOMAIN: Final = "lakeside-hotels.example"
_TECHNICIANS: Final = (well_known.LAKESIDE_TECHNICIAN, "mem_lakeside_electrician", "mem_lakeside_plumber")
_HOUSEKEEPERS: Final = ("mem_lakeside_housekeeper", "mem_lakeside_housekeeper2")

LAKESIDE: Final = Blueprint(
    id=well_known.LAKESIDE,
    name="Lakeside Hotels",
    short_name="lakeside",
    chats=200,
    tickets=680,
    members=(
        Member(well_known.LAKESIDE_OWNER, "Marta Lindqvist", f"marta@{_HOTEL_DOMAIN}", Role.OWNER),
        Member(well_known.LAKESIDE_ADMIN, "Tomás Herrera", f"tomas@{_HOTEL_DOMAIN}", Role.ADMIN),
        Member(well_known.LAKESIDE_USER, "Aisha Rahman", f"aisha@{_HOTEL_DOMAIN}", Role.USER),
        Member("mem_lakeside_night", "Pavel Novák", f"pavel@{_HOTEL_DOMAIN}", Role.USER),
        Member("mem_lakeside_sales", "Ingrid Sørensen", f"ingrid@{_HOTEL_DOMAIN}", Role.USER),
        Member(well_known.LAKESIDE_TECHNICIAN, "Jonas Keller", f"jonas@{_HOTEL_DOMAIN}", Role.USER),
        Member("mem_lakeside_electrician", "Farid Haddad", f"farid@{_HOTEL_DOMAIN}", Role.USER),
        Member("mem_lakeside_plumber", "Giulia Conti", f"giulia@{_HOTEL_DOMAIN}", Role.USER),
        Member("mem_lakeside_housekeeper", "Mei Chen", f"mei@{_HOTEL_DOMAIN}", Role.USER),
        Member("mem_lakeside_housekeeper2", "Rosa Almeida", f"rosa@{_HOTEL_DOMAIN}", Role.USER),
        Member(well_known.LAKESIDE_FORMER_MEMBER, "Alice Martin", f"alice@{_HOTEL_DOMAIN}", Role.USER, is_active=False),
    ),
    retired={well_known.LAKESIDE_FORMER_MEMBER: 30},
    teams=(
        Team(well_known.MAINTENANCE, "Maintenance", well_known.LAKESIDE_TECHNICIAN, _TECHNICIANS),
        Team(well_known.HOUSEKEEPING, "Housekeeping", "mem_lakeside_housekeeper", _HOUSEKEEPERS),
    ),
    channels=(
        Channel(well_known.LAKESIDE_WHATSAPP, "Lakeside WhatsApp", ChannelType.WHATSAPP_OFFICIAL),
        Channel(well_known.LAKESIDE_EMAIL, "Reservations e-mail", ChannelType.EMAIL),
        Channel(well_known.LAKESIDE_WEBCHAT, "Website chat", ChannelType.WEB_CHAT),
        Channel(well_known.LAKESIDE_FRONTDESK, "Front desk phone", ChannelType.WHATSAPP_UNOFFICIAL),
    ),
    channel_weights={
        well_known.LAKESIDE_WHATSAPP: 58,
        well_known.LAKESIDE_EMAIL: 22,
        well_known.LAKESIDE_WEBCHAT: 17,
        well_known.LAKESIDE_FRONTDESK: 3,
    },
    workflows=(
        workflows.hospitality(well_known.LAKESIDE_WHATSAPP),
        workflows.hospitality(well_known.LAKESIDE_EMAIL),
        workflows.hospitality(well_known.LAKESIDE_WEBCHAT),
    ),
    issue_weights={"maintenance": 46, "housekeeping": 26, "guest_service": 18, "follow_up": 10},
    assignees={
        "maintenance": {
            well_known.MAINTENANCE: 50,
            well_known.LAKESIDE_TECHNICIAN: 16,
            "mem_lakeside_electrician": 12,
            "mem_lakeside_plumber": 10,
            None: 12,
        },
        "housekeeping": {
            well_known.HOUSEKEEPING: 55,
            "mem_lakeside_housekeeper": 20,
            "mem_lakeside_housekeeper2": 10,
            None: 15,
        },
        "guest_service": {
            well_known.LAKESIDE_USER: 35,
            "mem_lakeside_night": 25,
            well_known.LAKESIDE_FORMER_MEMBER: 20,
            None: 20,
        },
        "follow_up": {
            "mem_lakeside_sales": 60,
            well_known.LAKESIDE_ADMIN: 15,
            well_known.LAKESIDE_FORMER_MEMBER: 15,
            None: 10,
        },
    },
    courses=courses.HOSPITALITY,
    words=Words(words_hotel.REPORTS, words_hotel.WORK, words_hotel.BETWEEN, words_hotel.QUOTES),
)

_VENDOR_DOMAIN: Final = "northwind-software.example"

NORTHWIND: Final = Blueprint(
    id=well_known.NORTHWIND,
    name="Northwind Software",
    short_name="northwind",
    chats=100,
    tickets=320,
    members=(
        Member(well_known.NORTHWIND_OWNER, "Priya Raman", f"priya@{_VENDOR_DOMAIN}", Role.OWNER),
        Member(well_known.NORTHWIND_ADMIN, "Daniel Okonkwo", f"daniel@{_VENDOR_DOMAIN}", Role.ADMIN),
        Member(well_known.NORTHWIND_USER, "Sofia Petrova", f"sofia@{_VENDOR_DOMAIN}", Role.USER),
        Member("mem_northwind_engineer", "Kenji Mori", f"kenji@{_VENDOR_DOMAIN}", Role.USER),
        Member("mem_northwind_engineer2", "Lena Vogel", f"lena@{_VENDOR_DOMAIN}", Role.USER),
        Member("mem_northwind_accounts", "Carlos Mendes", f"carlos@{_VENDOR_DOMAIN}", Role.USER),
    ),
    retired={},
    teams=(
        Team(
            well_known.SUPPORT,
            "Technical support",
            "mem_northwind_engineer",
            ("mem_northwind_engineer", "mem_northwind_engineer2", well_known.NORTHWIND_USER),
        ),
        Team(well_known.BILLING, "Billing", "mem_northwind_accounts", ("mem_northwind_accounts",)),
    ),
    channels=(
        Channel(well_known.NORTHWIND_EMAIL, "Support e-mail", ChannelType.EMAIL),
        Channel(well_known.NORTHWIND_WEBCHAT, "In-app chat", ChannelType.WEB_CHAT),
        Channel(well_known.NORTHWIND_WHATSAPP, "Account managers", ChannelType.WHATSAPP_UNOFFICIAL),
    ),
    channel_weights={
        well_known.NORTHWIND_EMAIL: 50,
        well_known.NORTHWIND_WEBCHAT: 35,
        well_known.NORTHWIND_WHATSAPP: 15,
    },
    workflows=(
        workflows.support(well_known.NORTHWIND_EMAIL),
        workflows.support(well_known.NORTHWIND_WEBCHAT),
        workflows.support(well_known.NORTHWIND_WHATSAPP),
    ),
    issue_weights={"bug": 50, "billing": 20, "account": 20, "follow_up": 10},
    assignees={
        "bug": {
            well_known.SUPPORT: 45,
            "mem_northwind_engineer": 20,
            "mem_northwind_engineer2": 20,
            None: 15,
        },
        "billing": {well_known.BILLING: 60, "mem_northwind_accounts": 30, None: 10},
        "account": {well_known.SUPPORT: 40, well_known.NORTHWIND_USER: 45, None: 15},
        "follow_up": {well_known.NORTHWIND_ADMIN: 60, well_known.NORTHWIND_USER: 25, None: 15},
    },
    courses=courses.SUPPORT,
    words=Words(words_software.REPORTS, words_software.WORK, words_software.BETWEEN, words_software.QUOTES),
)

BLUEPRINTS: Final = (LAKESIDE, NORTHWIND)
