"""Guests: names in many scripts, telephone numbers, and the language that each guest writes in.

Numbers come from ranges that a regulator keeps free for fiction where there is one (Ofcom, ARCEP, Bundesnetzagentur,
the 555-01xx numbers of North America, ACMA, PTS). Elsewhere the area code is zeros, which no operator assigns.
A `#` in a pattern is any digit. E-mail addresses are of the domains that RFC 2606 reserves.
"""

import random
from dataclasses import dataclass
from typing import Final

from scripts.demonstration.dice import weighted
from ticketing.domain.directory import ChannelType, Guest

_EMAIL_DOMAINS: Final = ("example.com", "example.net", "example.org")


@dataclass(frozen=True, slots=True)
class Tongue:
    """People of one language: `weight` says how many of a hundred guests they are."""

    language: str
    weight: float
    given_names: tuple[str, ...]
    family_names: tuple[str, ...]
    phones: tuple[str, ...]
    family_name_first: bool = False
    between_names: str = " "


TONGUES: Final = (
    Tongue(
        "en",
        22,
        ("Olivia", "Noah", "Grace", "Liam", "Amelia", "Oscar", "Maeve", "Theo", "Charlotte", "Ethan"),
        ("Bennett", "O’Connor", "Whitfield", "Hughes", "Okafor", "Marsh", "Sinclair", "Doyle"),
        ("+447700900###", "+1212555010#", "+1415555017#", "+61491570156", "+61491570157"),
    ),
    Tongue(
        "de",
        12,
        ("Jürgen", "Käthe", "Björn", "Anneliese", "Sören", "Heike", "Matthias", "Lukas"),
        ("Müller", "Schröder", "Weiß", "Köhler", "Großmann", "Jäger", "Brandt"),
        ("+493023125###", "+4917139200##"),
    ),
    Tongue(
        "fr",
        11,
        ("Zoé", "François", "Hélène", "Loïc", "Anaïs", "Benoît", "Maëlle", "Clément"),
        ("Lefèvre", "Garçon", "Dubœuf", "Béranger", "Noël", "Crépin", "Moreau"),
        ("+336399800##", "+336399812##"),
    ),
    Tongue(
        "es",
        10,
        ("José", "Íñigo", "María", "Begoña", "Andrés", "Lucía", "Ramón", "Inés"),
        ("Muñoz", "Peña", "Ibáñez", "García", "Núñez", "Castaño"),
        ("+34000000###",),
    ),
    Tongue(
        "pl",
        5,
        ("Łukasz", "Małgorzata", "Zbigniew", "Światosława", "Paweł"),
        ("Wójcik", "Dąbrowska", "Żak", "Gołębiewski"),
        ("+48000000###",),
    ),
    Tongue(
        "tr",
        4,
        ("Çağla", "Işıl", "Şükrü", "Gökhan", "Özlem"),
        ("Yıldız", "Öztürk", "Çelik", "Güneş"),
        ("+900000000###",),
    ),
    Tongue(
        "sv",
        4,
        ("Åsa", "Örjan", "Märta", "Håkan"),
        ("Sjöberg", "Ångström", "Lindqvist", "Bäckman"),
        ("+4670174066#",),
    ),
    Tongue(
        "ar",
        8,
        ("محمد", "فاطمة", "يوسف", "ليلى", "عمر", "مريم", "خالد"),
        ("الحسن", "العلي", "منصور", "الخطيب", "حداد"),
        ("+971000000###", "+966000000###"),
    ),
    Tongue(
        "zh",
        7,
        ("伟", "芳", "秀英", "娜", "强", "静怡"),
        ("王", "李", "张", "刘", "陈", "欧阳"),
        ("+860000000####",),
        family_name_first=True,
        between_names="",
    ),
    Tongue(
        "ru",
        6,
        ("Анна", "Дмитрий", "Екатерина", "Сергей", "Юлия"),
        ("Соколов", "Щербак", "Королёв", "Мороз"),
        ("+7000000####",),
    ),
    Tongue(
        "hi",
        5,
        ("आरव", "प्रिया", "विक्रम", "अनन्या", "राहुल"),
        ("शर्मा", "पटेल", "गुप्ता", "मिश्रा"),
        ("+91000000####",),
    ),
    Tongue(
        "ja",
        5,
        ("さくら", "健太", "ユウキ", "マリ", "陽子", "ひかり"),
        ("佐藤", "鈴木", "高橋", "山本"),
        ("+810000000###",),
        family_name_first=True,
    ),
    Tongue(
        "he",
        3,
        ("נועה", "איתי", "תמר", "אורי"),
        ("כהן", "לוי", "מזרחי", "פרץ"),
        ("+97200000####",),
    ),
    Tongue(
        "el",
        2,
        ("Ελένη", "Γιώργος", "Άννα"),
        ("Παπαδοπούλου", "Νικολάου", "Ιωάννου"),
        ("+300000000###",),
    ),
    Tongue(
        "ko",
        2,
        ("민준", "서연", "지우"),
        ("김", "이", "박"),
        ("+820000000###",),
        family_name_first=True,
        between_names="",
    ),
)


def draw_tongue(dice: random.Random) -> Tongue:
    return weighted(dice, {tongue: tongue.weight for tongue in TONGUES})


def draw_guest(dice: random.Random, tongue: Tongue, channel: ChannelType, number: int) -> Guest:
    """A guest who can be reached by what their channel needs; about half of the addresses are verified."""
    has_phone = channel in _BY_PHONE or dice.random() < 0.3
    has_email = channel is ChannelType.EMAIL or dice.random() < 0.55
    return Guest(
        name=_name(dice, tongue),
        phone=_phone(dice, dice.choice(tongue.phones)) if has_phone else None,
        email=f"guest{number:04d}@{dice.choice(_EMAIL_DOMAINS)}" if has_email else None,
        is_email_verified=has_email and dice.random() < 0.5,
    )


_BY_PHONE: Final = frozenset({ChannelType.WHATSAPP_OFFICIAL, ChannelType.WHATSAPP_UNOFFICIAL})


def _name(dice: random.Random, tongue: Tongue) -> str:
    names = [dice.choice(tongue.given_names), dice.choice(tongue.family_names)]
    return tongue.between_names.join(reversed(names) if tongue.family_name_first else names)


def _phone(dice: random.Random, pattern: str) -> str:
    return "".join(str(dice.randrange(10)) if character == "#" else character for character in pattern)
