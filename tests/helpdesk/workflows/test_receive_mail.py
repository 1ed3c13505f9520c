import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from threading import Barrier

import pytest
from sqlalchemy import func, select

from cases.history import content_of
from cases.history_verification import verify
from cases.models import Attachment, Case, Event, Message
from helpdesk.desk import Desk
from helpdesk.errors import Conflict, NotFound
from helpdesk.mail.compose import new_message_id
from helpdesk.mail.models import OutboxMail, ReceivedMail
from helpdesk.workflows import receive_mail
from helpdesk.workflows.receive_mail import handle, receive_folder, receive_raw, try_again
from tests.helpdesk.letters import letter, reply

STORED = (Case, Message, Attachment, Event, OutboxMail)


def counts(desk: Desk) -> dict[str, int]:
    """How many rows there are of what a mail can leave behind, the ledger apart."""
    with desk.database.read_session() as session:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) for model in STORED
        }


def the_case(desk: Desk, number: str | None) -> Case:
    with desk.database.read_session() as session:
        return session.scalars(select(Case).where(Case.number == number)).one()


def outbox_rows(desk: Desk) -> list[OutboxMail]:
    with desk.database.read_session() as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def event_kinds(desk: Desk, number: str | None) -> Counter[str]:
    with desk.database.read_session() as session:
        found = select(Event.kind).join(Case, Case.id == Event.case_id).where(Case.number == number)
        return Counter(session.scalars(found))


def messages_of(desk: Desk, number: str | None) -> list[Message]:
    with desk.database.read_session() as session:
        found = select(Message).join(Case, Case.id == Message.case_id).where(Case.number == number)
        return list(session.scalars(found.order_by(Message.id)))


def take(desk: Desk, raw: bytes, **values: str) -> receive_mail.Reception:
    return receive_raw(desk, raw, **{"source": "import", **values})


# --- each outcome


def test_a_new_mail_becomes_a_case_of_its_business_and_is_acknowledged_once(desk, businesses) -> None:
    reception = take(desk, letter(attachments=[("内訳.csv", b"a,b\r\n")]))
    assert (reception.outcome, reception.attachments) == ("new_case", ("内訳.csv",))
    assert (reception.message_id, reception.from_address) == (
        "first@kitahama.example",
        "tanaka@kitahama.example",
    )
    case = the_case(desk, reception.case_number)
    assert (case.business_id, case.status, case.subject) == (
        businesses["P001"],
        "received",
        "5月分のペナルティ額について",
    )
    assert case.due_at is not None
    assert case.due_reason
    assert case.topic_reasons
    [mail] = outbox_rows(desk)
    assert (mail.kind, mail.to_address, mail.state) == (
        "acknowledgement",
        "tanaka@kitahama.example",
        "queued",
    )
    raw = desk.blobs.get(mail.raw_sha256).decode("ascii")
    assert "In-Reply-To: <first@kitahama.example>" in raw
    assert "Auto-Submitted: auto-replied" in raw
    assert event_kinds(desk, case.number) == {"received": 1, "acknowledged": 1}


def test_the_raw_bytes_are_kept_exactly_and_the_attachment_apart(desk) -> None:
    raw = letter(attachments=[("data.bin", bytes(range(256)))])
    reception = take(desk, raw)
    [message] = messages_of(desk, reception.case_number)
    assert desk.blobs.get(message.raw_sha256) == raw
    with desk.database.read_session() as session:
        [kept] = session.scalars(select(Attachment))
    assert desk.blobs.get(kept.sha256) == bytes(range(256))


def test_an_out_of_office_reply_to_our_receipt_is_filed_and_never_answered(desk) -> None:
    number = take(desk, letter()).case_number
    [receipt] = outbox_rows(desk)
    before = the_case(desk, number)
    absent = reply(receipt.message_id, "不在にしております。", auto_submitted="auto-replied")
    reception = take(desk, absent)
    assert (reception.outcome, reception.case_number) == ("automatic_reply", number)
    after = the_case(desk, number)
    assert (after.status, after.due_at, after.updated_at) == (before.status, before.due_at, before.updated_at)
    assert len(outbox_rows(desk)) == 1
    assert messages_of(desk, number)[-1].automatic is True


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_bounce_of_our_own_mail_is_filed_on_its_case(desk, kind: str) -> None:
    number = take(desk, letter()).case_number
    [receipt] = outbox_rows(desk)
    before = the_case(desk, number)
    bounce = (
        b"From: MAILER-DAEMON@kitahama.example\r\nTo: desk@helpdesk.example\r\nReturn-Path: <>\r\n"
        b"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <dsn@kitahama.example>\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nuser unknown\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nAction: failed\r\n"
        b"--b\r\nContent-Type: " + kind.encode() + b"\r\n\r\n"
    )
    reception = take(desk, bounce + desk.blobs.get(receipt.raw_sha256) + b"\r\n--b--\r\n")
    assert (reception.outcome, reception.case_number) == ("bounce", number)
    assert messages_of(desk, number)[-1].automatic is True
    after = the_case(desk, number)
    assert (after.status, after.updated_at) == (before.status, before.updated_at)
    assert len(outbox_rows(desk)) == 1


