"""What a hotel writes in its tickets. `{room}` becomes a room number."""

from typing import Final

REPORTS: Final = {
    "hvac": (
        "AC in room {room} is running but not cooling. Guest has small children, please go today.",
        "Room {room}: the thermostat shows 16 °C, the room stays at 27 °C.",
        "Klimaanlage in {room} tropft auf den Teppich. Eimer steht drunter.",
        "Heating in {room} cannot be turned off, guest slept with the window open.",
        "El aire acondicionado de la {room} hace un ruido metálico al arrancar.",
    ),
    "plumbing": (
        "Shower drain in {room} is blocked, water stands 3 cm high.",
        "Room {room}: no hot water since this morning. Rooms next door are fine.",
        "Fuite sous le lavabo de la {room}, serviettes posées en attendant.",
        "Toilet in {room} keeps running after flushing.",
    ),
    "electrical": (
        "Bedside lamp in {room} flickers; bulb already replaced, so it is the socket.",
        "Half of the sockets in {room} are dead. Fuse is in.",
        "Safe in {room} does not open, battery is probably empty. Guest leaves at 11:00!",
    ),
    "furniture": (
        "Balcony door in {room} does not lock.",
        "One leg of the desk in {room} is loose.",
        "Rollo in {room} klemmt, lässt sich nicht schließen.",
    ),
    "wifi": (
        "Guest in {room} has a video call at 14:00 and the Wi-Fi drops every few minutes.",
        "TV in {room} shows no channels since the update.",
        "Il Wi-Fi della camera {room} si collega, ma nessuna pagina si apre.",
    ),
    "cleaning": (
        "Room {room} was not made up yesterday, guest is back at 16:00.",
        "Stain on the carpet in {room}, needs the machine.",
        "Minibar in {room} war beim Check-in nicht aufgefüllt.",
    ),
    "linen": (
        "Two more bath towels and a second duvet for {room}.",
        "Feather allergy: please change all pillows in {room} before check-in.",
    ),
    "lost_property": (
        "Guest left a grey cardigan and a charger in {room}. Please look and send on.",
        "Found a wedding ring in {room}, it is in the reception safe.",
    ),
    "noise": (
        "Guest in {room} complains about music from the bar after 23:00.",
        "Construction next door starts at 7. Guest of {room} asks for a quieter side.",
    ),
    "room_change": (
        "Guest in {room} wants a lake view; 412 becomes free on Thursday.",
        "{room} smells of smoke. Offered another room, guest will decide after dinner.",
    ),
    "transfer": (
        "Four people with luggage from the airport on Saturday, guest of {room}. Flight lands 18:40.",
        "Taxi for {room} to the station at 5:45, confirmed with the guest.",
    ),
    "quote_sent": (
        "Quote sent for 12 rooms, two nights, half board. Valid until the end of the month.",
        "Offer for the garden wedding is out. Ask again if there is no answer on Friday.",
    ),
    "call_back": (
        "Wants to be called about the cancellation terms before deciding.",
        "Called twice, voicemail. Try again in the morning.",
    ),
    "group_booking": (
        "Cycling club, 24 people, needs a lockable room for the bikes.",
        "Company retreat: 18 single rooms and the seminar room with projector.",
    ),
}
"""The first remark, by sub-issue: what was reported."""

WORK: Final = {
    "open": ("Guest says it is back. Opened again.", "Not done after all, please look once more."),
    "in_progress": (
        "On it.",
        "Mache ich gleich.",
        "Je m’en occupe.",
        "جاري العمل على الطلب الآن.",
        "Spoke to the guest, they are out until the evening and we may go in.",
    ),
    "maintenance/in_progress": (
        "On my way.",
        "Looked at it, spare part is in the workshop.",
        "Bin dran, dauert etwa eine Stunde.",
        "En route avec l’outillage.",
        "Fuse checked, next is the cable.",
    ),
    "follow_up/in_progress": ("Spoke to them, they ask for two more days.", "Habe eine Nachricht hinterlassen."),
    "waiting_on_vendor": (
        "Part is broken for good. Vendor comes on the next working day.",
        "Ersatzteil bestellt, Lieferung in zwei bis drei Tagen.",
        "Se ha pedido la pieza al proveedor.",
        "Vendor has confirmed for tomorrow between 9 and 11.",
    ),
    "resolved": (
        "Done. Guest is happy.",
        "Erledigt, Gast informiert.",
        "C’est fait, le client est prévenu.",
        "已处理完毕，客人很满意。",
        "Listo, el huésped está contento.",
    ),
    "maintenance/resolved": (
        "Replaced, works again.",
        "Repaired and tested with the guest.",
        "Dichtung getauscht, läuft wieder.",
        "C’est réparé, le client est prévenu.",
        "修好了，已请客人确认。",
    ),
    "follow_up/resolved": ("They booked!", "They decided for another house this time.", "Angebot angenommen."),
    "closed": ("Guest has checked out, nothing left to do.", "Confirmed by the guest on the phone."),
    "follow_up/closed": ("Contract is signed and filed.", "No answer to three calls, closed."),
}
"""What is said when a ticket enters a status; `issue/status` goes before `status`."""

