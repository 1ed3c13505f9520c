"""What coal metered in a month: exact, and never more in low-reserve slots than in all."""

from datetime import datetime

from helpdesk.imports.coal_metering import COAL_METERING
from helpdesk.imports.table_file import read_table
from helpdesk.register.models import CoalMetering
from tests.helpdesk.imports.slot_files import TODAY, as_csv, problems_of

HEADER = ["電源等コード", "実需給年度", "対象月", "計量値（kWh）", "低予備率コマの計量値[kWh]"]


def test_a_month_is_kept_in_wh_and_a_later_file_is_its_next_version(desk, world, now: datetime) -> None:
    shown = []
    with desk.database.write_session() as session:
        for metered_kwh in ("２５０，０００，０００．１２５", "249999999"):
            content = as_csv([HEADER, ["R-1", "2026年度", "4月分", metered_kwh, "0"]])
            checked = COAL_METERING.read(session, read_table("a.csv", content), TODAY)
            shown.append(checked.rows[0][2])
            kept = COAL_METERING.keep(session, desk, checked, file=None, by=world.people["leader"], now=now)
        rows = session.query(CoalMetering).order_by(CoalMetering.version).all()
        assert [(row.version, row.metered_wh) for row in rows] == [(1, 250_000_000_125), (2, 249_999_999_000)]
    assert shown == ["250,000,000.125", "249,999,999"]
    assert (kept.corrected, kept.states) == (1, ["corrected"])
    assert kept.changes == [
        "北浜発電所 1号機（R-1）・2026年度 4月分：計量値（Wh） 250,000,000,125 → 249,999,999,000"
    ]


def test_everything_wrong_is_found_by_row_and_column(desk, world) -> None:
    rows = [
        ["R-1", "2023", "13", "-5", "0.0001"],
        ["R-1", "2026", "4", "10", "11"],
        ["R-1", "2026", "4", "10", "1"],
    ]
    with desk.database.read_session() as session:
        found = problems_of(session, COAL_METERING, as_csv([HEADER, *rows]))
    assert [where for where, _ in found] == [
        "2行目「実需給年度」",
        "2行目「対象月」",
        "2行目「計量値」",
        "2行目「低予備率コマの計量値」",
        "3行目「低予備率コマの計量値」",
        "4行目「対象月」",
    ]
    assert found[4][1] == "月の計量値を超えています。2つの列を確かめてください"
