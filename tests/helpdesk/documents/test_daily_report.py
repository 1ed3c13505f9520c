"""日次報告書: the day's figures as a document that every format can be read back from, busy or empty."""

import csv
import io
import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import docx
import openpyxl
import pytest

from alerts.statistics import WatchDay
from cases.checklists import ShownItem, ShownList
from cases.daily_statistics import CallsDay, DailyOperations, KindDay, ObjectionsDay, PersonDay
from cases.kinds import KINDS
from cases.statistics import HandledCase
from helpdesk.documents.daily_report import Day, LastSeal, document_of, minutes_of
from helpdesk.documents.document import Chart, Document, KeyValues, Paragraph, SignatureBoxes, Table
from helpdesk.documents.formats import write

STARTS = datetime(2026, 6, 29, 15, tzinfo=UTC)
LONG = "株式会社かがやき未来エネルギーアグリゲーション・コーディネーションサービス東日本統括本部" * 3
NOTHING = KindDay(0, 0, 0, 0, 0, 0, 0, 0, 0)
CASE = HandledCase(
    1, "2026-000123-4", LONG, "penalty", "mail", LONG, STARTS, None, None, STARTS, "in_progress", LONG[:90]
)
QUIET = DailyOperations(
    day=date(2026, 6, 30),
    starts_at=STARTS,
    ends_at=STARTS + timedelta(days=1),
    as_of=None,
    kinds=dict.fromkeys(KINDS, NOTHING),
    channels={},
    calls=CallsDay(0, 0, 0, {}, 0, 0),
    objections=ObjectionsDay(0, {}, 0, 0),
    late_payments_settled=0,
    people=(),
    cases=(),
    duty_lists={"operations": (), "reserve": ()},
)
BUSY = DailyOperations(
    day=QUIET.day,
    starts_at=STARTS,
    ends_at=QUIET.ends_at,
    as_of=STARTS + timedelta(hours=20),
    kinds=QUIET.kinds
    | {
        "inquiry": KindDay(12, 7, 1, 8, 12, 2, 9, 15, 5_459),
        "objection": KindDay(2, 1, 0, 1, 2, 0, 1, 2, 600),
    },
    channels={"mail": 5, "phone": 3},
    calls=CallsDay(3, 2, 1_900, {"answered": 4, "promised": 1}, 1, 43_200_000),
    objections=ObjectionsDay(4, {"partly_accepted": 2, "rejected": 1}, 5, 6),
    late_payments_settled=7,
    people=(PersonDay(LONG[:90], 15, 9, 5, 6_059),),
    cases=((CASE, "inquiry", 5_459),) * 40,
    duty_lists={
        "operations": (
            ShownList(
                1, "日次業務", (ShownItem(1, LONG, STARTS, LONG[:90], LONG), ShownItem(2, "確認")), True
            ),
        )
    },
)
WATCH = WatchDay({"judged": 4}, {}, 0, 0, (), ())


def document(work: DailyOperations) -> Document:
    return document_of(Day(work, WATCH, LastSeal(12, "ab" * 32)))


def facts(work: DailyOperations) -> dict[str, int]:
    (found,) = document(work).of_kind(KeyValues)
    return {fact.label: fact.value for fact in found.rows}


def table(work: DailyOperations, title: str) -> Table:
    return next(each for each in document(work).of_kind(Table) if each.title == title)


def test_the_summary_adds_up_what_the_tables_say() -> None:
    told = facts(BUSY)
    assert (told["受付"], told["完了"], told["日末の対応中"], told["回答の送付"]) == (8, 9, 14, 10)
    assert told["対応時間"] == minutes_of(6_059) == 100
    assert table(BUSY, "案件の種類別の件数と対応時間").total[1:4] == (14, 8, 1)


def test_objections_promises_and_settled_payments_are_told() -> None:
    told = facts(BUSY)
    assert (told["異議申立ての受付"], told["異議申立ての決定"], told["日末に未決の異議申立て"]) == (4, 3, 6)
    assert (told["入金の約束"], told["入金遅延の解消"]) == (1, 7)
    rows = {row[0].strip(): row[1] for row in table(BUSY, "異議申立てと入金遅延の件数").rows}
    assert rows == {
        "異議申立ての受付": 4,
        "異議申立ての決定": 3,
        "一部認容": 2,
        "棄却": 1,
        "異議申立ての取下げ": 5,
        "日末に未決の異議申立て": 6,
        "入金の約束": 1,
        "約束された金額": 43_200_000,
        "入金遅延の解消（全額入金）": 7,
    }


def test_an_empty_day_draws_nothing_and_says_so() -> None:
    made = document(QUIET)
    assert made.of_kind(Chart) == []
    words = [each.text for each in made.of_kind(Paragraph)]
    assert "この日に対応した人はいません。" in words
    assert "この日に対応した案件はありません。" in words
    assert "この日のチェックリストはありません。" in words
    assert not any(each.wide for each in made.of_kind(Table))
    assert set(facts(QUIET).values()) == {0}


def test_it_is_signed_on_the_first_page_and_says_as_of_when_it_counts() -> None:
    made = document(BUSY)
    assert isinstance(made.blocks[1], SignatureBoxes)
    assert "2026-06-30（火）20:00 時点で記録されていたものから集計" in made.blocks[0].text
    assert made.created == BUSY.as_of
    assert made.blocks[-1].text.startswith("履歴の封印 第12号")


def word_text(raw: bytes) -> str:
    read = docx.Document(io.BytesIO(raw))
    cells = [cell.text for each in read.tables for row in each.rows for cell in row.cells]
    return "\n".join([*(each.text for each in read.paragraphs), *cells])


def excel_text(raw: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(raw))
    return "\n".join(
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    )


def csv_text(raw: bytes) -> str:
    return "\n".join("\n".join(row) for row in csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


@pytest.mark.parametrize("work", [BUSY, QUIET], ids=["busy", "quiet"])
@pytest.mark.parametrize(
    ("file_format", "read"), [("docx", word_text), ("xlsx", excel_text), ("csv", csv_text)]
)
def test_every_format_says_the_same_when_it_is_read_back(
    work: DailyOperations, file_format: str, read
) -> None:
    text = read(write(document(work), file_format))
    for label, value in facts(work).items():
        assert label in text, label
        assert f"{value}" in text.replace(",", ""), label
    for each in document(work).of_kind(Table):
        assert each.title in text
    assert (LONG in text) == bool(work.cases)
    assert "日末に未決の異議申立て" in text


@pytest.mark.parametrize("work", [BUSY, QUIET], ids=["busy", "quiet"])
def test_the_pdf_holds_long_names_and_empty_days(work: DailyOperations, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    path = tmp_path / "daily.pdf"
    path.write_bytes(write(document(work), "pdf"))
    command = ["pdftotext", "-layout", str(path), "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "日次報告書" in text
    assert "日末に未決の異議申立て" in text
    assert ("2026-000123-4" in text) == bool(work.cases)
