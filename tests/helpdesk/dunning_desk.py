"""Late payers for tests: invoices overdue by so many bank days, a worker that sends what is due, what came of it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from cases.business_calendar import JAPAN
from helpdesk import jobs
from helpdesk.desk import Desk
from helpdesk.ledger.models import DunningNotice
from helpdesk.mail.models import OutboxMail
from helpdesk.register.models import ParameterSet
from helpdesk.register.models.addressing import BillingAddressee
from helpdesk.task_models import Task
from helpdesk.workflows.dun_late_payers import request_dunning
from tests.world import WorldClock

RATE = '["settlement/late_interest"]\nannual_rate = {2026 = "0.146"}\n'


class Dunning:
    """The accounting clerk's hand."""

    def __init__(self, desk: Desk, clock: WorldClock, by: Any) -> None:
        self.desk, self.clock, self.by = desk, clock, by

    def on(self, day: date) -> None:
        """It is the morning of this day."""
        self.clock.at = datetime.combine(day, time(9), JAPAN)

    def ask(self) -> Task:
        with self.desk.database.open_session(writes=True) as session:
            return request_dunning(session, self.desk, by=self.by)

    def work(self) -> Task:
        """Do all that waits; the last task."""
        [job] = [job for job in jobs.timetable(demo=False) if job.name == "run_tasks"]
        job.run(self.desk, lambda: False)
        with self.desk.database.read_session() as session:
            return session.scalars(select(Task).order_by(Task.id.desc()).limit(1)).one()

    def send(self) -> dict[str, Any]:
        """Ask and work; what the task told."""
        self.ask()
        done = self.work()
        assert (done.state, done.error) == ("done", "")
        return done.result

    def sent(self) -> list[tuple[str, int, int]]:
        """Invoice number, step and open yen of every notice, in their order."""
        with self.desk.database.read_session() as session:
            rows = session.scalars(select(DunningNotice).order_by(DunningNotice.id))
            return [(each.invoice.number, each.step, each.open_yen) for each in rows]

    def notices(self) -> Sequence[DunningNotice]:
        with self.desk.database.read_session() as session:
            return session.scalars(select(DunningNotice).order_by(DunningNotice.id)).all()

    def mails(self) -> Sequence[OutboxMail]:
        with self.desk.database.read_session() as session:
            asked = select(OutboxMail).where(OutboxMail.kind == "dunning").order_by(OutboxMail.id)
            return session.scalars(asked).all()


def add_addressee(session: Any, business_id: int, mail_address: str) -> None:
    """請求先 of a business, since long ago."""
    session.add(
        BillingAddressee(
            business_id=business_id,
            valid_from=date(2020, 4, 1),
            version=1,
            postal_code="100-0001",
            address="東京都千代田区千代田1-1",
            department="経理部",
            person="鈴木 一郎",
            mail_address=mail_address,
            recorded_at=datetime(2026, 4, 1, tzinfo=JAPAN),
        )
    )


def put_rate_in_force(session: Any, now: datetime, content: str = RATE) -> None:
    """延滞利息の年率 14.6 % for 2026."""
    session.add(
        ParameterSet(
            version=1,
            content=content,
            state="in_force",
            reason="約款による",
            proposed_at=now,
            proposed_by_id=1,
            proposed_by_name="提案 太郎",
            decided_at=now,
            decided_by_id=2,
            decided_by_name="承認 花子",
        )
    )
