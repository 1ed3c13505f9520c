"""締めの確認項目・台帳: receipts, transfers and payments that wait, and whether the books say what the ledger says."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.ledger.balances import used_yen, whole_yen
from helpdesk.ledger.book_audit import audit
from helpdesk.ledger.closing import BLOCKER, OK, WARNING, Check
from helpdesk.ledger.models import BankFile, Payment, Receipt, TransferRow

_IN_FORCE = ("ordered", "paid")
_FINDINGS_TOLD = 3


def ledger_checks(session: Session, *, until: date) -> list[Check]:
    """What of the ledger is open up to the last day of a period, as it stands now."""
    return [
        audit_check(session),
        _receipts(session, until),
        _payments(session, until),
        _transfers(session, until),
    ]


def audit_check(session: Session) -> Check:
    """照合: whether the books balance and say what the ledger says; a blocker where they do not."""
    findings = audit(session)
    if not findings:
        return Check(
            "帳簿と台帳の照合", OK, "仕訳の貸借と、未収金・仮受金・未払金・普通預金が台帳と一致しています"
        )
    told = "。".join(f"{each.where}: {each.message}" for each in findings[:_FINDINGS_TOLD])
    rest = len(findings) - _FINDINGS_TOLD
    words = (
        f"{told}。" + (f"ほか {rest}件。" if rest > 0 else "") + "原因を調べ、台帳を直してから締めてください"
    )
    return Check("帳簿と台帳の照合", BLOCKER, words)


def _receipts(session: Session, until: date) -> Check:
    left = Receipt.amount_yen - used_yen()
    count, yen = session.execute(
        select(func.count(), whole_yen(left)).where(Receipt.received_on <= until, left > 0)
    ).one()
    return _waiting(
        "未消込の入金", count, yen, "請求書に消し込むか、返金を決めてください", "すべて消し込まれています"
    )


def _payments(session: Session, until: date) -> Check:
    on_its_way = select(TransferRow.id).where(
        TransferRow.payment_id == Payment.id, TransferRow.outcome.in_(_IN_FORCE)
    )
    count, yen = session.execute(
        select(func.count(), whole_yen(Payment.amount_yen)).where(
            Payment.pay_on <= until, ~on_its_way.exists()
        )
    ).one()
    return _waiting(
        "未振込の支払", count, yen, "振込データを作ってください", "支払日の来た支払はすべて振込済みです"
    )


def _transfers(session: Session, until: date) -> Check:
    count, yen = session.execute(
        select(func.count(), whole_yen(TransferRow.amount_yen))
        .join(BankFile, BankFile.id == TransferRow.bank_file_id)
        .where(TransferRow.outcome == "ordered", BankFile.value_on <= until)
    ).one()
    return _waiting(
        "結果待ちの振込", count, yen, "銀行の振込結果を読み込んでください", "結果はすべて読み込まれています"
    )


def _waiting(label: str, count: int, yen: int, what_to_do: str, nothing: str) -> Check:
    if not count:
        return Check(label, OK, nothing)
    return Check(label, WARNING, f"{count:,}件 {yen:,}円が残っています。{what_to_do}")
