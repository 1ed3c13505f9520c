"""Outcomes follow each other in one direction only; the stories of whole files stand in the reading of bank files."""

from datetime import date

import pytest

from cases.history import SYSTEM
from helpdesk.errors import Refused
from helpdesk.ledger.bank_files.transfer_result import TransferResult
from helpdesk.ledger.models import BankFile
from helpdesk.ledger.transfer_outcomes import apply_results
from helpdesk.ledger.transfers import propose, record_transfers
from tests.helpdesk.paying import PAY_ON, add_account, add_payment

TODAY = date(2026, 8, 3)


@pytest.fixture
def files(session, desk) -> list[BankFile]:
    made = [
        BankFile(
            kind=kind,
            file_name="a.txt",
            sha256=str(at) * 64,
            value_on=PAY_ON,
            rows=1,
            new=1,
            known=0,
            amount_yen=700,
            made_at=desk.clock(),
            made_by_name="",
        )
        for at, kind in enumerate(("transfer_request", "transfer_result"))
    ]
    session.add_all(made)
    session.flush()
    return made


@pytest.fixture
def apply(session, desk, kitahama, files):
    """Say what became of the one transfer there is."""
    payment = add_payment(session, desk, kitahama, 700)
    add_account(session, desk, kitahama)
    [row] = record_transfers(session, files[0], propose(session, PAY_ON).orderable)

    def apply(*outcomes: str):
        results = [
            TransferResult(
                at,
                payment.id,
                1,
                row.bank_code,
                row.branch_code,
                row.account_kind,
                row.account_number,
                700,
                "0731",
                outcome,
                "",
                None,
            )
            for at, outcome in enumerate(outcomes, 2)
        ]
        return apply_results(session, results, files[1], today=TODAY, by=SYSTEM, now=desk.clock())

    return apply


@pytest.mark.parametrize(
    ("outcomes", "new", "known"),
    [
        (("paid",), 1, 0),
        (("paid", "paid"), 1, 1),
        (("paid", "returned", "paid"), 2, 1),
        (("returned", "returned"), 1, 1),
        (("failed", "failed"), 1, 1),
    ],
)
def test_outcomes_follow_each_other_and_what_is_old_is_known(apply, outcomes, new, known) -> None:
    applied = apply(*outcomes)
    assert (applied.new, applied.known) == (new, known)
    assert [each.kind for each in applied.happened] == [
        f"transfer_{each}" for each in dict.fromkeys(outcomes)
    ]


@pytest.mark.parametrize("outcomes", [("failed", "paid"), ("paid", "failed"), ("returned", "failed")])
def test_outcomes_that_contradict_each_other_are_refused_with_their_line(apply, outcomes) -> None:
    with pytest.raises(Refused, match="3行目「結果コード」"):
        apply(*outcomes)
