"""デモの請求と入金: invoices that businesses owe, what they paid, and the calls about what they did not.

Due days are counted back from the last working day like everything else, so a late payer is late whenever it is loaded.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.history import SYSTEM
from cases.models import Business
from helpdesk.demo import packaged
from helpdesk.demo.stage import Play, Step
from helpdesk.ledger.invoices import InvoiceEntry, invoice_by_number, record_invoices
from helpdesk.ledger.receipts import ReceiptEntry
from helpdesk.workflows import call_late_payer, keep_ledger


def record_demo_invoices(play: Play) -> int:
    """Record all invoices, and what was paid of them in time; how many there are."""
    written = packaged.read_toml("payments.toml")
    with play.desk.database.open_session(writes=True) as session:
        entries = [_entry(session, play, each) for each in written["invoices"]]
        recorded = record_invoices(session, entries, now=play.desk.clock())
        keep_ledger.finish(session, recorded.happened, by=SYSTEM, now=play.desk.clock())
        session.commit()
    for each in written["invoices"]:
        if "paid" in each:
            _book(play, each["number"], each["paid"], f"T{each['number'][-8:]}", ago=each["due"] + 1)
    return len(entries)


def pay(play: Play, step: Step) -> None:
    """Money comes in for an invoice."""
    what = step.what
    _book(play, what["invoice"], what["yen"], f"T{step.at:%m%d%H%M}{step.story}", ago=what["ago"])


def open_late_payment(play: Play, step: Step) -> None:
    """The case of an overdue invoice is opened from the list."""
    with play.desk.database.open_session(writes=True) as session:
        invoice = invoice_by_number(session, step.what["invoice"])
        case = call_late_payer.open_case(session, play.desk, invoice.id, by=play.who(step))
        play.case_ids[step.story] = case.id


def _entry(session: Session, play: Play, each: dict[str, Any]) -> InvoiceEntry:
    code, month = each["business"], each.get("month")
    business_id = play.market.businesses[code]
    notice = play.market.notices.get((code, month)) if each["kind"] == "statement" else None
    return InvoiceEntry(
        number=each["number"],
        business_id=business_id,
        kind=each["kind"],
        fiscal_year=packaged.FISCAL_YEAR,
        delivery_month=month,
        amount_yen=each["yen"],
        issued_on=play.moment(each["issued"], "09:00").date(),
        due_on=play.moment(each["due"], "09:00").date(),
        notified_result_id=notice.id if notice else None,
    )


def _book(play: Play, number: str, yen: int, reference: str, *, ago: int) -> None:
    with play.desk.database.open_session(writes=True) as session:
        invoice = invoice_by_number(session, number)
        business = session.scalars(select(Business).where(Business.id == invoice.business_id)).one()
        entry = ReceiptEntry(
            reference=reference,
            business_id=business.id,
            payer_name_kana=business.name_kana,
            amount_yen=yen,
            received_on=play.moment(ago, "09:00").date(),
        )
        by = play.people["accounting"]
        receipt, matches = keep_ledger.enter_receipt(session, play.desk, entry, by=by)
        if receipt is not None and not matches:
            keep_ledger.allocate_receipt(session, play.desk, receipt.id, number, yen, by=by)


PAYMENT_STEPS = {"pay": pay, "open_late_payment": open_late_payment}