def test_a_bounce_of_no_case_is_recorded_without_one(desk) -> None:
    bounce = letter(
        "The following address failed",
        From="MAILER-DAEMON@relay.example",
        Subject="Undelivered Mail Returned to Sender",
        return_path="<>",
    )
    reception = take(desk, bounce)
    assert (reception.outcome, reception.case_number) == ("bounce", None)
    assert counts(desk) == dict.fromkeys(counts(desk), 0)


def test_the_same_automatic_mail_of_no_case_again_is_a_duplicate(desk) -> None:
    notice = letter("Auto", auto_submitted="auto-generated", message_id="<auto@relay.example>")
    assert take(desk, notice).outcome == "automatic_reply"
    again = take(desk, notice)
    assert (again.outcome, again.case_number) == ("duplicate", None)
    assert counts(desk) == dict.fromkeys(counts(desk), 0)


def test_our_own_mail_coming_back_opens_nothing(desk) -> None:
    take(desk, letter())
    [receipt] = outbox_rows(desk)
    before = counts(desk)
    reception = take(desk, desk.blobs.get(receipt.raw_sha256))
    assert reception.outcome in ("automatic_reply", "duplicate")
    after = counts(desk)
    assert after[Case.__tablename__] == before[Case.__tablename__]
    assert after[OutboxMail.__tablename__] == before[OutboxMail.__tablename__]


@pytest.mark.parametrize(
    "raw",
    [b"", b" \r\n\r\n", bytes(range(256)) * 40, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600],
    ids=["empty", "blank", "binary", "outlook"],
)
def test_what_is_no_mail_is_quarantined_with_its_reason_and_its_bytes(desk, raw: bytes) -> None:
    reception = take(desk, raw)
    assert (reception.outcome, reception.case_number) == ("quarantined", None)
    assert reception.note.endswith("。")
    with desk.database.read_session() as session:
        row = session.get_one(ReceivedMail, reception.received_mail_id)
        [event] = session.scalars(select(Event))
    assert desk.blobs.get(row.raw_sha256) == raw
    assert (row.size_bytes, row.attempts) == (len(raw), 1)
    assert (event.stream, event.kind) == ("intake", "mail_quarantined")


def test_a_mail_over_the_limit_is_quarantined_and_says_both_sizes(desk) -> None:
    reception = take(desk, letter("x" * 70 + "\n") + b"y\r\n" * 400_000)
    assert reception.outcome == "quarantined"
    assert "上限（1,048,576バイト）" in reception.note


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(letter()[:-30], "お世話になっております", id="cut off in its text"),
        pytest.param(letter(attachments=[("a.bin", b"\1" * 9000)])[:-6000], "未達成コマ", id="cut in a file"),
        pytest.param(
            letter().replace(b'charset="utf-8"', b'charset="us-ascii"'), "お世話", id="labelled ascii"
        ),
        pytest.param(
            b"From: a@minato.example\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            + "髙橋㈱①".encode("cp932"),
            "髙橋㈱①",
            id="labelled UTF-8, is Shift_JIS",
        ),
        pytest.param(
            b"From: a@minato.example\r\nSubject: x\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n"
            + "本文です".encode(),
            "本文です",
            id="unknown charset",
        ),
    ],
)
def test_a_broken_or_wrongly_labelled_mail_is_still_a_case(desk, raw: bytes, expected: str) -> None:
    reception = take(desk, raw)
    assert reception.outcome == "new_case"
    [message] = messages_of(desk, reception.case_number)
    assert expected in message.body_text


# --- the same again


def test_the_same_delivery_again_changes_nothing(desk) -> None:
    first = take(desk, letter(), source_key="folder:inbox:1")
    before = counts(desk)
    again = take(desk, letter(), source_key="folder:inbox:1")
    assert (again.received_mail_id, again.outcome, again.case_number) == (
        first.received_mail_id,
        "new_case",
        first.case_number,
    )
    assert counts(desk) == before