BETWEEN: Final = (
    "Guest asked again at the desk. Told them that we are on it.",
    "Offered a drink at the bar for the trouble.",
    "Handover to the night shift: please keep an eye on {room}.",
    "Picture is in the chat.",
    "客人说晚上八点以后方便进房。",
    "Гость просит позвонить перед приходом.",
    "Please knock twice, the baby sleeps.",
    "मेहमान ने धन्यवाद कहा।",
)
"""Remarks in the middle of the work."""

QUOTES: Final = {
    "hvac": {
        "en": "It is really warm in here, could someone come?",
        "de": "Im Zimmer ist es viel zu warm, könnte bitte jemand kommen?",
        "fr": "Il fait très chaud dans la chambre, quelqu’un peut-il venir ?",
        "es": "Hace muchísimo calor en la habitación, ¿puede venir alguien?",
        "pl": "Klimatyzacja w pokoju nie działa, czy ktoś może przyjść?",
        "tr": "Odadaki klima çalışmıyor, biri gelebilir mi?",
        "sv": "Luftkonditioneringen fungerar inte, kan någon komma?",
        "ar": "المكيف لا يعمل في غرفتي، هل يمكن إرسال أحد؟",
        "zh": "房间空调不制冷，可以派人来看看吗？",
        "ru": "В номере не работает кондиционер, пришлите кого-нибудь, пожалуйста.",
        "hi": "कमरे में एसी काम नहीं कर रहा है, कृपया किसी को भेजें।",
        "ja": "エアコンが効きません。見に来ていただけますか。",
        "he": "המזגן בחדר לא עובד, אפשר לשלוח מישהו?",
        "el": "Το κλιματιστικό δεν λειτουργεί, μπορεί να έρθει κάποιος;",
        "ko": "방 에어컨이 안 돼요. 와서 봐 주실 수 있나요?",
    },
    "linen": {
        "en": "Could we have fresh towels, please?",
        "de": "Könnten wir bitte frische Handtücher bekommen?",
        "fr": "Pourrions-nous avoir des serviettes propres ?",
        "es": "¿Nos pueden traer toallas limpias, por favor?",
        "pl": "Czy możemy prosić o świeże ręczniki?",
        "tr": "Temiz havlu alabilir miyiz?",
        "sv": "Kan vi få nya handdukar?",
        "ar": "هل يمكن الحصول على مناشف نظيفة؟",
        "zh": "请送两条干净的毛巾过来，谢谢。",
        "ru": "Принесите, пожалуйста, чистые полотенца.",
        "hi": "क्या हमें साफ़ तौलिए मिल सकते हैं?",
        "ja": "タオルの交換をお願いします。",
        "he": "אפשר לקבל מגבות נקיות?",
        "el": "Μπορούμε να έχουμε καθαρές πετσέτες;",
        "ko": "수건을 새로 주실 수 있나요?",
    },
    "noise": {
        "en": "It was too loud to sleep last night.",
        "de": "Letzte Nacht war es zum Schlafen zu laut.",
        "fr": "Impossible de dormir cette nuit à cause du bruit.",
        "es": "Anoche no pudimos dormir por el ruido.",
        "pl": "W nocy było za głośno, żeby spać.",
        "tr": "Dün gece gürültüden uyuyamadık.",
        "sv": "Det var för högljutt för att sova i natt.",
        "ar": "لم نستطع النوم الليلة الماضية بسبب الضوضاء.",
        "zh": "昨晚太吵了，我们没睡好，能换房间吗？",
        "ru": "Ночью было очень шумно, можно поменять номер?",
        "hi": "कल रात शोर के कारण नींद नहीं आई।",
        "ja": "昨夜は騒がしくて眠れませんでした。",
        "he": "לא ישנו בלילה בגלל הרעש.",
        "el": "Δεν κοιμηθήκαμε χθες από τον θόρυβο.",
        "ko": "어젯밤에 시끄러워서 잠을 못 잤어요.",
    },
    "quote_sent": {
        "en": "Thanks for the quote, we will talk about it this week.",
        "de": "Danke für das Angebot, wir besprechen es diese Woche.",
        "fr": "Merci pour le devis, nous en parlons cette semaine.",
        "es": "Gracias por el presupuesto, lo hablamos esta semana.",
        "pl": "Dziękujemy za ofertę, damy znać w tym tygodniu.",
        "tr": "Teklif için teşekkürler, bu hafta görüşeceğiz.",
        "sv": "Tack för offerten, vi hör av oss i veckan.",
        "ar": "شكراً على العرض، سنرد عليكم هذا الأسبوع.",
        "zh": "报价收到了，我们这周讨论一下。",
        "ru": "Спасибо за предложение, обсудим на этой неделе.",
        "hi": "कोटेशन के लिए धन्यवाद, हम इस सप्ताह बताएँगे।",
        "ja": "お見積もりありがとうございます。今週検討します。",
        "he": "תודה על ההצעה, נחזור אליכם השבוע.",
        "el": "Ευχαριστούμε για την προσφορά, θα απαντήσουμε αυτή την εβδομάδα.",
        "ko": "견적 감사합니다. 이번 주에 논의할게요.",
    },
}
"""The guest's own words, by sub-issue and by the language that they write in."""
