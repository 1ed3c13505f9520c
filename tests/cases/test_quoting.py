"""引用と署名: what is new stays open, what repeats is folded, nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.quoting import new_text, segments

OLD = "> 容量確保契約金額は次のとおりです。\n>\n> 以上\n"


def kinds(text: str) -> list[str]:
    return [segment.kind for segment in segments(text)]


@pytest.mark.parametrize(
    "introduction",
    [
        "2026年4月1日(水) 10:00 容量市場窓口 <desk@occto.example>:\n",
        "2026年4月1日(水) 10:00 容量市場窓口\n<desk@occto.example>:\n",
        "2026/04/01 10:00、desk@occto.example のメール:\n",
        "On Wed, Apr 1, 2026 at 10:00 AM Desk <desk@occto.example> wrote:\n\n",
        "On Wed, Apr 1, 2026 at 10:00 AM Desk <desk@occto.example>\nwrote:\n",
        "窓口さんは書きました:\n",
        "",
    ],
)
def test_a_marked_quotation_is_folded_with_its_introduction(introduction):
    assert (
        new_text(f"承知しました。\n\n{introduction}{OLD}\n追伸です。\n") == "承知しました。\n\n\n追伸です。"
    )


@pytest.mark.parametrize(
    "head",
    [
        "-----Original Message-----\nFrom: desk\n",
        "________________________________\n差出人: 窓口 <desk@occto.example>\n送信日時: 2026年4月1日 10:00\n宛先: 山田\n件名: RE: 件\n",
        "From: desk\nSent: Wednesday\nTo: yamada\nSubject: x\n",
        "---------- Forwarded message ---------\nFrom: desk\n",
        "----- 元のメッセージ -----\n",
    ],
)
def test_an_unmarked_earlier_mail_is_folded_to_the_end(head):
    text = f"承知しました。\n\n{head}\n本文です。\n以上\n"
    assert kinds(text)[-1] == "quoted"
    assert "本文です" not in new_text(text)
    assert new_text(text).startswith("承知しました。")


@pytest.mark.parametrize(
    "signature",
    [
        "-- \n山田太郎\n",
        "━━━━━━━━━━━━━━\n株式会社サンプル電力 山田\nTEL: 03-1234-5678\n━━━━━━━━━━━━━━\n",
        "********************\nサンプル電力 山田\nyamada@denryoku.example\n********************\n",
        "=-=-=-=-=-=-=-=-=-=-=-=-\n〒100-0001 東京都\n",
        "iPhoneから送信\n",
    ],
)
def test_a_signature_is_marked(signature):
    text = f"よろしくお願いします。\n{signature}\n"
    assert [(segment.kind, segment.text) for segment in segments(text)][:2] == [
        ("new", "よろしくお願いします。\n"),
        ("signature", signature),
    ]


def test_a_signature_above_the_quotation_is_marked_too():
    assert kinds(f"はい\n-- \n山田\n\n{OLD}") == ["new", "signature", "new", "quoted"]


def test_full_width_marks_and_answers_between_the_lines():
    assert kinds("＞問1\n答1\n＞問2\n答2\n") == ["quoted", "new", "quoted", "new"]


def test_a_ruled_table_and_a_form_are_no_signature_and_no_quotation():
    table = "次の表です。\n----------------\n契約容量 500kW\n----------------\n以上\n"
    assert kinds(table) == ["new"]
    assert kinds("件名: 問合せ\n内容: 差出人: という欄の書き方\n") == ["new"]


def test_a_text_that_is_only_quotation_stays_open():
    assert kinds(OLD) == ["new"]
    assert segments("") == ()


@given(st.text(alphabet="> ＞\n\r-あFrom:Sent差出人件名@<", max_size=200))
def test_nothing_is_lost(text):
    assert "".join(segment.text for segment in segments(text)) == text