def test_the_same_mail_from_another_source_is_a_duplicate_and_changes_nothing(desk) -> None:
    first = take(desk, letter(), source_key="folder:inbox:1")
    before = counts(desk)
    relayed = b"Received: from relay.example\r\n" + letter()
    again = take(desk, relayed, source="import")
    assert (again.outcome, again.case_number) == ("duplicate", first.case_number)
    assert first.case_number in again.note
    assert counts(desk) == before


def test_the_same_message_id_with_other_content_is_a_new_message_and_flagged(desk) -> None:
    first = take(desk, letter())
    other = take(desk, letter("まったく別の内容です。\n"))
    assert other.outcome == "new_case"
    assert other.case_number != first.case_number
    [message] = messages_of(desk, other.case_number)
    assert any("同じ Message-ID" in note and first.case_number in note for note in message.notes)


def test_two_mails_without_message_id_are_the_same_only_if_every_byte_is(desk) -> None:
    assert take(desk, letter(Message_ID=None)).outcome == "new_case"
    assert take(desk, letter(Message_ID=None)).outcome == "duplicate"
    assert take(desk, letter("別の文です。\n", Message_ID=None)).outcome == "new_case"


def test_two_fetchers_at_once_make_one_case_and_one_acknowledgement(desk) -> None:
    start = Barrier(4)

    def fetch(number: int) -> str:
        start.wait()
        return take(desk, letter(), source=f"fetcher {number}").outcome

    with ThreadPoolExecutor(4) as pool:
        outcomes = Counter(pool.map(fetch, range(4)))
    assert outcomes == {"new_case": 1, "duplicate": 3}
    assert counts(desk)[Case.__tablename__] == counts(desk)[OutboxMail.__tablename__] == 1


def test_two_fetchers_of_the_same_delivery_make_one_row_of_the_ledger(desk) -> None:
    start = Barrier(4)

    def fetch(_: int) -> tuple[int, str | None]:
        start.wait()
        reception = take(desk, letter(), source_key="folder:inbox:1")
        return reception.received_mail_id, reception.case_number

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(fetch, range(4)))) == 1
    assert counts(desk)[Case.__tablename__] == 1


# --- senders who cannot be answered


def test_the_receipt_goes_to_the_reply_to_which_is_kept(desk) -> None:
    number = take(desk, letter(reply_to="keiri@elsewhere.example")).case_number
    assert [row.to_address for row in outbox_rows(desk)] == ["keiri@elsewhere.example"]
    assert messages_of(desk, number)[0].reply_to == "keiri@elsewhere.example"


@pytest.mark.parametrize("written", ["desk@helpdesk.example", "Desk@HELPDESK.example"])
def test_a_mail_from_or_back_to_the_desk_itself_starts_no_loop(desk, written: str) -> None:
    own = take(desk, letter(From=f"窓口 <{written}>"))
    assert (own.outcome, own.case_number) == ("automatic_reply", None)
    take(desk, letter(reply_to=written, message_id="<other@kitahama.example>"))
    assert [row.to_address for row in outbox_rows(desk)] == ["tanaka@kitahama.example"]


@pytest.mark.parametrize(
    ("headers", "robot"),
    [
        ({"From": "no-reply@kitahama.example"}, "no-reply@kitahama.example"),
        ({"From": "Postmaster@kitahama.example"}, "postmaster@kitahama.example"),
        ({"From": "mailer-daemon@kitahama.example"}, "mailer-daemon@kitahama.example"),
        ({"reply_to": "donotreply@kitahama.example"}, "donotreply@kitahama.example"),
    ],
)
def test_a_robot_is_not_acknowledged_and_the_case_says_why(desk, headers: dict[str, str], robot: str) -> None:
    reception = take(desk, letter(**headers))
    assert reception.outcome == "new_case"
    assert outbox_rows(desk) == []
    assert event_kinds(desk, reception.case_number) == {"received": 1, "not_acknowledged": 1}
    with desk.database.read_session() as session:
        told = session.scalars(select(Event).where(Event.kind == "not_acknowledged")).one()
        assert content_of(told) == {
            "to": robot,
            "reason": "通知しない：自動送信専用のアドレスで、人が読まない",
        }


def test_a_web_form_is_acknowledged_to_the_person_behind_it(desk) -> None:
    take(desk, letter(From="noreply@form.example", reply_to="tanaka@kitahama.example"))
    assert [row.to_address for row in outbox_rows(desk)] == ["tanaka@kitahama.example"]


