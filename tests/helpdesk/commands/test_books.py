"""`helpdesk books`: check, trial balance and closing at the keyboard."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from cases.models import Business
from helpdesk.commands import main
from helpdesk.desk import open_desk
from helpdesk.settings import load_settings
from tests.helpdesk.money import add_invoice


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["books", *words])


@pytest.fixture
def with_invoice(migrated: Path) -> Path:
    """One contribution invoiced in June 2025."""
    desk = open_desk(load_settings())
    with desk.database.write_session() as session:
        business = Business(code="P001", name="北浜エナジー株式会社", kind="retailer")
        session.add(business)
        session.flush()
        on = date(2025, 6, 2)
        add_invoice(session, desk, "KY-1", business.id, 900, date(2025, 6, 27), issued_on=on)
    desk.database.engine.dispose()
    return migrated


@pytest.mark.usefixtures("with_invoice")
def test_books_that_balance_are_told_so() -> None:
    checked = run("check")
    assert (checked.exit_code, checked.output) == (
        0,
        "帳簿は一致しています（仕訳 1件、借方・貸方とも 900円）\n",
    )
    told = json.loads(run("check", "--json").output)
    assert told == {"balanced": True, "entries": 1, "debit_yen": 900, "credit_yen": 900, "findings": []}


@pytest.mark.usefixtures("migrated")
def test_empty_books_balance() -> None:
    assert json.loads(run("check", "--json").output)["entries"] == 0


@pytest.mark.usefixtures("with_invoice")
def test_what_does_not_agree_is_told_on_stderr_with_status_one() -> None:
    desk = open_desk(load_settings())
    with desk.database.write_session() as session:
        session.execute(text("update helpdesk_invoice set amount_yen = 1000"))
    desk.database.engine.dispose()
    checked = run("check")
    assert checked.exit_code == 1
    words = (
        "121 容量拠出金未収金 P001 北浜エナジー株式会社: 帳簿は 900円、台帳（請求・入金・支払）は 1,000円です"
    )
    assert checked.stderr == f"{words}\n"
    assert json.loads(run("check", "--json").output)["balanced"] is False


@pytest.mark.usefixtures("with_invoice")
def test_the_trial_balance_of_a_month_or_a_year_is_printed() -> None:
    told = json.loads(run("trial-balance", "--from", "2025", "--json").output)
    assert (told["from"], told["to"], told["debit_yen"], told["credit_yen"]) == (
        "2025-04",
        "2026-03",
        900,
        900,
    )
    [deposit] = [each for each in told["accounts"] if each["code"] == "221"]
    assert (deposit["account"], deposit["opening_yen"], deposit["closing_yen"]) == (
        "容量拠出金預り金",
        0,
        900,
    )
    lines = run("trial-balance", "--from", "2025-07", "--to", "2025-09").output.splitlines()
    assert "121 容量拠出金未収金\t900\t0\t0\t900" in lines
    wrong = run("trial-balance", "--from", "6月")
    assert wrong.exit_code == 2
    assert "会計期間ではありません" in wrong.stderr


@pytest.mark.usefixtures("with_invoice")
def test_a_month_is_closed_over_warnings_with_a_reason_and_only_in_its_turn() -> None:
    refused = run("close", "2025-06")
    assert refused.exit_code == 2
    assert "締める理由" in refused.stderr
    closed = run("close", "2025-06", "--reason", "精算の前", "--json")
    told = json.loads(closed.output)
    assert (told["period"], told["entries"], told["closed_by"]) == ("2025-06", 1, "コマンド操作")
    assert run("close", "2025-06").output == "2025年6月は締め済みです（仕訳 1件、借方・貸方とも 900円）\n"
    early = run("close", "2025-09", "--reason", "x")
    assert early.exit_code == 2
    assert "次に締めるのは2025年7月です" in early.stderr
