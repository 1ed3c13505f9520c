"""The businesses' mails read back as they were written, in every charset in which they write."""

from datetime import UTC, datetime

import pytest

from helpdesk.demo.letters import letter
from helpdesk.mail.mime import parse_mail

TEXT = "①４月分の㈱表示と髙橋・宮﨑\n2行目 ABC～\n"


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("utf-8", TEXT),
        ("shift_jis", TEXT),
        ("iso-2022-jp", TEXT.replace("髙橋・宮﨑", "高橋・宮崎").replace("～", "")),
    ],
)
def test_a_letter_reads_back_in_its_charset(charset: str, text: str) -> None:
    raw = letter(
        message_id="1@kitahama-energy.example",
        from_address="tanaka@kitahama-energy.example",
        from_name="田中 由紀",
        to="desk@helpdesk.example",
        subject="㈱①の件名は、十二文字より長いと二つに分かれる",
        body_text=text,
        date=datetime(2026, 6, 30, 1, 0, tzinfo=UTC),
        charset=charset,
    )
    assert max(raw) < 128
    mail = parse_mail(raw, raw_sha256="0" * 64, max_bytes=1_000_000)
    assert mail.text.strip() == text.strip()
    assert (mail.subject, mail.from_name) == ("㈱①の件名は、十二文字より長いと二つに分かれる", "田中 由紀")
    assert mail.message_id == "1@kitahama-energy.example"


def test_a_reply_names_its_thread_and_carries_its_attachment() -> None:
    raw = letter(
        message_id="3@kitahama-energy.example",
        from_address="tanaka@kitahama-energy.example",
        from_name="田中 由紀",
        to="desk@helpdesk.example",
        subject="Re: 件名",
        body_text="承知しました。",
        date=datetime(2026, 6, 30, 1, 0, tzinfo=UTC),
        answered=("1@kitahama-energy.example", "2@helpdesk.example"),
        attachments=(("実績.csv", "日付,kW\n"),),
    )
    mail = parse_mail(raw, raw_sha256="0" * 64, max_bytes=1_000_000)
    assert mail.in_reply_to == ("2@helpdesk.example",)
    assert mail.references == ("1@kitahama-energy.example", "2@helpdesk.example")
    assert [(each.name, each.content.decode("utf-8-sig")) for each in mail.attachments] == [
        ("実績.csv", "日付,kW\n")
    ]
