"""A month of two businesses taken through the chain by its people: computed, approved, issued, answered, billed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from cases.business_calendar import seed_holidays
from cases.models import Contact, Event
from helpdesk import jobs
from helpdesk.desk import Desk
from helpdesk.mail.models import OutboxMail
from helpdesk.settlement.approval import fingerprint
from helpdesk.settlement.models import BusinessStatement
from helpdesk.task_models import Task
from helpdesk.users.models import User, UserRole
from helpdesk.workflows.answer_statement import confirm_statement
from helpdesk.workflows.approve_statements import approve_month, statements_to_approve
from helpdesk.workflows.bill_statements import request_billing
from helpdesk.workflows.issue_statements import request_issue
from tests.helpdesk.settling import YEAR, Market, build_market, computed_statement

CHAIN = ("payment_staff", "payment_head", "accounting_staff", "accounting_head")
ROLES_OF = {each: (each,) for each in (*CHAIN, "manager", "market_staff", "operation_leader", "operator")} | {
    "both": ("payment_staff", "payment_head"),
    "P001": ("business_user",),
    "P002": ("business_user",),
}


class Chain:
    """The desk, the market and its people; each act in a session of its own, as a request or a worker has it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with desk.database.write_session() as session:
            seed_holidays(session, range(YEAR - 1, YEAR + 2))
            self.market: Market = build_market(session, now=desk.clock(), years=(YEAR, YEAR + 1))
            for code, business_id in self.market.businesses.items():
                address = f"{code.lower()}@example.jp"
                session.add(Contact(business_id=business_id, name=f"{code}担当", mail_address=address))
            self.people = {
                login: User(
                    login=login,
                    display_name=f"{login}さん",
                    password_hash="nobody signs in with it",
                    created_at=desk.clock(),
                    business_id=self.market.businesses.get(login),
                    roles=[UserRole(role=role) for role in roles],
                )
                for login, roles in ROLES_OF.items()
            }
            session.add_all(self.people.values())

    def __getitem__(self, login: str) -> User:
        return self.people[login]

    def do(self, workflow: Any, *given: Any, **options: Any) -> Any:
        """A workflow in its own session."""
        with self.desk.database.open_session(writes=True) as session:
            return workflow(session, self.desk, *given, **options)

    def fix(self, months: Mapping[tuple[str, int], tuple[int, int]], **figures: str) -> None:
        """Fixed results by resource and month as (payment, penalty)."""
        with self.desk.database.write_session() as session:
            self.market.fix(session, months, **figures)

    def settle(self, month: int = 4) -> list[BusinessStatement]:
        """The statements of a month as computed from what is fixed."""
        with self.desk.database.write_session() as session:
            self.market.settle(session, month)
        return self.newest(month)

    def two_statements(self) -> list[BusinessStatement]:
        """April: P001 is paid for two plants, P002 owes a penalty."""
        self.fix({("R-1", 4): (400_000, 0), ("R-2", 4): (86_000, 6_000), ("R-3", 4): (100_000, 300_000)})
        return self.settle()

    def contributions(
        self, amounts: Sequence[int] = (-120_000, -45_000), month: int = 4, family: str = "contribution"
    ) -> list[BusinessStatement]:
        """Statements of a family that come to so much, whatever made it."""
        with self.desk.database.write_session() as session:
            made = [
                computed_statement(each, yen)
                for each, yen in zip(self.market.businesses.values(), amounts, strict=False)
            ]
            self.market.record(session, made, month, family=family)
        return self.newest(month, family)

    def newest(self, month: int = 4, family: str = "capacity") -> list[BusinessStatement]:
        with self.desk.database.read_session() as session:
            found = select(BusinessStatement).where(
                BusinessStatement.newest,
                BusinessStatement.family == family,
                BusinessStatement.delivery_month == month,
            )
            return list(session.scalars(found.order_by(BusinessStatement.business_id)))

    def shown(
        self, step: int, ids: Sequence[int] | None = None, *, month: int = 4, family: str = "capacity"
    ) -> str:
        """The fingerprint of what a page shows."""
        with self.desk.database.read_session() as session:
            found = statements_to_approve(
                session,
                family=family,
                fiscal_year=YEAR,
                delivery_month=month,
                step=step,
                statement_ids=ids,
            )
            return fingerprint(found)

    def approve(self, step: int, by: str | None = None, **changed: Any) -> list[BusinessStatement]:
        of = {"family": changed.pop("family", "capacity"), "month": changed.pop("month", 4)}
        ids = changed.pop("statement_ids", None)
        shown = changed.pop("shown", None) or self.shown(step, ids, **of)
        return self.do(
            approve_month,
            family=of["family"],
            fiscal_year=YEAR,
            delivery_month=of["month"],
            step=step,
            statement_ids=ids,
            shown=shown,
            by=self[by or CHAIN[step - 1]],
        )

    def approve_all(self, **of: Any) -> None:
        for step in (1, 2, 3, 4):
            self.approve(step, **of)

    def issue(self, *, month: int = 4, family: str = "capacity") -> Task:
        self.ask_to_issue(month=month, family=family)
        return self.work()

    def ask_to_issue(self, *, month: int = 4, family: str = "capacity", by: str = "payment_staff") -> Task:
        of = {"family": family, "fiscal_year": YEAR, "delivery_month": month}
        return self.do(request_issue, **of, by=self[by])

    def confirm(self, *, month: int = 4, family: str = "capacity") -> None:
        """Every business confirms what it was told."""
        owners = {each: code for code, each in self.market.businesses.items()}
        for each in self.newest(month, family):
            if each.state == "issued" and each.answer is None:
                self.do(confirm_statement, each.id, by=self[owners[each.business_id]])

    def bill(self, *, month: int = 4, family: str = "capacity", reason: str = "") -> Task:
        self.ask_to_bill(month=month, family=family, reason=reason)
        return self.work()

    def ask_to_bill(
        self, *, month: int = 4, family: str = "capacity", reason: str = "", by: str = "accounting_staff"
    ) -> Task:
        of = {"family": family, "fiscal_year": YEAR, "delivery_month": month, "go_on_reason": reason}
        return self.do(request_billing, **of, by=self[by])

    def whole_month(self, *, month: int = 4, family: str = "capacity") -> Task:
        """From computed to billed."""
        of: dict[str, Any] = {"month": month, "family": family}
        self.approve_all(**of)
        self.issue(**of)
        self.confirm(**of)
        return self.bill(**of)

    def work(self) -> Task:
        """Do all that waits; the last task."""
        [job] = [job for job in jobs.timetable(demo=False) if job.name == "run_tasks"]
        job.run(self.desk, lambda: False)
        with self.desk.database.read_session() as session:
            task = session.scalars(select(Task).order_by(Task.id.desc()).limit(1)).one()
        assert (task.state, task.error) == ("done", "")
        return task

    def rows(self, model: Any) -> list[Any]:
        with self.desk.database.read_session() as session:
            return list(session.scalars(select(model).order_by(model.id)))

    def events(self, like: str) -> list[str]:
        """Kinds of the events of streams that begin so, oldest first."""
        with self.desk.database.read_session() as session:
            found = select(Event.kind).where(Event.stream.startswith(like)).order_by(Event.id)
            return list(session.scalars(found))

    def mails(self) -> list[OutboxMail]:
        return self.rows(OutboxMail)