@pytest.mark.parametrize("name", ["=?UTF-8?Q?n=0D=0ABcc:_evil2@evil.example?=", "", '"boss@evil.example"'])
def test_nobody_is_greeted_with_an_address(desk, name: str) -> None:
    raw = letter(From=None)
    take(desk, f"From: {name} <tanaka2@nowhere.example>\r\n".encode() + raw)
    [receipt] = outbox_rows(desk)
    mail = message_from_bytes(desk.blobs.get(receipt.raw_sha256), policy=policy.default)
    text = mail.get_body().get_content()
    assert "ご担当者 様" in text
    assert "evil" not in text
    assert "=?" not in text


def test_a_mail_without_sender_is_a_case_without_acknowledgement(desk) -> None:
    reception = take(desk, letter(From=None))
    assert (reception.outcome, reception.from_address) == ("new_case", "")
    assert outbox_rows(desk) == []
    assert event_kinds(desk, reception.case_number) == {"received": 1}


@pytest.mark.parametrize(
    "headers",
    [
        {"reply_to": "<@@broken"},
        {"From": "no address at all"},
        {"From": "株式会社 <tanaka(at)kitahama.example>"},
        {"From": "a@b@c <x@@y>"},
        {"reply_to": "undisclosed-recipients:;"},
        {"From": "<" + "a" * 400 + "@kitahama.example>"},
    ],
)
def test_a_broken_sender_does_not_stop_the_case(desk, headers: dict[str, str]) -> None:
    raw = letter()
    for name, value in headers.items():
        lines = raw.split(b"\r\n")
        head = name.replace("_", "-").title().encode()
        kept = [line for line in lines if not line.lower().startswith(head.lower() + b":")]
        raw = b"\r\n".join([head + b": " + value.encode(), *kept])
    reception = take(desk, raw)
    assert reception.outcome == "new_case"
    assert reception.case_number
    kinds = event_kinds(desk, reception.case_number)
    assert kinds["received"] == 1
    assert kinds["acknowledged"] + kinds["mail_failed"] <= 1


# --- quarantine


