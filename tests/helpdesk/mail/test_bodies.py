"""本文と添付ファイル: what is read, what is shown, what is kept."""

import pytest

from tests.helpdesk.mail.raw_mails import MICROSOFT_TEXT, mail, microsoft_jis, multipart, parse, part, word

HTML = "text/html; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("declared", "octets"),
    [
        ("iso-2022-jp", microsoft_jis(MICROSOFT_TEXT)),
        ("ISO-2022-JP-MS", microsoft_jis(MICROSOFT_TEXT)),
        ("Shift_JIS", MICROSOFT_TEXT.encode("cp932")),
        ("x-sjis", MICROSOFT_TEXT.encode("cp932")),
        ("windows-31j", MICROSOFT_TEXT.encode("cp932")),
        ("utf-8", MICROSOFT_TEXT.encode("utf-8")),
        ("utf-7", MICROSOFT_TEXT.encode("utf-7")),
        ("unknown-8bit", MICROSOFT_TEXT.encode("cp932")),
    ],
)
def test_a_body_is_read_in_its_charset(declared, octets):
    assert parse(mail(f"Content-Type: text/plain; charset={declared}", body=octets)).text == MICROSOFT_TEXT


def test_a_mislabelled_body_is_read_and_the_choice_recorded():
    read = parse(
        mail("Content-Type: text/plain; charset=iso-2022-jp", body="承知しました。".encode("euc_jp"))
    )
    assert read.text == "承知しました。"
    assert any("euc-jp" in note for note in read.charset_notes)


def test_of_an_alternative_the_plain_text_is_read_and_the_html_shown():
    read = parse(multipart("alternative", part(PLAIN, "本文".encode()), part(HTML, "<p>本文</p>".encode())))
    assert (read.text, read.html, read.attachments) == ("本文", "<p>本文</p>", ())


def test_html_only_becomes_text():
    read = parse(mail(f"Content-Type: {HTML}", body="<p>一行<br>二行</p>".encode()))
    assert read.text == "一行\n二行"
    assert read.html == "<p>一行<br>二行</p>"


def test_a_blank_plain_part_does_not_hide_the_html():
    assert (
        parse(multipart("alternative", part(PLAIN, b" \r\n"), part(HTML, "<p>本文</p>".encode()))).text
        == "本文"
    )


def test_the_charset_of_html_may_stand_in_the_page():
    page = '<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS"><p>髙橋</p>'.encode(
        "cp932"
    )
    assert parse(mail("Content-Type: text/html", body=page)).text == "髙橋"


def test_texts_around_an_attachment_are_both_read():
    file = part("application/pdf; name=a.pdf", b"JVBERg==", "Content-Transfer-Encoding: base64")
    read = parse(multipart("mixed", part(PLAIN, "前".encode()), file, part(PLAIN, "後".encode())))
    assert read.text == "前\n後"
    assert [(each.name, each.content_type, each.content) for each in read.attachments] == [
        ("a.pdf", "application/pdf", b"%PDF")
    ]


def test_an_inline_image_keeps_its_content_id():
    related = part(
        "multipart/related; boundary=r",
        b"--r\r\nContent-Type: text/html\r\n\r\n<img src=cid:i1>\r\n--r\r\nContent-Type: image/png\r\nContent-ID: <i1>\r\n\r\nPNG\r\n--r--",
    )
    read = parse(multipart("mixed", related))
    assert read.html == "<img src=cid:i1>"
    assert [(each.name, each.content_id) for each in read.attachments] == [("添付ファイル1.png", "i1")]


def test_a_nested_mail_is_an_attachment_named_after_its_subject():
    nested = mail(f"Subject: {word('元の/件名'.encode(), 'utf-8')}", body=b"inner")
    read = parse(multipart("mixed", part(PLAIN, b"see"), part("message/rfc822", nested)))
    assert read.text == "see"
    assert [(each.name, each.content_type, each.content) for each in read.attachments] == [
        ("元の_件名.eml", "message/rfc822", nested)
    ]


def test_text_files_calendars_and_winmail_are_attachments():
    read = parse(
        multipart(
            "mixed",
            part(PLAIN, b"body"),
            part(PLAIN, b"file", 'Content-Disposition: attachment; filename="a.txt"'),
            part("text/calendar; charset=utf-8", b"BEGIN:VCALENDAR"),
            part("application/ms-tnef; name=winmail.dat", b"x\x9f>"),
            part("text/csv", b"a,b"),
            part("application/x-thing", b"?"),
        )
    )
    assert read.text == "body"
    assert [each.name for each in read.attachments] == [
        "a.txt",
        "添付ファイル2.ics",
        "winmail.dat",
        "添付ファイル4.csv",
        "添付ファイル5",
    ]


def test_a_delivery_report_is_recognised_and_kept_whole():
    read = parse(
        multipart(
            "report; report-type=delivery-status",
            part(PLAIN, b"failed"),
            part("message/delivery-status", b"Action: failed"),
            part("text/rfc822-headers", b"Subject: x"),
        )
    )
    assert read.delivery_report
    assert read.text == "failed"
    assert [each.content_type for each in read.attachments] == [
        "message/delivery-status",
        "text/rfc822-headers",
    ]


def test_signed_and_encrypted_parts_are_kept():
    signed = parse(multipart("signed", part(PLAIN, b"body"), part("application/pgp-signature", b"sig")))
    assert (signed.text, [each.name for each in signed.attachments]) == ("body", ["添付ファイル1.asc"])
    opaque = parse(mail('Content-Type: application/pkcs7-mime; name="smime.p7m"', body=b"x"))
    assert [each.name for each in opaque.attachments] == ["smime.p7m"]


def test_flowed_text_is_joined_and_uuencoded_files_taken_out():
    assert (
        parse(mail("Content-Type: text/plain; format=flowed; delsp=yes", body="容量 \r\n市場".encode())).text
        == "容量市場"
    )
    read = parse(mail("Subject: x", body=b"see\nbegin 644 a.txt\n#86)C\n`\nend\n"))
    assert (read.text, [each.content for each in read.attachments]) == ("see\n［添付: a.txt］", [b"abc"])


def test_control_characters_and_nuls_are_not_text():
    assert parse(mail("Subject: a", body=b"a\x00b\x07c\r\nd\re\tf")).text == "abc\nd\ne\tf"


def test_too_much_text_is_cut_and_the_rest_kept():
    long_text = b"0123456789\r\n" * 200_000
    read = parse(multipart("mixed", part(PLAIN, long_text), part(PLAIN, b"more")))
    assert len(read.text) == 1_000_000
    assert [each.content for each in read.attachments] == [b"more"]
    assert any("本文が長い" in defect for defect in read.defects)
