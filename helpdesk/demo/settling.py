"""デモの精算: two months taken through the chain by its people, contributions of a third, and what the bank told of it.

April is paid, with one transfer that came back; May is approved and waits to be issued; June and the contribution of
August wait for somebody's approval. The contribution of July is invoiced and paid, by one with 500 yen too much, which waits for a person.
"""

from collections.abc import Mapping
from datetime import date, time
from functools import partial

from sqlalchemy import select

from cases.models import Business
from helpdesk.clock import in_japan
from helpdesk.demo import packaged
from helpdesk.demo.bank import deposit_notice, result_of
from helpdesk.demo.submitted import at, import_packaged
from helpdesk.desk import Desk
from helpdesk.jobs import TASK_HANDLERS
from helpdesk.lease import new_holder
from helpdesk.ledger.balances import open_yen
from helpdesk.ledger.models import Invoice
from helpdesk.settlement.approval import STEPS, fingerprint
from helpdesk.settlement.models import BusinessStatement
from helpdesk.task_worker import run_next
from helpdesk.users.models import User
from helpdesk.workflows import answer_statement, approve_statements, bill_statements, compute_statements
from helpdesk.workflows.issue_statements import request_issue
from helpdesk.workflows.order_transfers import order_transfers
from helpdesk.workflows.read_bank_file import read_bank_file

YEAR = packaged.FISCAL_YEAR
CHAIN = ("payment", "payment-head", "accounting", "accounting-head")
ADDRESSES = ("bank_accounts", "billing_addressees")
MARKET = ("auction_results", "area_demand", "area_utilities", "retailer_shares")
_ANSWERED = "回答期限までに申出がなかったため（電話で確認済み）"
_EVENING = time(17, 0)
_REFUSED_BY_BANK = 3  # which transfer of the first request comes back
_TOO_MUCH_YEN = 500


class Month:
    """One family and month on its way: each act at its day, by whom it concerns."""

    def __init__(self, desk: Desk, people: Mapping[str, User], family: str, month: int) -> None:
        self.desk, self.people = desk, people
        self.wanted = {"family": family, "fiscal_year": YEAR, "delivery_month": month}

    def compute(self, on: date) -> None:
        """仮算定, as a worker does it."""
        self._ask(on, compute_statements.request_settlement, "payment")

    def approve(self, *days: date) -> None:
        """The first steps of the chain, one a day."""
        for step, login, on in zip(STEPS, CHAIN, days, strict=False):
            then = at(self.desk, on, _EVENING, minutes=step.number)
            with then.database.open_session(writes=True) as session:
                seen = approve_statements.statements_to_approve(session, step=step.number, **self.wanted)
                approve_statements.approve_month(
                    session,
                    then,
                    step=step.number,
                    shown=fingerprint(seen),
                    by=self.people[login],
                    **self.wanted,
                )

    def issue(self, on: date) -> None:
        """通知."""
        self._ask(on, request_issue, "payment")

    def bill(self, on: date) -> None:
        """請求・支払."""
        self._ask(on, bill_statements.request_billing, "accounting", go_on_reason=_ANSWERED)

    def confirm(self, on: date, business_id: int, login: str) -> None:
        """確認 by a business's own user."""
        then = at(self.desk, on)
        with then.database.open_session(writes=True) as session:
            found = select(BusinessStatement.id).filter_by(
                business_id=business_id, newest=True, **self.wanted
            )
            answer_statement.confirm_statement(
                session, then, session.scalars(found).one(), by=self.people[login]
            )

    def _ask(self, on: date, request, login: str, **more: str) -> None:
        then = at(self.desk, on)
        with then.database.open_session(writes=True) as session:
            request(session, then, by=self.people[login], **self.wanted, **more)
        worker = at(self.desk, on, minutes=1)
        handlers = {kind: partial(handler, worker) for kind, handler in TASK_HANDLERS.items()}
        while run_next(worker.database, handlers, clock=worker.clock, holder=new_holder()):
            pass


def settle(desk: Desk, people: Mapping[str, User], businesses: Mapping[str, int]) -> None:
    """April to the bank's answer, May to be issued, June to the second approval."""
    for kind in ADDRESSES:
        import_packaged(desk, kind, date(2026, 8, 3), by=people["accounting"])
    april = Month(desk, people, "capacity", 4)
    april.compute(date(2026, 8, 20))
    april.approve(date(2026, 8, 21), date(2026, 8, 24), date(2026, 8, 25), date(2026, 8, 26))
    april.issue(date(2026, 8, 27))
    april.confirm(date(2026, 8, 28), businesses["P001"], "tanaka")
    april.bill(date(2026, 9, 7))
    _transfer(desk, people)
    may = Month(desk, people, "capacity", 5)
    may.compute(date(2026, 9, 14))
    may.approve(date(2026, 9, 15), date(2026, 9, 16), date(2026, 9, 17), date(2026, 9, 17))
    june = Month(desk, people, "capacity", 6)
    june.compute(date(2026, 9, 15))
    june.approve(date(2026, 9, 16), date(2026, 9, 17))


def contribute(desk: Desk, people: Mapping[str, User]) -> None:
    """The contribution of July invoiced and paid, that of August at the head's approval."""
    for kind in MARKET:
        import_packaged(desk, kind, date(2026, 9, 28), by=people["payment"])
    july = Month(desk, people, "contribution", 7)
    july.compute(date(2026, 9, 29))
    july.approve(date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 5))
    july.issue(date(2026, 10, 6))
    july.bill(date(2026, 10, 15))
    _receive(desk, people, date(2026, 10, 30))
    august = Month(desk, people, "contribution", 8)
    august.compute(date(2026, 10, 29))
    august.approve(date(2026, 10, 30))


def _transfer(desk: Desk, people: Mapping[str, User]) -> None:
    """April's payments are ordered, and the bank sends one back: 取引停止・口座解約."""
    then = at(desk, date(2026, 9, 28))
    with then.database.open_session(writes=True) as session:
        file, _ = order_transfers(session, then, value_on=date(2026, 9, 30), by=people["accounting"])
        request = then.blobs.get(file.sha256)
    then = at(desk, date(2026, 10, 1))
    with then.database.open_session(writes=True) as session:
        content = result_of(request, refused=_REFUSED_BY_BANK, on=date(2026, 9, 30))
        read_bank_file(session, then, "振込結果_20260930.txt", content, keep=True, by=people["payment"])


def _receive(desk: Desk, people: Mapping[str, User], on: date) -> None:
    """Every invoice of a statement is paid on one day, the first one with a little too much."""
    then = at(desk, on)
    with then.database.open_session(writes=True) as session:
        found = select(Invoice).where(Invoice.statement_id.is_not(None)).order_by(Invoice.id)
        invoices = session.scalars(found).all()
        unpaid = open_yen(session, invoices)
        paid = [
            (session.get_one(Business, each.business_id).name_kana, unpaid[each.id])
            for each in invoices
            if unpaid[each.id]
        ]
        paid[0] = (paid[0][0], paid[0][1] + _TOO_MUCH_YEN)
        content = deposit_notice(paid, on=in_japan(then.clock()).date(), account=desk.settings)
        read_bank_file(
            session, then, f"振込入金通知_{on:%Y%m%d}.txt", content, keep=True, by=people["accounting"]
        )
