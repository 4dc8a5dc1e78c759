from typing import Any

from scripts.laptop.mailbox.page import Mail, list_page, mail_page, mails_of, notice_page


def message(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "MessageId": f"{number}@mail",
        "Source": "tickets@example.com",
        "To": ["ana@example.com"],
        "CC": [],
        "BCC": [],
        "Subject": f"Ticket {number}",
        "BodyText": "The AC is not cooling",
        "BodyHtml": None,
        "Timestamp": 1_772_403_005 + number,
        **more,
    }


def mail(**more: Any) -> Mail:
    return Mail.from_message(message(**more))


def test_the_newest_mail_comes_first_also_within_one_second_and_across_accounts() -> None:
    answer = {
        "messages": {
            "000000000000": [message(1), message(3), message(4, Timestamp=1_772_403_008)],
            "111111111111": [message(2)],
        }
    }
    assert [each.subject for each in mails_of(answer)] == ["Ticket 4", "Ticket 3", "Ticket 2", "Ticket 1"]


def test_a_time_may_be_a_number_or_a_text() -> None:
    assert mail(Timestamp="2026-03-01T22:10:05Z").sent_at == mail(Timestamp=1_772_403_005).sent_at


def test_an_empty_mailbox_says_how_a_mail_comes_about() -> None:
    assert "No mail yet" in list_page([])


def test_nothing_of_a_mail_reaches_the_page_as_markup() -> None:
    evil = "<script>alert(1)</script>"
    hostile = mail(Subject=evil, BodyText=evil, To=[evil], Source=evil)
    for page in (list_page([hostile]), mail_page(hostile), notice_page(evil, evil)):
        assert evil not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_html_part_is_boxed_in_a_frame_without_scripts() -> None:
    page = mail_page(mail(BodyHtml='<p title="x">Hello</p>"></iframe><script>alert(1)</script>'))
    assert '<iframe title="HTML part of this mail" sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "<script>" not in page
    assert page.count("</iframe>") == 1


def test_links_of_the_html_part_open_in_a_new_tab_and_its_doctype_stays_first() -> None:
    whole = mail(BodyHtml="<!doctype html><html><head><title>x</title></head></html>").framed_html
    assert whole == '<!doctype html><html><head><base target="_blank"><title>x</title></head></html>'
    assert mail(BodyHtml="<p>x</p>").framed_html == '<base target="_blank"><p>x</p>'


def test_html_and_text_are_shown_below_each_other() -> None:
    page = mail_page(mail(BodyHtml="<p>In HTML</p>", BodyText="In words"))
    assert 'srcdoc="&lt;base target=&#34;_blank&#34;&gt;&lt;p&gt;In HTML&lt;/p&gt;"' in page
    assert "<pre>In words</pre>" in page


def test_a_mail_has_an_address_that_leads_to_it() -> None:
    one = mail()
    assert f'href="/mail/{one.id}"' in list_page([one])
    assert one.id == mail().id != mail(number=2).id
