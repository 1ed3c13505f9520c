"""An objection is accepted, before the invoice and after it: what the business gets in the end is the same to the yen.

Before it the corrected month replaces the statement; after it the difference is settled with the next month, and the
books say both (domain.md §2.6).
"""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from calc_core.fiscal_year import days_in_month
from calc_core.slots import SLOTS_PER_DAY
from cases.models import Objection
from helpdesk import jobs
from helpdesk.database import Database
from helpdesk.ledger.book_audit import audit
from helpdesk.ledger.chart_of_accounts import code_of
from helpdesk.ledger.models import JournalLine, Payment
from helpdesk.register.models import NotifiedResult
from helpdesk.register.month_results import fingerprint
from helpdesk.register.slot_store import write_month
from helpdesk.settlement import approval
from helpdesk.settlement.models import BusinessStatement, SettlementItem
from helpdesk.task_models import Task
from helpdesk.users.models import User, UserRole
from helpdesk.workflows.answer_statement import confirm_statement
from helpdesk.workflows.approve_statements import approve_month, statements_to_approve
from helpdesk.workflows.assess_fleet import request_assessment
from helpdesk.workflows.bill_statements import request_billing
from helpdesk.workflows.compute_statements import request_settlement
from helpdesk.workflows.issue_statements import request_issue
from helpdesk.workflows.settle_results import fix_month, results_to_fix
from tests.helpdesk.objecting import Objecting
from tests.world import (
    CONTRACT_KW,
    PENALTY_RECOMPUTED_YEN,
    YEAR,
    World,
    WorldClock,
    build_world,
    open_world_desk,
)

CHAIN = ("payment_staff", "payment_head", "accounting_staff", "accounting_head")
MONTH_YEN = 2 * CONTRACT_KW * 5_832 // 12  # two plants, a twelfth of their contract amounts


class Settling:
    """The story's people: each act in a session of its own, and a worker that does what waits."""

    def __init__(self, world: World) -> None:
        self.world, self.desk = world, world.desk
        with self.desk.database.write_session() as session:
            self.people = {role: self._person(role) for role in (*CHAIN, "business_user")}
            session.add_all(self.people.values())
            for kind, value in (("offered_kw", CONTRACT_KW), ("multiplier", 1)):
                shape = (2, days_in_month(YEAR, 6), SLOTS_PER_DAY)
                write_month(
                    session,
                    self.desk.settings.slots_folder,
                    fiscal_year=YEAR,
                    delivery_month=6,
                    kind=kind,
                    resource_ids=[world.resources["R-1"], world.resources["R-2"]],
                    values=np.full(shape, value, dtype=np.int32),
                    now=self.desk.clock(),
                )

    def _person(self, role: str) -> User:
        return User(
            login=role,
            display_name=f"{role}さん",
            password_hash="nobody signs in with it",
            created_at=self.desk.clock(),
            business_id=self.world.businesses["P001"] if role == "business_user" else None,
            roles=[UserRole(role=role)],
        )

    def do(self, workflow: Any, *given: Any, by: str, **options: Any) -> Any:
        with self.desk.database.open_session(writes=True) as session:
            person = self.people.get(by) or self.world.people[by]
            return workflow(session, self.desk, *given, by=person, **options)

    def work(self) -> dict[str, Any]:
        """What the last task came to."""
        [job] = [job for job in jobs.timetable(demo=False) if job.name == "run_tasks"]
        job.run(self.desk, lambda: False)
        with self.desk.database.read_session() as session:
            task = session.scalars(select(Task).order_by(Task.id.desc()).limit(1)).one()
        assert (task.state, task.error) == ("done", "")
        return task.result

    def assess(self, month: int) -> None:
        """Computed from what is registered, and fixed."""
        self.do(request_assessment, fiscal_year=YEAR, last_month=month, scope={}, by="leader")
        self.work()
        for each in (5, 6)[: month - 4]:
            with self.desk.database.read_session() as session:
                waiting = results_to_fix(session, YEAR, each)
            if waiting:
                of = {"fiscal_year": YEAR, "delivery_month": each, "shown": fingerprint(waiting)}
                self.do(fix_month, **of, by="manager")

    def compute(self, month: int) -> dict[str, Any]:
        self.do(request_settlement, **self.of(month), by="payment_staff")
        return self.work()

    def approve_and_issue(self, month: int) -> None:
        for step, by in enumerate(CHAIN, 1):
            with self.desk.database.read_session() as session:
                seen = statements_to_approve(session, **self.of(month), step=step)
            shown = approval.fingerprint(seen)
            self.do(approve_month, **self.of(month), step=step, shown=shown, by=by)
        self.do(request_issue, **self.of(month), by="payment_staff")
        assert self.work()["refused"] == []

    def confirm(self, month: int) -> None:
        self.do(confirm_statement, self.statement(month).id, by="business_user")

    def bill(self, month: int) -> dict[str, Any]:
        self.do(request_billing, **self.of(month), by="accounting_staff")
        return self.work()

    def object_and_win(self, month: int = 5) -> None:
        """The business objects to what it was told last, and both its claims are accepted."""
        objecting = Objecting(self.world)
        objecting.receive(notice_id=self.statement(month).notified_result_id)
        objecting.review()
        assert objecting.decide("accepted", {1, 2}).notice is not None

    def of(self, month: int) -> dict[str, Any]:
        return {"family": "capacity", "fiscal_year": YEAR, "delivery_month": month}

    def statement(self, month: int) -> BusinessStatement:
        with self.desk.database.read_session() as session:
            found = select(BusinessStatement).where(
                BusinessStatement.newest, BusinessStatement.delivery_month == month
            )
            return session.scalars(found).one()

    def rows(self, model: Any) -> list[Any]:
        with self.desk.database.read_session() as session:
            return list(session.scalars(select(model).order_by(model.id)))

    def payable_yen(self) -> int:
        """未払金 as the books have it; they balance."""
        with self.desk.database.read_session() as session:
            assert audit(session) == []
            lines = session.scalars(select(JournalLine).where(JournalLine.account == code_of("payable")))
            return sum(each.credit_yen - each.debit_yen for each in lines)


