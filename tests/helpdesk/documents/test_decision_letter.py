"""The decision letter says what was claimed, found, decided and why, and what happens next."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from helpdesk.documents.decision_letter import DecidedClaim, DecisionTold, document_of
from helpdesk.documents.document import KeyValues, Listing, Paragraph, Quotation, Table

PENALTY = ["resource.R-2.penalty_yen", "北浜発電所 2号機 経済的ペナルティ額", "yen"]
SAME = ["payments_yen", "容量確保契約金額（各月）の合計", "yen", "97200000"]
TOTAL = ["total_yen", "交付額または請求額（税込）", "yen", "-8553600"]
TOLD = DecisionTold(
    case_number="2026-000012-4",
    business_name="北浜エナジー株式会社",
    contact_name="田中 由紀",
    sender=["容量市場 問合せ窓口"],
    decided_at=datetime(2026, 7, 7, 1, tzinfo=UTC),
    dated=date(2026, 7, 7),
    received_on=date(2026, 6, 30),
    notice_number="交付額通知書 第2026-05-0001号",
    period="2026年度5月分",
    notified_on=date(2026, 6, 15),
    grounds="停止計画は調整済みの差替です。",
    claims=[DecidedClaim("5月24日の倍率を1倍に", True), DecidedClaim("5月23日の倍率を1倍に", False)],
    decision="partly_accepted",
    reason="5月24日は調整済みと確認した。",
    notified=[SAME, [*PENALTY, "104976000"], TOTAL],
    recomputed=[SAME, [*PENALTY, "6998400"], TOTAL],
    claimed_figures=[[*PENALTY, "0"]],
    decided=[SAME, [*PENALTY, "3499200"], TOTAL],
    corrected_notice=("交付額通知書 第2026-05-0001号（第2版）", date(2026, 7, 7)),
)


def test_the_decision_and_its_reason_come_first() -> None:
    document = document_of(TOLD)
    (about,) = document.of_kind(KeyValues)
    assert about.rows[0].value == "一部認容（お申立ての一部を認めます）"
    assert about.rows[1].value == "交付額通知書 第2026-05-0001号（2026年度5月分）"
    assert document.addressee == ["北浜エナジー株式会社", "田中 由紀 様"]
    assert [each.text for each in document.of_kind(Paragraph)][1] == "5月24日は調整済みと確認した。"
    assert document.of_kind(Quotation) == [Quotation("停止計画は調整済みの差替です。")]


def test_each_claim_has_its_verdict_and_what_differs_stands_side_by_side() -> None:
    claims, amounts = document_of(TOLD).of_kind(Table)
    assert [row[2] for row in claims.rows] == ["認めます", "認めません"]
    assert amounts.rows == [
        ["北浜発電所 2号機 経済的ペナルティ額", "104,976,000円", "6,998,400円", "0円", "3,499,200円"],
        ["交付額または請求額（税込）", "−8,553,600円", "−8,553,600円", None, "−8,553,600円"],
    ]


def test_a_corrected_notice_replaces_the_first() -> None:
    (steps,) = document_of(TOLD).of_kind(Listing)
    assert "訂正した通知（交付額通知書 第2026-05-0001号（第2版））を発行します" in steps.items[0]
    assert steps.items[1] == "交付額または請求額に変更はありません。"
    less = document_of(replace(TOLD, decided=[SAME, [*TOTAL[:3], "3073070400"]]))
    assert less.of_kind(Listing)[0].items[1] == "差額は、次回以降の精算で調整します。"


@pytest.mark.parametrize(
    ("decision", "words"),
    [("accepted", "認容（お申立てを認めます）"), ("rejected", "棄却（お申立てを認めません）")],
)
def test_without_a_correction_the_notice_stands(decision: str, words: str) -> None:
    document = document_of(replace(TOLD, decision=decision, corrected_notice=None, claims=[], grounds=" "))
    assert document.of_kind(KeyValues)[0].rows[0].value == words
    (steps,) = document.of_kind(Listing)
    assert "通知した金額に変更はありません" in steps.items[0]
    assert "2026-000012-4" in steps.items[-1]
    assert Paragraph("（記載なし）", "note") in document.blocks
