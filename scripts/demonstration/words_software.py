"""What a software vendor writes in its tickets. `{room}` becomes the number of a build."""

from typing import Final

REPORTS: Final = {
    "crash": (
        "Crashes when a file over 2 GB is opened, build {room}. Log is in the chat.",
        "Since build {room} the desktop client closes while printing.",
        "Absturz beim Wechsel des Arbeitsbereichs, reproduzierbar mit Build {room}.",
    ),
    "wrong_result": (
        "VAT is rounded per line instead of per invoice, off by 0.01 in build {room}.",
        "Sorting by date puts empty dates first only on the second page.",
        "Le total du rapport ne compte pas les lignes archivées.",
    ),
    "performance": (
        "Dashboard takes 40 s to load with 30,000 rows; was 3 s before build {room}.",
        "Import of 5,000 contacts stops at 80 %, CPU is busy.",
    ),
    "display": (
        "Arabic names are cut on the right in the printed list.",
        "Dark mode: white text on white in the date picker, build {room}.",
        "日本語のフォントが豆腐になります。",
    ),
    "invoice": (
        "Invoice still shows the old company address.",
        "Customer needs the purchase order number on the invoice before they can pay.",
    ),
    "refund": (
        "Charged twice on the 1st; the second one is to be refunded.",
        "January was charged by card and by invoice. One of them goes back.",
    ),
    "plan_change": (
        "Wants to move from 20 to 35 seats from next month.",
        "Downgrade asked for. Offer the yearly price first.",
    ),
    "sign_in": (
        "Single sign-on loops back to the login page after the certificate was renewed.",
        "Two-factor code is not accepted; the clock of the phone is fine.",
    ),
    "permissions": (
        "New editors cannot publish, the role looks right.",
        "Former employee must be removed from all workspaces today.",
    ),
    "data_export": (
        "Needs everything as CSV for the auditor by Friday.",
        "Export ends without an error and the file is empty.",
    ),
    "quote_sent": (
        "Quote for 50 seats sent, three years. Decision is expected in two weeks.",
        "Offer incl. migration is out; their purchasing has questions about hosting.",
    ),
    "call_back": (
        "Asked for a call about the roadmap.",
        "Demo went well. Call after their team meeting.",
    ),
}
"""The first remark, by sub-issue: what was reported."""

WORK: Final = {
    "new": ("Something is missing to go on, asked for it. Back to new.",),
    "bug/new": ("Cannot reproduce with these steps, asked for a recording. Back to new.",),
    "triaged": (
        "Clear what is to be done, takes until tomorrow.",
        "Ist bei uns angekommen, melden uns morgen.",
        "Customer says that it is not settled yet.",
    ),
    "bug/triaged": (
        "Reproduced. Goes into the current sprint.",
        "Known since the last release, linked to the internal issue.",
        "Reproduziert mit den Daten des Kunden.",
        "Customer says that it is back after the update.",
    ),
    "fixed": (
        "Corrected by hand; the customer has been told.",
        "Corregido, pendiente de que el cliente lo confirme.",
        "Done, waiting for the customer to confirm.",
    ),
    "bug/fixed": (
        "Fixed in the next build, rolled out tonight.",
        "Corregido en la próxima versión.",
        "已修复，请客户升级后确认。",
    ),
    "verified": ("Customer confirms that it is settled.", "Checked on the customer's workspace, fine."),
}
"""What is said when a ticket enters a status; `issue/status` goes before `status`."""

BETWEEN: Final = (
    "Asked for a screenshot.",
    "Two more customers ask for the same.",
    "Клиент прислал подробности, они в чате.",
    "Needs a decision by the product owner.",
    "Kunde ist bis Montag nicht erreichbar.",
)
"""Remarks in the middle of the work."""

QUOTES: Final = {
    "crash": {
        "en": "It just closes, and my work is gone.",
        "de": "Das Programm schließt sich einfach und meine Arbeit ist weg.",
        "fr": "Le programme se ferme et je perds mon travail.",
        "es": "El programa se cierra solo y pierdo lo que hice.",
        "pl": "Program się zamyka i tracę pracę.",
        "tr": "Program kendiliğinden kapanıyor.",
        "sv": "Programmet stängs och jag förlorar mitt arbete.",
        "ar": "البرنامج يغلق فجأة وأفقد عملي.",
        "zh": "软件突然关闭，我的工作都没了。",
        "ru": "Программа закрывается, и работа пропадает.",
        "hi": "प्रोग्राम अपने आप बंद हो जाता है।",
        "ja": "突然アプリが落ちて、作業内容が消えます。",
        "he": "התוכנה נסגרת פתאום והעבודה נעלמת.",
        "el": "Το πρόγραμμα κλείνει μόνο του.",
        "ko": "프로그램이 갑자기 꺼져요.",
    },
    "refund": {
        "en": "Why were we charged twice?",
        "de": "Warum wurde zweimal abgebucht?",
        "fr": "Pourquoi avons-nous été débités deux fois ?",
        "es": "¿Por qué nos han cobrado dos veces?",
        "pl": "Dlaczego opłata została pobrana dwa razy?",
        "tr": "Neden iki kez ücret alındı?",
        "sv": "Varför drogs pengarna två gånger?",
        "ar": "لماذا تم خصم المبلغ مرتين؟",
        "zh": "为什么扣了两次款？",
        "ru": "Почему деньги списали дважды?",
        "hi": "पैसे दो बार क्यों कटे?",
        "ja": "二重に請求されているようです。",
        "he": "למה חויבנו פעמיים?",
        "el": "Γιατί χρεωθήκαμε δύο φορές;",
        "ko": "왜 두 번 결제되었나요?",
    },
    "sign_in": {
        "en": "I cannot sign in any more.",
        "de": "Ich kann mich nicht mehr anmelden.",
        "fr": "Je ne peux plus me connecter.",
        "es": "Ya no puedo iniciar sesión.",
        "pl": "Nie mogę się zalogować.",
        "tr": "Artık giriş yapamıyorum.",
        "sv": "Jag kan inte logga in längre.",
        "ar": "لم أعد أستطيع تسجيل الدخول.",
        "zh": "我登录不上了。",
        "ru": "Я больше не могу войти.",
        "hi": "मैं लॉग इन नहीं कर पा रहा हूँ।",
        "ja": "ログインできなくなりました。",
        "he": "אני לא מצליח להתחבר.",
        "el": "Δεν μπορώ να συνδεθώ.",
        "ko": "로그인이 안 돼요.",
    },
    "call_back": {
        "en": "Thank you for the demo, when could we talk?",
        "de": "Danke für die Vorführung, wann können wir sprechen?",
        "fr": "Merci pour la démo, quand pouvons-nous en parler ?",
        "es": "Gracias por la demostración, ¿cuándo hablamos?",
        "ar": "شكراً على العرض، متى يمكننا التحدث؟",
        "zh": "谢谢演示，什么时候方便通话？",
        "ja": "デモありがとうございました。",
    },
}
"""The customer's own words, by sub-issue and by the language that they write in."""