@pytest.fixture
def settling(database: Database, tmp_path: Path, now) -> Settling:
    desk = open_world_desk(database, tmp_path / "instance", WorldClock(now))
    return Settling(build_world(desk))


def test_after_the_invoice_the_difference_is_settled_with_the_next_month(settling: Settling) -> None:
    settling.assess(5)
    settling.compute(5)
    settling.approve_and_issue(5)
    settling.confirm(5)
    assert settling.bill(5)["payments"] == 1
    paid_yen = (MONTH_YEN - PENALTY_RECOMPUTED_YEN) * 11 // 10
    [may] = settling.rows(Payment)
    assert (may.amount_yen, may.pay_on) == (paid_yen, date(2026, 10, 30))

    settling.object_and_win()
    assert (settling.statement(5).state, settling.statement(5).answer) == ("billed", "confirmed")
    settling.assess(5)
    assert settling.compute(5)["items"] == 1
    [item] = settling.rows(SettlementItem)
    assert (item.yen, item.for_month) == (PENALTY_RECOMPUTED_YEN, 6)
    assert settling.statement(5).version == 1

    settling.assess(6)
    settling.compute(6)
    settling.approve_and_issue(6)
    settling.confirm(6)
    assert settling.bill(6)["payments"] == 1
    june = settling.rows(Payment)[1]
    assert june.amount_yen == (MONTH_YEN + PENALTY_RECOMPUTED_YEN) * 11 // 10
    assert settling.payable_yen() == 2 * MONTH_YEN * 11 // 10


def test_before_the_invoice_the_corrected_month_replaces_the_statement(settling: Settling) -> None:
    settling.assess(5)
    settling.compute(5)
    settling.approve_and_issue(5)
    told = settling.statement(5)
    settling.object_and_win()
    assert settling.statement(5).answer == "objected"
    refused = settling.bill(5)["refused"]
    assert any("異議申立てがあります" in message for _, message in refused)
    assert any("訂正後の通知" in message for _, message in refused)

    settling.assess(5)
    assert settling.compute(5)["new_versions"] == 1
    settling.approve_and_issue(5)
    corrected, decided = settling.statement(5), settling.rows(NotifiedResult)[-1]
    assert (corrected.version, corrected.answer) == (2, None)
    assert corrected.notified_result_id == decided.id  # what the decision told is not told twice
    assert corrected.number == decided.document_number != told.number
    [objection] = settling.rows(Objection)
    assert objection.notice_reference == told.notified_result_id

    settling.confirm(5)
    assert settling.bill(5)["payments"] == 1
    [payment] = settling.rows(Payment)
    assert payment.amount_yen == MONTH_YEN * 11 // 10 == settling.payable_yen()
    assert settling.rows(SettlementItem) == []
