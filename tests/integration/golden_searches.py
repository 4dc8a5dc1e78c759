"""What a hotel's staff types, and which tickets it finds: written by hand, before there was anything to run it.

A newcomer reads here what searching means; docs/partners.md tells it in words.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Written:
    """A ticket as the staff knows it. Its number names it."""

    number: int
    guest: str
    phone: str | None
    issue: str
    sub_issue: str
    remarks: tuple[str, ...]


_LONG = "The guest called again about the same thing and was told to wait. " * 50
"""More than the search text of a ticket holds."""
_VERY_LONG = "Nothing else to report from the night shift. " * 1_600
"""More than stands in a thread."""


def _one(number: int, guest: str, phone: str | None, labels: str, *remarks: str) -> Written:
    issue, _, sub_issue = labels.partition(" / ")
    return Written(number, guest, phone, issue, sub_issue, remarks)


TICKETS = (
    _one(101, "Zoë Müller", "+41 44 555 01 23", "Maintenance / HVAC", "AC not cooling in room 204"),
    _one(
        102,
        "Jürgen Groß",
        "+49 30 901820",
        "Housekeeping / Towels",
        "Bitte zwei Handtücher auf Zimmer 312. Die Straße ist laut.",
    ),
    _one(
        103,
        "François Lefèvre",
        "+33 1 42 68 53 00",
        "Maintenance / Plumbing",
        "La chaleur de l’eau est trop élevée, fuite sous l'évier",
    ),
    _one(
        104,
        "María José Núñez",
        "+34 915 55 12 34",
        "Reception / Late checkout",
        "Pide salida tardía mañana a las 14:00",
    ),
    _one(105, "王小明", "+86 138 0013 8000", "Maintenance / HVAC", "空调不制冷,房间很热"),
    _one(106, "สมชาย ใจดี", "+66 81 234 5678", "Maintenance / Plumbing", "ห้องน้ำรั่ว น้ำไม่ไหล"),
    _one(107, "محمد الأحمد", "+971 50 123 4567", "Housekeeping / Cleaning", "الغرفة غير نظيفة ويريد تنظيفها الآن"),
    _one(108, "Søren Ærø", "+45 32 55 44 10", "Reception / Invoice", "Needs a copy of the invoice for 1-4 March"),
    _one(
        109, "Łukasz Żółć", "+48 22 555 98 76", "Maintenance / Electricity", "Gniazdko nie działa; no power at the desk"
    ),
    _one(110, "Siobhán O'Brien", "+353 1 677 8899", "Housekeeping / Towels", "Extra towels and a bathrobe, please"),
    _one(111, "田中 太郎", "+81 3 1234 5678", "Reception / Luggage", "荷物をフロントに預けたい。タクシーを10時に"),
    _one(112, "Иван Петров", "+7 495 123-45-67", "Maintenance / HVAC", "Кондиционер не работает, всё ещё жарко"),
    _one(113, "Νίκος Παπαδόπουλος", "+30 21 0555 7788", "Reception / Invoice", "Ο λογαριασμός είναι λάθος"),
    _one(114, "김민수", "+82 2-555-1234", "Maintenance / Plumbing", "화장실 물이 새요"),
    _one(115, "דוד כהן", "+972 3-555-6677", "Housekeeping / Cleaning", "החדר לא נוקה הבוקר"),
    _one(
        116,
        "John Smith",
        "+1 (212) 555-0147",
        "Follow-up / Quote sent",
        "Quote for 40 rooms sent; call back Monday. See ticket 1042.",
    ),
    _one(117, "Jane Smithson", None, "Follow-up / Quote sent", "Wedding party of 60, not confirmed"),
    _one(
        118,
        "Anna Schmidt",
        "0049 89 1234567",
        "Maintenance / HVAC",
        "Heating is cooling instead: not really cooling though",
    ),
    _one(119, "Ana García", "0034 (0)93 555 66 77", "Reception / Wake-up call", "Wake-up call at 06:30, room 1204"),
    _one(120, "Ngô Bảo Châu", "+84 24 3825 1234", "Maintenance / Electricity", "Đèn phòng 305 bị hỏng"),
    _one(121, "Þór Sigurðsson", "+354 555 1234", "Reception / Luggage", "Lost a black suitcase, tag LH-7781"),
    _one(122, "Şebnem Yılmaz", "+90 212 555 33 44", "Housekeeping / Minibar", "Minibar empty; ISTANBUL flight delayed"),
    _one(123, "Antonín Dvořák", "+420 221 555 010", "Maintenance / Lift", "Lift stuck on 3rd floor"),
    _one(124, "Lee Wong 黄", "+852 5555 1042", "Reception / Invoice", "发票抬头写错了 invoice again"),
    _one(125, "Zoe Muller-Smith", "+41 79 555 66 77", "Housekeeping / Cleaning", "Carpet stained (coffee)"),
    _one(126, "Cafe\u0301 Zu\u0308rich", None, "Reception / Restaurant", "Table for 8 in the café"),
    _one(127, "Nell Writer", None, "Maintenance / Pool", _LONG, "And the unicorn statue is broken"),
    _one(128, "Victor Hugo", None, "Reception / Complaint", _VERY_LONG + "Then a zeppelin came."),
    _one(133, "राहुल शर्मा", "+91 98765 43210", "Maintenance / Plumbing", "कमरे में पानी नहीं है"),
    _one(135, "Wide Person", None, "Maintenance / Electricity", "ＦＵＬＬＷＩＤＴＨ ６０４ lamp"),
    _one(136, "Kofi Mensah", "+233 30 277 1111", "Housekeeping / Laundry", "C++ & C# shirts; 100% cotton; 50€ deposit"),
    _one(137, "Bar Fly", None, "Reception / Restaurant", "Drinks AND snacks OR nothing"),
    _one(138, "Dr. Großmann", None, "Reception / Keys", "Schlüssel verloren, STRASSE 5"),
    _one(139, "Lena Local", "044 555 99 88", "Reception / Keys", "Key card does not open the gym"),
    _one(
        140,
        "Tom Thread",
        None,
        "Maintenance / Plumbing",
        "First: shower leaks",
        "Second: plumber came",
        "Third: still dripping",
    ),
    _one(
        1042,
        "Peter Parker",
        "+1 718 555 0101",
        "Maintenance / Wi-Fi",
        "Wi-Fi drops every 10 minutes <script>alert(1)</script> & more",
    ),
)

GHOST = _one(130, "Ghost Müller", "+41 44 555 01 23", "Maintenance / HVAC", "AC not cooling, boo")
"""Its chat is deleted: nothing finds it."""
DELETED = _one(131, "Zoë Müller", "+41 44 555 01 23", "Maintenance / HVAC", "AC not cooling, and deleted")
FOREIGN = _one(132, "Zoë Müller", "+41 44 555 01 23", "Maintenance / HVAC", "AC not cooling at another hotel")
"""Of another organisation."""

SEARCHES: tuple[tuple[str, list[int]], ...] = (
    # Words, and the beginning of the last one.
    ("cooling", [101, 118]),
    ("cool", [101, 118]),
    ("cool ", []),
    ("ooling", []),
    ("not cooling", [101, 118]),
    ("cooling not", [101, 118]),
    ("ac 204", [101]),
    ("room 204", [101]),
    ("smith", [116, 117, 125]),
    ("smith ", [116, 125]),
    ("smith quote", [116]),
    ("siobhan towels", [110]),
    ("towels", [102, 110]),
    ("plumb", [103, 106, 114, 133, 140]),
    ("maintenance hvac", [101, 105, 112, 118]),
    ("call back monday", [116]),
    ("carpet, coffee", [125]),
    ("cotton laundry", [136]),
    ("invoice", [108, 113, 124]),
    ("wong invoice again", [124]),
    ("06:30", [119]),
    ("wi-fi", [1042]),
    ("wifi", []),
    ("o'brien", [110]),
    ("obrien", []),
    ("shower dripping", [140]),
    ("plumber", [140]),
    ("unicorn", [127]),
    ("zeppelin", [128]),
    ("ghost", []),
    # Phrases.
    ('"not cooling"', [101]),
    ('"NOT  cooling" ac', [101]),
    ("“not cooling”", [101]),
    ('"quote sent"', [116, 117]),
    ('"sent quote"', []),
    ('"unicorn statue"', [127]),
    ('"cool"', []),
    ('"not cooling', [101, 118]),
    # Accents, case, and letters that others type as two.
    ("müller", [101, 125]),
    ("MULLER", [101, 125]),
    ("Mu\u0308ller", [101, 125]),
    ("mueller", []),
    ("zoe", [101, 125]),
    ("gross", [102, 138]),
    ("groß ", [102]),
    ("strasse", [102, 138]),
    ("straße zimmer", [102]),
    ("schlussel", [138]),
    ("lefevre", [103]),
    ("eau", [103]),
    ("évier", [103]),
    ("nunez", [104]),
    ("MAÑANA", [104]),
    ("soren", [108]),
    ("aero", [108]),
    ("lukasz zolc", [109]),
    ("ngo bao chau", [120]),
    ("den phong", [120]),
    ("thor sigurdsson", [121]),
    ("yilmaz", [122]),
    ("istanbul", [122]),
    ("dvorak lift", [123]),
    ("cafe", [126]),
    ("zurich", [126]),
    ("fullwidth 604", [135]),
    # Other scripts.
    ("空调", [105]),
    ("制冷", [105]),
    ("冷热", []),
    ("小明", [105]),
    ("王", [105]),
    ("黄", [124]),
    ("发票", [124]),
    ("hvac 空调", [105]),
    ("フロント", [111]),
    ("荷物", [111]),
    ("タクシー", [111]),
    ("田中", [111]),
    ("น้ำ", [106]),
    ("ห้องน้ำ", [106]),
    ("ไม่ไหล", [106]),
    ("สมชาย", [106]),
    ("الغرفة", [107]),
    ("الاحمد", [107]),
    ("محمّد", [107]),
    ("петров", [112]),
    ("ЕЩЕ", [112]),
    ("παπαδοπουλος", [113]),
    ("ΛΟΓΑΡΙΑΣΜΟΣ", [113]),
    ("화장실", [114]),
    ("김민", [114]),
    ("כהן", [115]),
    ("पानी", [133]),
    ("राहुल", [133]),
    # Phones, however they are typed, and however they were.
    ("+41 44 555 01 23", [101]),
    ("0445550123", [101]),
    ("044 555 01 23", [101]),
    ("0041445550123", [101]),
    ("+41 (0)44 555 01 23", [101]),
    ("٠٤٤٥٥٥٠١٢٣", [101]),
    ("550123", [101]),
    ("müller 044 555 01 23", [101]),
    ("5551234", [104, 114, 121]),
    ("555-1234", [104, 114, 121]),
    ("1234", [104, 106, 107, 111, 112, 114, 118, 120, 121]),
    ("5556677", [115, 119, 125]),
    ("７１８ ５５５", [1042]),
    ("0445559988", [139]),
    ("+41 44 555 99 88", [139]),
    ("212.555.0147", [116]),
    # Numbers.
    ("1042", [116, 124, 1042]),
    ("#1042", [1042]),
    ("# 1042", [116, 124, 1042]),
    ("#104", [104]),
    ("104", [104, 116]),
    ("123", [123]),
    ("#123", [123]),
    ("#0123", [123]),
    ("LH-7781", [121]),
    ("#1042 parker", [1042]),
    ("#1042 smith", []),
    # What query languages know is nothing special here.
    ("100%", [136]),
    ("cool*", [101, 118]),
    ("tow?ls", []),
    ("drinks AND snacks", [137]),
    ("towels AND bathrobe", [110]),
    ("towels OR bathrobe", []),
    ("<script>", [1042]),
    ("guest:muller", []),
    ("\u202emuller\u202c", [101, 125]),
    ("mul\u00adler", [101, 125]),
    ("muller\x00 zoe", [101, 125]),
    # Typos are not forgiven here.
    ("coolng", []),
    ("mullre", []),
    ("plumbber", []),
)
