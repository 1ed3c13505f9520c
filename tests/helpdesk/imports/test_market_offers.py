"""Market offers: a row a slot, each with its kW."""

from datetime import date

import pytest

from helpdesk.imports.market_offers import MARKET_OFFERS
from helpdesk.imports.table_file import read_table
from tests.helpdesk.imports.slot_files import LABELS, TODAY, as_csv, problems_of

pytestmark = pytest.mark.any_database

HEADER = ["電源等コード", "対象日", "コマ番号", "応札量"]


def test_offers_of_a_day_are_gathered_into_one_entry(desk, world) -> None:
    rows = [["R-2", "2026-04-01", f"{slot}コマ目", "６０，０００kW"] for slot in (3, 1, 2)]
    with desk.database.read_session() as session:
        checked = MARKET_OFFERS.read(session, read_table("a.csv", as_csv([HEADER, *rows])), TODAY)
    [entry] = checked.entries
    assert (entry.kind, entry.on) == ("market_offer_kw", date(2026, 4, 1))
    assert entry.cells == {1: 60_000, 2: 60_000, 3: 60_000}
    assert checked.rows[0][2] == "3コマ 60,000 kW"


def test_an_offer_without_kw_is_a_problem(desk, world) -> None:
    with desk.database.read_session() as session:
        found = problems_of(session, MARKET_OFFERS, as_csv([HEADER, ["R-2", "2026-04-01", "1", ""]]))
    assert found == [("2行目「応札量」", "空です。値を入れてください")]


def test_a_day_of_offers_may_stand_in_one_row(desk, world) -> None:
    content = as_csv([["電源等コード", "対象日", *LABELS], ["R-1", "2026-04-01", *["7"] * 48]])
    with desk.database.read_session() as session:
        [entry] = MARKET_OFFERS.read(session, read_table("a.csv", content), TODAY).entries
    assert (entry.kind, entry.cells.tolist()) == ("market_offer_kw", [7] * 48)
