"""Deadlines that explain themselves."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from cases.business_calendar import JAPAN
from cases.deadlines import ANSWER, RULES, answer_due

COUNTING = (
    "営業日を数える（問合せ窓口の暦。広域機関ウェブサイト「容量市場」お問い合わせ案内: 回答は10営業日程度）"
)


def received(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JAPAN)


def test_a_mail_before_golden_week_is_due_on_12_may_2025_and_says_why(holidays: Mapping[date, str]) -> None:
    due = answer_due(received("2025-04-25 16:00"), holidays=holidays)
    assert (due.at, due.day) == (received("2025-05-12 17:00"), date(2025, 5, 12))
    assert due.reasons == [
        "4/25（金）16:00の受付",
        f"4/25（金）の翌日から10{COUNTING}",
        "4/26（土）、4/27（日）、5/3（土）、5/4（日）、5/10（土）、5/11（日）は土日のため数えない",
        "4/29（火）は祝日（昭和の日）だが火曜のため稼働日として数える",
        "5/5（月）は祝日（こどもの日）のため数えない",
        "5/6（火）は祝日（みどりの日 振替休日）だが火曜のため稼働日として数える",
        "回答期限は2025-05-12（月）17:00",
    ]


@pytest.mark.parametrize(
    ("at", "due", "reason"),
    [
        ("2025-04-25 17:00", "2025-05-12", "4/25（金）17:00の受付"),
        (
            "2025-04-25 17:00:01",
            "2025-05-13",
            "4/25（金）17:00の受付は終了後のため、4/28（月）9:00の受付として数える",
        ),
        ("2025-04-25 08:59", "2025-05-12", "4/25（金）8:59の受付は開始前のため、同日9:00の受付として数える"),
        (
            "2025-04-26 10:00",
            "2025-05-13",
            "4/26（土）10:00の受付は休業日のため、4/28（月）9:00の受付として数える",
        ),
        ("2025-04-29 10:00", "2025-05-14", "4/29（火）10:00の受付"),
        (
            "2025-05-05 23:59",
            "2025-05-20",
            "5/5（月）23:59の受付は休業日のため、5/6（火）9:00の受付として数える",
        ),
        (
            "2025-12-30 00:00",
            "2026-01-20",
            "12/30（火）0:00の受付は休業日のため、1/5（月）9:00の受付として数える",
        ),
    ],
)
def test_after_hours_counts_as_the_next_opening(
    holidays: Mapping[date, str], at: str, due: str, reason: str
) -> None:
    found = answer_due(received(at), holidays=holidays)
    assert (found.at, found.reasons[0]) == (received(f"{due} 17:00"), reason)


def test_the_turn_of_the_year_is_one_reason(holidays: Mapping[date, str]) -> None:
    reasons = answer_due(received("2025-12-26 10:00"), holidays=holidays).reasons
    year_end = (
        "12/29（月）、12/30（火）、12/31（水）、1/1（木）、1/2（金）、1/3（土）は年末年始のため数えない"
    )
    assert year_end in reasons
    assert "1/12（月）は祝日（成人の日）のため数えない" in reasons


def test_a_year_without_registered_holidays_is_said_not_hidden(holidays: Mapping[date, str]) -> None:
    due = answer_due(received("2030-12-25 10:00"), holidays=holidays)
    assert "2031年の祝日が未登録のため、祝日を考えずに数えた。祝日の表を更新してください" in due.reasons
    assert not any("2030年の祝日が未登録" in reason for reason in due.reasons)


def test_the_zone_of_the_receipt_does_not_matter(holidays: Mapping[date, str]) -> None:
    in_utc = datetime(2025, 4, 25, 7, 0, tzinfo=UTC)
    assert answer_due(in_utc, holidays=holidays) == answer_due(
        received("2025-04-25 16:00"), holidays=holidays
    )


def test_a_receipt_without_a_zone_is_refused(holidays: Mapping[date, str]) -> None:
    with pytest.raises(ValueError, match="タイムゾーンがありません"):
        answer_due(datetime(2025, 4, 25, 16), holidays=holidays)  # noqa: DTZ001


def test_every_rule_has_a_source() -> None:
    assert RULES["answer"] is ANSWER
    assert all(rule.source and rule.key == key for key, rule in RULES.items())
