"""Money is ordered and read at the keyboard, by a person who may; a process that is killed leaves nothing half-done."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from helpdesk.commands import bank, main
from helpdesk.desk import Desk
from helpdesk.fail_points import EXIT_STATUS
from helpdesk.ledger.models import BankFile, JournalEntry, Receipt, TransferRow
from tests.helpdesk.banking import Paid, notice_file, result_file
from tests.helpdesk.paying import OWN, PAY_ON, add_account, add_payment

BY = ("--by", "test-accounting_staff")
KILLED = """
import os, sys
from datetime import datetime
from helpdesk.commands import bank, main
from helpdesk.desk import open_desk
from helpdesk.settings import load_settings
from contextlib import contextmanager

@contextmanager
def opened():
    now = datetime.fromisoformat(os.environ["NOW"])
    yield open_desk(load_settings(), clock=lambda: now)

bank.opened = opened
main(sys.argv[1:])
"""


@pytest.fixture
def desk(desk: Desk, people, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The commands find the test's own desk, which has an account that pays."""
    made = replace(desk, settings=replace(desk.settings, **OWN))

    @contextmanager
    def opened():
        yield made

    monkeypatch.setattr(bank, "opened", opened)
    return made


@pytest.fixture
def payment(desk: Desk, businesses) -> int:
    with desk.database.write_session() as session:
        add_account(session, desk, businesses["P001"])
        return add_payment(session, desk, businesses["P001"], 700).id


def bank_command(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["bank", *arguments], catch_exceptions=False)


def killed(desk: Desk, place: str, *arguments: str) -> int:
    """The same in a process of its own that dies at this place."""
    settings = desk.settings
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
    environment |= {f"HELPDESK_{name.upper()}": value for name, value in OWN.items()}
    environment |= {
        "HELPDESK_INSTANCE": str(settings.instance),
        "HELPDESK_DATABASE_URL": settings.database_url,
        "HELPDESK_FAIL_POINT": place,
        "NOW": desk.clock().isoformat(),
    }
    command = [sys.executable, "-c", KILLED, "bank", *arguments]
    return subprocess.run(command, env=environment, cwd=Path(__file__).parents[3], check=False).returncode


def counted(desk: Desk) -> list[int]:
    with desk.database.read_session() as session:
        models = (BankFile, TransferRow, Receipt, JournalEntry)
        return [session.scalar(select(func.count()).select_from(each)) or 0 for each in models]


@pytest.mark.any_database
def test_payments_are_ordered_and_results_read_at_the_keyboard(desk, clock, payment, tmp_path) -> None:
    out, answer = tmp_path / "irai.txt", tmp_path / "kekka.txt"
    done = bank_command("request", "--on", PAY_ON.isoformat(), "--out", str(out), "--json", *BY)
    told = json.loads(done.stdout)
    assert (told["transfers"], told["amount_yen"], told["left_out"]) == (1, 700, [])
    clock.pass_by(days=34)
    answer.write_bytes(result_file(out.read_bytes()))
    assert "検査しました" in bank_command("read", str(answer), "--check", *BY).stdout
    assert "振込済 1 件" in bank_command("read", str(answer), *BY).stdout
    again = json.loads(bank_command("read", str(answer), "--json", *BY).stdout)
    assert (again["new"], again["known"]) == (0, 1)


@pytest.mark.any_database
def test_what_is_wrong_ends_with_status_two_and_changes_nothing(desk, payment, tmp_path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_bytes(notice_file([Paid(5)])[:-3])
    before = counted(desk)
    for arguments, words in (
        (("request", "--on", "tomorrow", *BY), "日付ではありません"),
        (("request", "--on", "2026-08-01", *BY), "銀行の休業日"),
        (("request", "--on", "2026-07-31", "--by", "nobody"), "利用者「nobody」"),
        (("request", "--on", "2026-07-31", "--by", "test-operator"), "権限"),
        (("read", str(wrong), *BY), "4行目"),
        (("read", str(tmp_path / "none"), *BY), "読めません"),
    ):
        done = bank_command(*arguments)
        assert (done.exit_code, words in done.stderr) == (2, True), done.stderr
    assert counted(desk) == before


@pytest.mark.parametrize("place", ["order_transfers.blob_kept", "order_transfers.before_commit"])
def test_an_order_that_is_killed_is_repeated_and_pays_once(desk, payment, tmp_path, place) -> None:
    before, out = counted(desk), tmp_path / "irai.txt"
    order = ("request", "--on", PAY_ON.isoformat(), "--out", str(out), *BY)
    assert killed(desk, place, *order) == EXIT_STATUS
    assert counted(desk) == before
    blobs = {path.name for path in desk.settings.blobs_folder.rglob("*") if path.is_file()}
    assert bank_command(*order).exit_code == 0
    assert {path.name for path in desk.settings.blobs_folder.rglob("*") if path.is_file()} == blobs
    assert counted(desk)[:2] == [1, 1]
    assert bank_command(*order).exit_code == 2


@pytest.mark.parametrize("place", ["read_bank_file.blob_kept", "read_bank_file.before_commit"])
def test_a_reading_that_is_killed_is_repeated_and_books_once(desk, tmp_path, place) -> None:
    file = tmp_path / "nyukin.txt"
    file.write_bytes(notice_file([Paid(5, inquiry=1), Paid(6, inquiry=2)]))
    assert killed(desk, place, "read", str(file), *BY) == EXIT_STATUS
    assert counted(desk) == [0, 0, 0, 0]
    assert bank_command("read", str(file), *BY).exit_code == 0
    assert bank_command("read", str(file), *BY).exit_code == 0
    assert counted(desk) == [1, 0, 2, 2]