def test_a_quarantined_mail_never_stops_the_next_one_and_can_be_replayed_after_a_fix(
    desk, monkeypatch, caplog
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("この版では扱えない")

    with monkeypatch.context() as patched:
        patched.setattr(receive_mail.intake, "receive", broken)
        stuck = take(desk, letter())
    assert stuck.outcome == "quarantined"
    reference = re.search(r"照会番号 ([0-9a-f]{8}) ", stuck.note)[1]
    assert reference in caplog.text
    assert "ValueError" not in stuck.note
    assert "この版では扱えない" not in stuck.note
    assert counts(desk)[Case.__tablename__] == 0
    assert take(desk, letter(message_id="<next@minato.example>")).outcome == "new_case"

    replayed = try_again(desk, stuck.received_mail_id)
    assert replayed.outcome == "new_case"
    with desk.database.read_session() as session:
        row = session.get_one(ReceivedMail, stuck.received_mail_id)
        assert (row.attempts, row.outcome, row.reason) == (2, "new_case", replayed.note)
        assert verify(session).problems == []


def test_a_replay_without_a_fix_is_quarantined_again(desk) -> None:
    stuck = take(desk, b"")
    assert try_again(desk, stuck.received_mail_id).outcome == "quarantined"
    with desk.database.read_session() as session:
        assert session.get_one(ReceivedMail, stuck.received_mail_id).attempts == 2


def test_only_a_quarantined_mail_can_be_replayed(desk) -> None:
    done = take(desk, letter())
    with pytest.raises(Conflict, match="隔離されていません"):
        try_again(desk, done.received_mail_id)
    with pytest.raises(NotFound):
        try_again(desk, 999)


# --- follow-ups


def test_a_reply_to_our_signed_receipt_joins_the_case_whoever_sends_it(desk) -> None:
    number = take(desk, letter()).case_number
    [receipt] = outbox_rows(desk)
    colleague = reply(receipt.message_id, From="anybody@elsewhere.example", subject="件名も変えました")
    reception = take(desk, colleague)
    assert (reception.outcome, reception.case_number) == ("follow_up", number)
    assert len(outbox_rows(desk)) == 1  # a follow-up is not acknowledged again


def test_a_forged_signature_joins_nothing(desk) -> None:
    number = take(desk, letter()).case_number
    forged = new_message_id("acknowledgement", number, "another key", "helpdesk.example")
    reception = take(desk, reply(forged, From="anybody@elsewhere.example"))
    assert reception.outcome == "new_case"
    assert reception.case_number != number


def test_a_reply_joins_by_references_alone(desk) -> None:
    number = take(desk, letter()).case_number
    later = letter(
        "続きです。\n",
        message_id="<third@kitahama.example>",
        references="<lost@kitahama.example> <first@kitahama.example>",
    )
    assert take(desk, later).case_number == number


def test_a_number_in_the_subject_counts_only_from_who_belongs_to_the_case(desk, businesses) -> None:
    number = take(desk, letter()).case_number
    subject = f"【容量市場 {number}】の件"
    right = letter("追加です。\n", Subject=subject, message_id="<n1@kitahama.example>")
    assert (take(desk, right).outcome, take(desk, right).outcome) == ("follow_up", "duplicate")
    stranger = letter(
        "教えてください。\n",
        Subject=subject,
        message_id="<n2@minato.example>",
        From="yamada@minato.example",
    )
    reception = take(desk, stranger)
    assert reception.outcome == "new_case"
    assert reception.case_number != number
    assert "関係者ではない" in messages_of(desk, reception.case_number)[0].notes[-1]


def test_a_reply_brings_a_closed_case_back_with_a_new_deadline(desk, clock, people) -> None:
    number = take(desk, letter()).case_number
    with desk.database.write_session() as session:
        case = session.scalars(select(Case)).one()
        receive_mail.history.record_on_case(session, case, "closed", {}, by=people["operator"], now=clock())
        case.status, case.closed_at = "closed", clock()
    clock.pass_by(days=7)
    reception = take(desk, reply("first@kitahama.example"))
    case = the_case(desk, number)
    assert reception.outcome == "follow_up"
    assert (case.status, case.closed_at) == ("in_progress", None)
    assert case.due_at > clock()


# --- the folder


def test_the_folder_is_taken_in_once_and_a_bad_mail_stops_no_other(desk) -> None:
    new = desk.settings.inbox_folder / "new"
    new.mkdir(parents=True)
    (new / "1.a.example").write_bytes(b"")
    (new / "2.b.example").write_bytes(letter())
    assert receive_folder(desk) == 2
    assert receive_folder(desk) == 0
    with desk.database.read_session() as session:
        outcomes = Counter(session.scalars(select(ReceivedMail.outcome)))
    assert outcomes == {"quarantined": 1, "new_case": 1}
    assert list(new.iterdir()) == []


def test_a_mail_that_was_moved_but_not_marked_comes_again_and_changes_nothing(desk) -> None:
    new = desk.settings.inbox_folder / "new"
    new.mkdir(parents=True)
    (new / "2.b.example").write_bytes(letter())
    receive_folder(desk)
    before = counts(desk)
    (new / "2.b.example").write_bytes(letter())
    receive_folder(desk)
    assert counts(desk) == before


def test_a_mail_that_somebody_opened_first_is_found_among_many_known_ones(desk, monkeypatch) -> None:
    monkeypatch.setattr(receive_mail, "_KEYS_ASKED", 2)
    folder = desk.settings.inbox_folder
    (folder / "new").mkdir(parents=True)
    for n in range(5):
        (folder / "new" / f"{n}.a.example").write_bytes(letter(message_id=f"<{n}@kitahama.example>"))
    assert receive_folder(desk) == 5
    (folder / "cur" / "6.a.example:2,S").write_bytes(letter(message_id="<opened@kitahama.example>"))
    assert receive_folder(desk) == 1
    assert receive_folder(desk) == 0
    assert counts(desk)[Case.__tablename__] == 6


def test_the_same_unreadable_mail_again_is_not_quarantined_twice(desk) -> None:
    assert [take(desk, b"").outcome for _ in range(2)] == ["quarantined", "duplicate"]


def test_what_a_killed_process_had_entered_is_finished_by_the_next_round(desk, clock) -> None:
    digest = desk.blobs.put(letter())
    with desk.database.write_session() as session:
        session.add(
            ReceivedMail(
                raw_sha256=digest, size_bytes=1, source="import", received_at=clock(), outcome="pending"
            )
        )
    assert receive_folder(desk) == 0  # perhaps somebody is at it right now
    clock.pass_by(minutes=2)
    assert receive_folder(desk) == 1
    assert counts(desk)[Case.__tablename__] == 1
    assert receive_folder(desk) == 0


def test_handling_a_mail_that_has_its_outcome_only_reports_it(desk) -> None:
    done = take(desk, letter())
    before = counts(desk)
    assert handle(desk, done.received_mail_id).case_number == done.case_number
    assert counts(desk) == before


def test_the_history_of_all_this_verifies(desk) -> None:
    number = take(desk, letter()).case_number
    take(desk, reply("first@kitahama.example"))
    take(desk, b"")
    with desk.database.read_session() as session:
        assert verify(session).problems == []
    assert event_kinds(desk, number)["follow_up_received"] == 1
