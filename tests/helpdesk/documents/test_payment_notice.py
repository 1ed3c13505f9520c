"""The payment notice tells every figure that was notified, and no other."""

from datetime import date
from typing import Any

from cases.models import Business
from helpdesk.documents.document import Derivation, Fact, KeyValues, Paragraph, Table
from helpdesk.documents.payment_notice import document_of
from helpdesk.register.models import NotifiedResult
from tests.world import World

SENDER = ["容量市場 問合せ窓口"]


def a_notice(figures: list[list[str]], **changed: Any) -> NotifiedResult:
    values: dict[str, Any] = {
        "version": 1,
        "reason": "",
        "document_number": "交付額通知書 第2026-05-0001号",
        "fiscal_year": 2026,
        "delivery_month": 5,
        "notified_on": date(2026, 6, 15),
        "business": Business(name="北浜エナジー株式会社", code="P001"),
    }
    return NotifiedResult(figures=figures, **(values | changed))


def test_the_letter_names_business_month_number_and_version(world: World) -> None:
    with world.desk.database.read_session() as session:
        notice = session.merge(world.notice, load=False)
        document = document_of(notice, sender=SENDER)
    assert document.title == "交付額通知書"
    assert document.number == "交付額通知書 第2026-05-0001号"
    assert document.addressee == ["北浜エナジー株式会社　御中"]
    assert document.dated == date(2026, 6, 15)
    about, sums = document.of_kind(KeyValues)
    assert about.rows[1:] == [Fact("対象", "2026年度 5月分"), Fact("版", "第1版")]
    assert Fact("経済的ペナルティ額の合計", 104_976_000, "yen") in sums.rows
    strong = next(each.text for each in document.of_kind(Paragraph) if each.look == "strong")
    assert strong == "交付額または請求額（税込）　−8,553,600円（貴社からお支払いいただく額）"
    assert document.of_kind(Derivation) == []


def test_each_resource_is_a_line_and_the_sums_are_those_of_the_notice(world: World) -> None:
    with world.desk.database.read_session() as session:
        notice = session.merge(world.notice, load=False)
        (table,) = document_of(notice, sender=SENDER).of_kind(Table)
    assert [column.label for column in table.columns] == [
        "電源等",
        "番号",
        "未達成コマ（当月）",
        "未達成コマ（4月からの累計）",
        "容量確保契約金額",
        "容量確保契約金額（各月）",
        "経済的ペナルティ額",
    ]
    assert list(table.rows[1]) == [
        "北浜発電所 2号機",
        "R-2",
        7_440,
        10_080,
        583_200_000,
        48_600_000,
        104_976_000,
    ]
    assert list(table.total) == ["合計", "", None, None, None, 97_200_000, 104_976_000]


def test_every_notified_figure_stands_in_the_letter(world: World) -> None:
    with world.desk.database.read_session() as session:
        notice = session.merge(world.notice, load=False)
        document = document_of(notice, sender=SENDER)
    told = [fact.value for facts in document.of_kind(KeyValues) for fact in facts.rows]
    told += [value for table in document.of_kind(Table) for row in table.rows for value in row]
    assert all(int(exact) in told for _, _, _, exact in world.notice.figures)


def test_a_correction_says_what_it_replaces_and_why() -> None:
    first = a_notice([])
    second = a_notice(
        [["total_yen", "交付額", "yen", "5"]], version=2, reason="停止計画の訂正", document_number="第2版"
    )
    texts = [each.text for each in document_of(second, sender=SENDER, replaced=first).of_kind(Paragraph)]
    assert any("交付額通知書 第2026-05-0001号（第1版）に差し替わる" in text for text in texts)
    assert "この版を発行した理由: 停止計画の訂正" in texts
    assert "交付額　5円" in texts


def test_figures_with_their_fractions_stand_side_by_side_on_a_lying_page() -> None:
    whole = ["resource.R-1.shortfall_slots", "一号機 未達成コマ（当月）", "slots", "1440"]
    for exact, lies in (("1440", False), ("78104851/215500", True)):
        letter = document_of(a_notice([[*whole[:3], exact]]), sender=SENDER)
        [table] = [block for block in letter.blocks if isinstance(block, Table)]
        assert table.wide is lies
