"""Baselines: as metered values, and they may lie ahead."""

import pytest

from helpdesk.imports.baselines import BASELINES
from helpdesk.imports.table_file import read_table
from tests.helpdesk.imports.slot_files import LABELS, TODAY, as_csv

pytestmark = pytest.mark.any_database


def test_a_baseline_may_be_of_a_day_to_come(desk, world) -> None:
    content = as_csv([["電源等コード", "対象日", *LABELS], ["R-2", "2026-12-01", *["0.125"] * 48]])
    with desk.database.read_session() as session:
        checked = BASELINES.read(session, read_table("a.csv", content), TODAY)
    [entry] = checked.entries
    assert (entry.kind, set(entry.cells.tolist())) == ("baseline_wh", {125})
    assert checked.headings == ["電源等", "日", "ベースライン"]
    assert checked.rows[0][2] == "48コマ 合計 6 kWh"
