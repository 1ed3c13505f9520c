"""Letters to late payers: one a debtor, each step once, nothing about what was paid since; killed anywhere nothing twice."""

from datetime import date, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from cases.business_calendar import JAPAN
from cases.history import content_of, read_stream
from helpdesk.documents.models import IssuedDocument
from helpdesk.errors import NotAllowed
from helpdesk.fail_points import EXIT_STATUS
from helpdesk.ledger.models import Invoice
from helpdesk.task_models import Task
from helpdesk.workflows import dun_late_payers, keep_ledger
from helpdesk.workflows.call_late_payer import open_case
from helpdesk.workflows.dun_late_payers import request_dunning
from tests.helpdesk.crashing import Round
from tests.helpdesk.documents.test_pdf import told_by
from tests.helpdesk.dunning_desk import Dunning, add_addressee, put_rate_in_force
from tests.helpdesk.money import add_invoice, add_receipt

DUE = date(2026, 6, 26)
STEP_1, STEP_2, STEP_3 = date(2026, 7, 3), date(2026, 7, 17), date(2026, 8, 7)  # 5, 15 and 30 bank days later


@pytest.fixture
def dunning(desk, clock, people, businesses) -> Dunning:
    """北浜 owes two invoices and is mailed to, みなと owes one and has no address."""
    with desk.database.write_session() as session:
        add_invoice(session, desk, "K-2026-0001", businesses["P001"], 1_000_000, DUE)
        add_invoice(session, desk, "K-2026-0002", businesses["P001"], 500, DUE)
        add_invoice(session, desk, "M-2026-0001", businesses["P002"], 70_000, DUE)
        add_addressee(session, businesses["P001"], "keiri@kitahama.example")
    return Dunning(desk, clock, people["accounting_staff"])


def pay(dunning: Dunning, number: str, amount_yen: int, *, on: date) -> None:
    with dunning.desk.database.open_session(writes=True) as session:
        receipt = add_receipt(session, dunning.desk, f"B {number} {on}", amount_yen, on=on)
        keep_ledger.allocate_receipt(session, dunning.desk, receipt.id, number, amount_yen, by=dunning.by)


def test_a_debtor_gets_one_letter_about_all_that_is_due_by_mail_or_on_paper(
    dunning: Dunning, tmp_path
) -> None:
    dunning.on(STEP_1)
    assert dunning.send() == {"mailed": 1, "to_print": 1, "not_due_any_more": 0}
    assert dunning.sent() == [
        ("K-2026-0001", 1, 1_000_000),
        ("K-2026-0002", 1, 500),
        ("M-2026-0001", 1, 70_000),
    ]
    first, second, third = dunning.notices()
    assert [first.number, second.number] == ["督促 第20260703-P001号", "督促 第20260703-P001号（2）"]
    assert (first.addressee, third.addressee) == ("keiri@kitahama.example", "")
    assert (first.pay_by, first.interest_yen) == (date(2026, 7, 10), None)
    [mail] = dunning.mails()
    assert mail.subject == "【督促状】未入金の請求について（督促 第20260703-P001号）"
    told = message_from_bytes(dunning.desk.blobs.get(mail.raw_sha256), policy=default)
    [letter] = told.iter_attachments()
    words = told_by("pdftotext", letter.get_content(), tmp_path)
    assert "1,000,500円" in words
    assert "2026年7月10日" in words
    assert "経理部 鈴木 一郎 様" in told.get_body().get_content()
    with dunning.desk.database.read_session() as session:
        archived = session.scalars(select(IssuedDocument).order_by(IssuedDocument.id)).all()
        assert [each.reference for each in archived] == [
            "dunning:督促 第20260703-P001号",
            "dunning:督促 第20260703-P002号",
        ]
        assert dunning.desk.blobs.get(archived[0].sha256) == letter.get_content()


def test_each_step_goes_out_once_and_in_its_order(dunning: Dunning) -> None:
    for day, letters in (
        (STEP_1 - timedelta(days=1), 0),
        (STEP_1, 2),
        (STEP_1, 0),
        (STEP_2 - timedelta(days=1), 0),
        (STEP_2, 2),
        (STEP_3, 2),
        (STEP_3 + timedelta(days=60), 0),
    ):
        dunning.on(day)
        assert sum(dunning.send().values()) == letters
    assert [step for number, step, _ in dunning.sent() if number == "M-2026-0001"] == [1, 2, 3]
    assert [each.subject[:7] for each in dunning.mails()] == [
        "【督促状】未入",
        "【催告書】未入",
        "【最終催告書】",
    ]


