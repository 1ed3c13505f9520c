"""自動送信メール: machines are recognised by proof, people are not taken for machines."""

import pytest

from cases.automatic_mail import classify_automatic
from cases.intake import IncomingAttachment, IncomingMail


def mail(
    subject: str = "ペナルティの件", text: str = "お世話になっております。", sender: str = "yamada@denryoku.example",
    sender_name: str = "山田", attachments: tuple[IncomingAttachment, ...] = (), report: bool = False, **headers: str,
) -> IncomingMail:  # fmt: skip
    return IncomingMail(
        raw_sha256="0" * 64,
        size_bytes=1,
        message_id="m@x",
        in_reply_to=(),
        references=(),
        from_address=sender,
        from_name=sender_name,
        reply_to="",
        to=("desk@occto.example",),
        cc=(),
        subject=subject,
        date=None,
        text=text,
        html="",
        attachments=attachments,
        headers={name.replace("_", "-"): (value,) for name, value in headers.items()},
        content_digest="0" * 64,
        delivery_report=report,
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-replied"},
        {"auto_submitted": "auto-generated; owner-email=x@y"},
        {"auto_submitted": "Auto-Notified (vacation)"},
        {"auto_submitted": "something-new"},
        {"auto_submitted": "(by (a) machine) auto-replied (x"},
        {"precedence": "bulk"},
        {"precedence": "Junk"},
        {"precedence": "list"},
        {"x_auto_response_suppress": "All"},
        {"x_auto_response_suppress": "OOF, AutoReply"},
        {"x_auto_response_suppress": "DR, RN, NRN, OOF, AutoReply"},
        {"return_path": "<>"},
        {"return_path": "< >"},
        {"x_autoreply": "yes"},
        {"x_post_messageclass": "9; Autoresponder"},
        {"x_helpdesk_loop": "1"},
    ],
)
def test_headers_of_machines_are_proof(headers):
    found = classify_automatic(mail(**headers))
    assert found.kind == "automatic_reply"
    assert found.reason
    assert found.certain


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"auto_submitted": "no"},
        {"auto_submitted": "No (a person)"},
        {"auto_submitted": ""},
        {"auto_submitted": "(" * 100_000},
        {"auto_submitted": "((a) b) no (auto-replied)"},
        {"auto_submitted": "?!"},
        {"precedence": "first-class"},
        {"x_auto_response_suppress": "DR, RN, NRN"},
        {"return_path": "<yamada@denryoku.example>"},
        {"x_autoreply": "no"},
    ],
)
def test_a_person_is_not_a_machine(headers):
    assert classify_automatic(mail(**headers)) is None


@pytest.mark.parametrize(
    "subject",
    [
        "自動応答: ペナルティの件",
        "【自動返信】受付完了",
        "不在通知",
        "[不在のお知らせ] Re: 件名",
        "Automatic reply: x",
        "Out of office",
    ],
)
def test_a_vacation_subject_needs_a_second_hint(subject):
    found = classify_automatic(mail(subject, "現在休暇中のため不在です。"))
    assert (found.kind, found.certain) == ("automatic_reply", False)
    assert classify_automatic(mail(subject, "算定の根拠を教えてください。")) is None


def test_a_person_who_writes_about_vacation_notices_is_not_one():
    assert (
        classify_automatic(mail("Re: 自動応答: 受付のお知らせ", "自動送信のメールを受け取りました。")) is None
    )
    assert classify_automatic(mail("不在時の連絡先について", "担当が不在です。")) is None
    assert classify_automatic(mail("契約の自動返信設定について", "自動返信の設定を教えてください。")) is None


@pytest.mark.parametrize(
    "found",
    [
        mail(report=True, content_type='multipart/report; report-type="delivery-status"'),
        mail(report=True),
        mail(report=True, content_type="multipart/report; report-type=feedback-report"),
        mail(x_failed_recipients="a@b.jp"),
        mail("Undelivered Mail Returned to Sender", sender="MAILER-DAEMON@x.jp".lower()),
        mail("エラー", sender="mailer-daemon@docomo.ne.jp", return_path="<>"),
        mail("failure notice", sender="", sender_name="Mailer Daemon"),
        mail("メールを配信できませんでした（配信エラー）", sender="postmaster@x.jp"),
        mail("宛先不明のため未達", return_path="<>"),
    ],
)
def test_reports_of_mail_servers_are_bounces(found):
    assert classify_automatic(found).kind == "bounce"


def test_a_read_receipt_is_an_automatic_reply():
    receipt = IncomingAttachment("a.txt", "message/disposition-notification", b"")
    assert classify_automatic(mail(report=True, attachments=(receipt,))).kind == "automatic_reply"
    declared = mail(report=True, content_type="multipart/report; report-type=disposition-notification")
    assert "開封確認" in classify_automatic(declared).reason


def test_a_bounce_of_our_own_automatic_mail_is_a_bounce_first():
    assert (
        classify_automatic(mail(report=True, auto_submitted="auto-replied", x_helpdesk_loop="1")).kind
        == "bounce"
    )


def test_a_person_whose_mail_is_about_bounces_is_not_a_machine():
    assert classify_automatic(mail("メールが未達になる件", "通知が届きません。")) is None
    assert classify_automatic(mail("ご連絡", sender="postmaster@denryoku.example")) is None


@pytest.mark.parametrize("written", ["desk@occto.example", "Desk@OCCTO.example"])
def test_a_mail_from_the_desks_own_address_is_its_own(written):
    own = classify_automatic(mail(sender=written), own_addresses=("DESK@occto.example",))
    assert (own.kind, own.reason) == ("automatic_reply", "差出人がこの窓口自身のアドレス")
    assert (
        classify_automatic(mail(sender="desk@other.example"), own_addresses=("desk@occto.example",)) is None
    )


def test_the_evidence_is_never_long():
    sender = "mailer-daemon@" + "x" * 300
    assert len(classify_automatic(mail("Undeliverable", sender=sender, return_path="<>")).reason) == 200
