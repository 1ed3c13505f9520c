"""`helpdesk import`: files at the keyboard, all or nothing, problems on stderr with status 2."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from cases.models import Business, Event
from helpdesk.commands import main
from helpdesk.desk import open_desk
from helpdesk.fail_points import EXIT_STATUS
from helpdesk.imports.kinds import KINDS
from helpdesk.ledger.models import Invoice
from helpdesk.register.models import Contract, ImportedFile, Resource
from helpdesk.settings import load_settings
from tests.helpdesk.imports.tables import CONTRACTS, INVOICES, ONE_CONTRACT, ONE_INVOICE


@pytest.fixture
def with_business(migrated: Path) -> Path:
    desk = open_desk(load_settings())
    with desk.database.write_session() as session:
        session.add(Business(code="P001", name="北浜エナジー株式会社", kind="retailer"))
    desk.database.engine.dispose()
    return migrated


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["import", *words])


def recorded() -> list[str]:
    desk = open_desk(load_settings())
    with desk.database.read_session() as session:
        numbers = list(session.scalars(select(Invoice.number)))
    desk.database.engine.dispose()
    return numbers


def test_the_kinds_are_listed_with_their_columns() -> None:
    listed = run("--list")
    assert listed.exit_code == 0
    assert "invoices  請求書" in listed.output
    assert "支払期限（必須）" in listed.output
    kinds = [json.loads(line)["kind"] for line in run("--list", "--json").output.splitlines()]
    assert kinds[:3] == ["invoices", "receipts", "contracts"]
    assert kinds == list(KINDS)
    assert listed.output.count("00:30 … 24:00（コマの終わりの時刻の48列）（必須・空欄可）") == 3


def test_a_file_is_imported_once_and_the_second_time_says_so(with_business: Path, tmp_path: Path) -> None:
    file = tmp_path / "請求.csv"
    file.write_bytes((INVOICES + ONE_INVOICE).encode("cp932"))
    checked = run("invoices", str(file), "--check")
    assert "何も記録していません" in checked.output
    assert recorded() == []
    first = json.loads(run("invoices", str(file), "--json").output)
    assert (first["new"], first["known"], first["kept"]) == (1, 0, True)
    again = run("invoices", str(file))
    assert again.exit_code == 0
    assert "すべて登録済みのため、何も変わりません" in again.output
    assert recorded() == ["KY-0001"]


@pytest.mark.parametrize(
    ("name", "told"), [(b"\x8c\x5f\x96\xf1.csv", "�_��.csv"), ("契\n約.csv".encode(), "契 約.csv")]
)
def test_a_name_in_another_encoding_is_no_reason_to_refuse_a_file(
    with_business: Path, tmp_path: Path, name: bytes, told: str
) -> None:
    file = tmp_path / os.fsdecode(name)
    file.write_text(CONTRACTS + ONE_CONTRACT, encoding="utf-8")
    assert run("contracts", str(file)).exit_code == 0
    desk = open_desk(load_settings())
    with desk.database.read_session() as session:
        assert session.scalars(select(ImportedFile.file_name)).all() == [told]
    desk.database.engine.dispose()


def test_all_problems_stand_on_stderr_and_nothing_is_recorded(with_business: Path, tmp_path: Path) -> None:
    file = tmp_path / "請求.csv"
    rows = ONE_INVOICE + ONE_INVOICE.replace("1000000", "#N/A").replace("P001", "P9")
    file.write_text(INVOICES + rows, encoding="utf-8")
    told = run("invoices", str(file))
    assert told.exit_code == 2
    assert told.stdout == ""
    assert [line.split(":")[0] for line in told.stderr.splitlines()] == [
        "請求.csv 3行目「事業者コード」",
        "請求.csv 3行目「請求額」",
        "請求.csv 3行目「請求書番号」",
    ]
    assert recorded() == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "種類とファイルを指定"),
        (("invoices",), "種類とファイルを指定"),
        (("rent", "x.csv"), "「rent」はありません"),
        (("invoices", "missing.csv"), "読めません"),
    ],
)
def test_a_wrong_call_is_refused_before_anything_is_opened(
    instance: Path, words: tuple[str, ...], said: str
) -> None:
    told = run(*words)
    assert told.exit_code == 2
    assert said in told.stderr
    assert not instance.exists()


def test_a_process_that_is_killed_leaves_the_bytes_and_nothing_else(
    with_business: Path, tmp_path: Path
) -> None:
    file = tmp_path / "契約.csv"
    file.write_bytes((CONTRACTS + ONE_CONTRACT).encode("cp932"))
    code = "from helpdesk.commands import main; main()"
    killed = subprocess.run(
        [sys.executable, "-c", code, "import", "contracts", str(file)],
        env=os.environ | {"HELPDESK_FAIL_POINT": "import_file.before_commit"},
        check=False,
        timeout=60,
    )
    assert killed.returncode == EXIT_STATUS
    desk = open_desk(load_settings())
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    assert desk.blobs.get(sha256) == file.read_bytes()
    with desk.database.read_session() as session:
        for model in (Resource, Contract, ImportedFile, Event):
            assert session.scalars(select(model.id)).all() == []
    desk.database.engine.dispose()
    assert json.loads(run("contracts", str(file), "--json").output)["new"] == 1


def test_warnings_and_changes_are_told(with_business: Path, tmp_path: Path) -> None:
    file = tmp_path / "契約.csv"
    file.write_text(CONTRACTS + ONE_CONTRACT, encoding="utf-8")
    run("contracts", str(file))
    file.write_text("契約の一覧\n" + CONTRACTS + ONE_CONTRACT.replace("90000", "80000"), encoding="utf-8-sig")
    checked = run("contracts", str(file), "--check")
    assert "訂正 1 件" in checked.output
    assert "表題として読み飛ばしました" in checked.output
    assert "R-9 2026年度：契約容量 90,000 → 80,000" in checked.output
    assert "自動消込" not in checked.output