def test_a_desk_that_begins_late_does_not_send_two_steps_at_once(dunning: Dunning) -> None:
    dunning.on(STEP_3)
    dunning.send()
    dunning.on(STEP_3 + timedelta(days=7))
    assert sum(dunning.send().values()) == 0  # until the day that the first letter named is over
    dunning.on(STEP_3 + timedelta(days=10))
    dunning.send()
    assert [step for *_, step, _ in dunning.sent()] == [1, 1, 1, 2, 2, 2]


def test_what_was_paid_since_is_not_reminded_of_and_a_part_only_with_its_rest(dunning: Dunning) -> None:
    dunning.on(STEP_1)
    pay(dunning, "K-2026-0002", 500, on=STEP_1)
    pay(dunning, "M-2026-0001", 69_999, on=STEP_1)
    dunning.send()
    assert dunning.sent() == [("K-2026-0001", 1, 1_000_000), ("M-2026-0001", 1, 1)]


def test_a_letter_that_was_drawn_before_the_money_came_is_drawn_anew(
    dunning: Dunning, monkeypatch: pytest.MonkeyPatch
) -> None:
    dunning.on(STEP_1)
    write, paid = dun_late_payers.write, []

    def pays_while_drawing(document, file_format):
        if not paid:
            paid.append(True)
            pay(dunning, "K-2026-0001", 400_000, on=STEP_1)
            pay(dunning, "K-2026-0002", 500, on=STEP_1)
        return write(document, file_format)

    monkeypatch.setattr(dun_late_payers, "write", pays_while_drawing)
    dunning.send()
    assert dunning.sent() == [("K-2026-0001", 1, 600_000), ("M-2026-0001", 1, 70_000)]


def test_late_interest_up_to_the_day_stands_in_the_letter_where_a_rate_is_configured(
    dunning: Dunning,
) -> None:
    with dunning.desk.database.write_session() as session:
        put_rate_in_force(session, dunning.desk.clock())
    dunning.on(STEP_1)
    dunning.send()
    assert [each.interest_yen for each in dunning.notices()] == [2_800, 1, 196]  # 7 days at 14.6 %


def test_the_case_and_the_account_tell_of_the_letter(dunning: Dunning, businesses, people) -> None:
    dunning.on(STEP_1)
    with dunning.desk.database.open_session(writes=True) as session:
        invoice = session.scalars(select(Invoice).where(Invoice.number == "M-2026-0001")).one()
        case = open_case(session, dunning.desk, invoice.id, by=people["manager"])
        case_id = case.id
    dunning.send()
    with dunning.desk.database.read_session() as session:
        [event] = [each for each in read_stream(session, f"case:{case_id}") if each.kind == "dunning_sent"]
        assert content_of(event)["reason"] == "メールアドレスの登録なし"
        kinds = [each.kind for each in read_stream(session, f"account:{businesses['P001']}")]
        assert kinds.count("dunning_sent") == 2


def test_an_address_that_cannot_be_written_to_makes_a_letter_to_print(dunning: Dunning, businesses) -> None:
    with dunning.desk.database.write_session() as session:
        add_addressee(session, businesses["P002"], "keiri＠minato")
    dunning.on(STEP_1)
    assert dunning.send()["to_print"] == 1
    assert dunning.sent()[-1][0] == "M-2026-0001"


def test_only_who_may_send_letters_asks_for_them_and_one_wish_waits_once(dunning: Dunning, people) -> None:
    with dunning.desk.database.open_session(writes=True) as session, pytest.raises(NotAllowed):
        request_dunning(session, dunning.desk, by=people["market_staff"])
    assert dunning.ask().id == dunning.ask().id


@pytest.mark.parametrize(
    "place",
    [
        "task.claimed",
        "task.progress:2",
        "dunning.drawn:2",
        "outbox.blob_stored",
        "dunning.recorded",
        "dunning.recorded:2",
        "dunning.committed",
        "dunning.committed:2",
        "task.handled",
    ],
)
def test_a_worker_that_is_killed_anywhere_sends_every_letter_once(
    dunning: Dunning, place: str, killed: Round
) -> None:
    dunning.on(STEP_1)
    asked = dunning.ask()
    now = datetime.combine(STEP_1, time(9), JAPAN)
    assert killed.run(dunning.desk, now=now, fail_point=place, work="tasks") == EXIT_STATUS
    dunning.clock.pass_by(minutes=10)  # the lease of the dead worker runs out
    dunning.work()
    with dunning.desk.database.read_session() as session:
        assert session.get_one(Task, asked.id).state == "done"
        assert len(session.scalars(select(IssuedDocument)).all()) == 2
    assert sorted(dunning.sent()) == [
        ("K-2026-0001", 1, 1_000_000),
        ("K-2026-0002", 1, 500),
        ("M-2026-0001", 1, 70_000),
    ]
    assert len(dunning.mails()) == 1


@pytest.fixture(scope="module")
def killed():
    server = Round()
    yield server
    server.end()
