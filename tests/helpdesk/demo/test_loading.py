"""The demonstration as a new user finds it: every list is filled, every amount computed, nothing lies in the future."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cases.history_verification import verify
from cases.models import Answer, Business, Case, ChecklistItem, Event, Message
from helpdesk.blobs import BlobStore
from helpdesk.database import Database
from helpdesk.demo.bank import OWN_ACCOUNT
from helpdesk.demo.loading import load
from helpdesk.demo.people import DEMO_PASSWORD, DEMO_USERS
from helpdesk.demo.settling import ADDRESSES, CHAIN, MARKET
from helpdesk.demo.submitted import FILES
from helpdesk.desk import Desk
from helpdesk.errors import InstanceUnusable
from helpdesk.ledger.balances import left_yen, open_yen
from helpdesk.ledger.book_audit import audit
from helpdesk.ledger.models import Invoice, Receipt, TransferRow
from helpdesk.mail.demo_server import mailbox_messages
from helpdesk.mail.models import OutboxMail, ReceivedMail
from helpdesk.register import lookups, runs
from helpdesk.register.models import (
    CalculationRun,
    ImportedFile,
    NotifiedResult,
    OutagePlan,
    Resource,
    SlotDay,
)
from helpdesk.register.month_results import newest
from helpdesk.register.parameter_sets import parameters_in_force
from helpdesk.register.result_overview import outliers
from helpdesk.settings import load_settings
from helpdesk.settlement.models import BusinessStatement, StatementApproval
from helpdesk.task_models import Task
from helpdesk.users.models import User
from helpdesk.users.passwords import password_matches
from kb.index import ArticleIndex
from kb.models import Article

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # a Friday, early afternoon in Japan


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    settings = load_settings(
        {"HELPDESK_INSTANCE": str(tmp_path / "instance"), "HELPDESK_SECRET_KEY": "k" * 64} | OWN_ACCOUNT
    )
    settings.instance.mkdir()
    return Desk(
        settings=settings,
        database=database,
        blobs=BlobStore(settings.blobs_folder),
        knowledge=ArticleIndex(settings.index_folder),
        clock=lambda: NOW,
    )


@pytest.mark.any_database  # the long run plays it on PostgreSQL in a browser
def test_a_loaded_demonstration_is_whole_and_loads_only_once(desk: Desk) -> None:
    lines: list[str] = []
    assert load(desk, progress=lines.append)
    assert not load(desk)
    assert lines[-1] == "案件 300 件"
    with desk.database.open_session(writes=True) as session:
        _people_and_market_are_there(session)
        _cases_look_like_weeks_of_work(session)
        _mail_went_both_ways(session, desk)
        _notices_differ_where_the_story_says(session, desk)
        _months_were_computed_fixed_and_told(session)
        _money_went_as_far_as_the_story_says(session)
        session.rollback()


def _people_and_market_are_there(session) -> None:
    counts = {
        model: session.scalar(select(func.count()).select_from(model)) for model in (Business, Resource, User)
    }
    assert counts == {Business: 40, Resource: 120, User: len(DEMO_USERS)}
    assert session.scalar(select(func.count()).select_from(Article)) >= 8
    tanaka = session.scalars(select(User).where(User.login == "tanaka")).one()
    assert password_matches(tanaka.password_hash, DEMO_PASSWORD)
    assert session.get_one(Business, tanaka.business_id).name == "北浜エナジー株式会社"


def _cases_look_like_weeks_of_work(session) -> None:
    cases = session.scalars(select(Case)).all()
    assert len(cases) == 300
    assert Counter(case.kind for case in cases) == {"inquiry": 285, "late_payment": 9, "objection": 6}
    assert all(case.contact_id for case in cases if case.kind == "objection")  # its letter reaches somebody
    assert {case.channel for case in cases} == {"mail", "phone", "form", "system"}
    states = Counter(case.status for case in cases)
    assert set(states) == {"received", "in_progress", "awaiting_release", "waiting", "closed"}
    assert min(states.values()) >= 3
    assert len({case.topic for case in cases}) >= 9
    unclosed = [case for case in cases if case.status not in ("closed", "waiting")]
    assert any(case.due_at and case.due_at < NOW for case in unclosed)
    assert sum(case.business_id is None for case in cases) == 2  # strangers write, too
    assert session.scalar(select(func.max(Event.at))) <= NOW
    ticked = session.scalars(select(ChecklistItem).where(ChecklistItem.done_at.is_not(None))).all()
    assert len(ticked) > 100
    assert max(item.done_at for item in ticked) <= NOW
    assert NOW - min(case.received_at for case in cases) < timedelta(days=60)
    verdict = verify(session)
    assert not verdict.problems
    assert Counter(session.scalars(select(Answer.status))).keys() >= {"draft", "in_review", "released"}


def _mail_went_both_ways(session, desk: Desk) -> None:
    received = session.scalars(select(ReceivedMail)).all()
    assert Counter(row.outcome for row in received)["new_case"] == 141
    assert Counter(row.outcome for row in received)["follow_up"] >= 5
    assert all(desk.blobs.get(row.raw_sha256) for row in received)
    sent = session.scalars(select(OutboxMail)).all()
    assert {row.state for row in sent} == {"sent"}
    assert len(mailbox_messages(desk.settings.demo_mailbox_folder)) == 200 < len(sent)  # the newest are shown
    incoming = session.scalars(select(Message).where(Message.direction == "in")).all()
    assert [message.notes for message in incoming if message.notes] == []
    assert any("①4月分" in message.body_text for message in incoming)


def _months_were_computed_fixed_and_told(session) -> None:
    kinds = {file.kind for file in FILES} | {*ADDRESSES, *MARKET}
    assert set(session.scalars(select(ImportedFile.kind))) == kinds
    assert session.scalar(select(func.count()).select_from(OutagePlan)) > 2_000
    tasks = Counter(session.execute(select(Task.kind, Task.state)).all())
    assert tasks[("fleet_assessment", "done")] == 2
    assert {state for _, state in tasks} == {"done"}  # what the imports asked for, too
    results = newest(session, 2026)
    states = {month: Counter(r.state for r in results if r.delivery_month == month) for month in (4, 5, 6)}
    assert states == {
        4: {"notified": 120},
        5: {"notified": 104, "fixed": 14, "computed": 2},  # told otherwise, and corrected since
        6: {"notified": 45, "fixed": 4, "computed": 70, "corrected": 1},
    }
    for result in results:
        if result.notified_result_id is not None:
            told = {
                figure[0]: figure[3]
                for figure in session.get_one(NotifiedResult, result.notified_result_id).figures
            }
            assert told[f"resource.{result.resource.code}.penalty_yen"] == result.figures["penalty_total_yen"]
    again = [result for result in results if result.version == 2 and result.state == "computed"]
    assert [(result.resource.code, result.delivery_month) for result in again] == [
        ("P001-0605", 5),
        ("P001-0605", 6),
        ("P004-0102", 5),
        ("P004-0102", 6),
    ]
    standing_out = outliers(session, 2026, delivery_month=6).penalties[:3]
    assert "P005-0406" in [each.result.resource.code for each in standing_out]  # a day mistyped
    with_events = {
        (result.resource.code, name)
        for result in results
        for name in result.figures
        if name.endswith("_shortfall_kwh") and result.figures[name] != "0"
    }
    assert with_events == {
        ("P011-0401", "market_offer_shortfall_kwh"),
        ("P011-0402", "market_offer_shortfall_kwh"),
        ("P011-0401", "supply_instruction_shortfall_kwh"),
        ("P026-0301", "dispatch_order_shortfall_kwh"),
    }


def _money_went_as_far_as_the_story_says(session) -> None:
    statements = session.scalars(select(BusinessStatement).where(BusinessStatement.newest)).all()
    assert Counter((each.family, each.delivery_month, each.state) for each in statements) == {
        ("capacity", 4, "billed"): 30,
        ("capacity", 5, "fixed"): 30,
        ("capacity", 6, "approved"): 12,
        ("contribution", 7, "billed"): 9,
        ("contribution", 8, "checked"): 9,
    }
    taken = session.scalars(select(StatementApproval).where(StatementApproval.step > 0)).all()
    assert {(each.step, each.decided_by_name) for each in taken} == {
        (step, user.display_name)
        for step, user in enumerate((user for user in DEMO_USERS if user.login in CHAIN), 1)
    }
    outcomes = Counter(session.scalars(select(TransferRow.outcome)))
    assert outcomes == {"paid": 28, "failed": 1}  # of thirty payments: one business has no account
    invoices = session.scalars(select(Invoice).where(Invoice.statement_id.is_not(None))).all()
    unpaid = [yen for yen in open_yen(session, invoices).values() if yen]
    left = left_yen(session, session.scalars(select(Receipt).where(Receipt.bank_file_id.is_not(None))).all())
    [to_match] = [yen for yen in left.values() if yen]
    assert [to_match] == [yen + 500 for yen in unpaid]  # too much: a person decides
    assert audit(session) == []


def _notices_differ_where_the_story_says(session, desk: Desk) -> None:
    assert session.scalar(select(func.count()).select_from(SlotDay)) == 17
    differing = {}
    for notice in session.scalars(select(NotifiedResult)).all():
        run = runs.run_statement(
            session,
            business_id=notice.business_id,
            fiscal_year=notice.fiscal_year,
            delivery_month=notice.delivery_month,
            slots_folder=desk.settings.slots_folder,
            by=session.scalars(select(User)).first(),
            now=NOW,
            parameters=parameters_in_force(session).configuration,
        )
        rows = [row for row in lookups.compare_with_notified(notice, run) if row.differs]
        if rows:
            number = notice.document_number.removeprefix("交付額通知書 ")
            differing[number] = {row.key.rpartition(".")[2]: row.difference for row in rows}
    assert sorted(differing) == [
        "第2026-04-0008号",  # the deduction was missing; the second version has it
        "第2026-05-0001号",  # multiplier 5 in the last week of May
        "第2026-05-0002号",  # the neighbouring area's price
        "第2026-05-0004号",  # a test run registered as an outage
        "第2026-05-0009号",  # contract kW for assessed kW
        "第2026-05-0014号",  # a changed plan, registered by the decision of an objection
        "第2026-05-0018号",  # another area's price
        "第2026-06-0004号",  # the cumulated slots of May
        "第2026-06-0014号",  # the same
        "第2026-06-0024号",  # the neighbouring area's price
    ]
    penalty = differing["第2026-05-0001号"]
    assert penalty["shortfall_slots"] == "-1344"
    assert int(penalty["penalty_yen"]) == -178319232
    assert all(runs.is_intact(run) for run in session.scalars(select(CalculationRun)).all())
    invoiced = session.scalars(select(NotifiedResult).where(NotifiedResult.delivery_month == 6)).all()
    totals = [int(figure[3]) for notice in invoiced for figure in notice.figures if figure[0] == "total_yen"]
    assert min(totals) < 0 < max(totals)


def test_an_instance_with_other_data_is_refused_and_left_alone(desk: Desk) -> None:
    with desk.database.write_session() as session:
        session.add(Business(code="X1", name="本番の事業者", kind="retailer"))
    with pytest.raises(InstanceUnusable, match="業務のデータがあります"):
        load(desk)
    assert not (desk.settings.instance / "demo").exists()
    with desk.database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0


def test_a_demonstration_that_stopped_half_way_says_what_to_do(desk: Desk) -> None:
    (desk.settings.instance / "demo").write_text("loading", encoding="utf-8")
    with pytest.raises(InstanceUnusable, match="途中で止まっています"):
        load(desk)
