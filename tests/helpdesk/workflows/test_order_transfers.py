"""Payments go to the bank once: the same bytes when repeated, nothing ordered when refused or killed."""

from datetime import date

import pytest
from sqlalchemy import select

from cases.models import Event
from helpdesk.errors import NotAllowed, Refused
from helpdesk.ledger.models import BankFile, TransferRow
from helpdesk.workflows import order_transfers as workflow
from helpdesk.workflows.order_transfers import order_transfers
from tests.helpdesk.paying import PAY_ON, add_account, add_payment, paying


@pytest.fixture
def payments(desk, businesses) -> list[int]:
    """Two payments of 北浜エナジー, which has an account, and one of みなと発電, which has none."""
    with desk.database.write_session() as session:
        add_account(session, desk, businesses["P001"])
        made = [
            add_payment(session, desk, businesses[code], yen, month=month)
            for code, yen, month in (("P001", 700, 4), ("P001", 800, 5), ("P002", 900, 4))
        ]
        return [each.id for each in made]


@pytest.fixture
def order(desk, people):
    def order(*, by: str = "accounting_staff", on: date = PAY_ON, of=None, ids=None):
        with desk.database.open_session(writes=True) as session:
            return order_transfers(session, of or paying(desk), value_on=on, payment_ids=ids, by=people[by])

    return order


def transfers(desk) -> list[tuple]:
    with desk.database.read_session() as session:
        rows = session.scalars(select(TransferRow).order_by(TransferRow.id))
        return [(each.payment_id, each.amount_yen, each.outcome, each.sequence) for each in rows]


def test_all_that_is_due_is_ordered_in_one_file_and_what_has_no_account_is_told(
    desk, payments, order
) -> None:
    file, proposal = order()
    content = desk.blobs.get(file.sha256)
    assert (file.kind, file.rows, file.amount_yen, file.value_on) == ("transfer_request", 2, 1_500, PAY_ON)
    assert [len(line) for line in content.split(b"\r\n")] == [120] * 5 + [0]
    assert b"8000002000000001500" in content
    assert transfers(desk) == [(payments[0], 700, "ordered", 1), (payments[1], 800, "ordered", 2)]
    assert [each.payment.id for each in proposal.left_out] == [payments[2]]
    with desk.database.read_session() as session:
        kinds = session.scalars(
            select(Event.kind).where(Event.kind.like("transfer%")).order_by(Event.id)
        ).all()
    assert kinds == ["transfer_ordered", "transfer_ordered", "transfers_ordered"]


def test_ordering_again_finds_nothing_left(desk, payments, order) -> None:
    order()
    with pytest.raises(Refused, match="2026-07-31 までに振り込む支払はありません"):
        order()
    assert len(transfers(desk)) == 2


def test_some_payments_can_be_ordered_and_what_is_gone_is_told(desk, payments, order) -> None:
    order(ids=[payments[1]])
    with pytest.raises(Refused, match="選んだ支払のうち 1 件はすでに依頼済み"):
        order(ids=payments[:2])
    with pytest.raises(Refused, match="有効な振込先口座がありません"):
        order(ids=[payments[0], payments[2]])
    assert [each[0] for each in transfers(desk)] == [payments[1]]


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 6, 29), "より前です"),
        (date(2026, 8, 1), "銀行の休業日です。2026-08-03"),
        (date(2026, 9, 30), "60日より先"),
    ],
)
def test_the_day_must_be_one_of_the_bank_and_near(payments, order, on, words) -> None:
    with pytest.raises(Refused, match=words):
        order(on=on)


def test_without_settings_or_ability_nothing_is_ordered(desk, payments, order) -> None:
    with pytest.raises(Refused, match="設定 own_bank_code"):
        order(of=desk)
    with pytest.raises(NotAllowed):
        order(by="manager")
    assert transfers(desk) == []


@pytest.mark.parametrize("place", ["order_transfers.blob_kept", "order_transfers.before_commit"])
def test_an_order_that_died_is_repeated_with_the_same_bytes(
    desk, payments, order, monkeypatch, place
) -> None:
    def die(name: str) -> None:
        if name == place:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(workflow, "fail_point", die)
        with pytest.raises(KeyboardInterrupt):
            order()
    assert transfers(desk) == []
    kept = [path.name for path in desk.settings.blobs_folder.rglob("*") if path.is_file()]
    file, _ = order()
    assert kept == [file.sha256]
    with desk.database.read_session() as session:
        assert len(session.scalars(select(BankFile.id)).all()) == 1
