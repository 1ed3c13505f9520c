"""A desk in the middle of a tight day: a few rows of every kind, so that every page has something to show.

Made through the pages themselves (without a browser) and the real workflows; `find` tells the addresses that have come of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from cases.checklist_seeding import seed_checklists
from cases.history import SYSTEM
from cases.models import Case, Contact, Message
from helpdesk.app import create_app_for
from helpdesk.demo.feed_server import FeedServer
from helpdesk.desk import Desk
from helpdesk.mail.mime import parse_mail
from helpdesk.mail.models import OutboxMail
from helpdesk.register.month_results import newest
from helpdesk.task_worker import run_next
from helpdesk.users.accounts import add_user
from helpdesk.users.models import User
from helpdesk.workflows import receive_mail
from helpdesk.workflows.assess_fleet import KIND, run_assessment
from helpdesk.workflows.order_transfers import order_transfers
from helpdesk.workflows.read_bank_file import read_bank_file
from helpdesk.workflows.receive_mail import receive_raw
from tests.helpdesk.banking import result_file
from tests.helpdesk.browser import Browser, said
from tests.helpdesk.letters import letter
from tests.helpdesk.many_statements import add_statement, approve
from tests.helpdesk.money import add_invoice, add_receipt
from tests.helpdesk.objecting import Objecting
from tests.helpdesk.paying import PAY_ON, add_account, add_payment
from tests.helpdesk.watching import DUTY, Watching
from tests.world import PASSWORD, World

LOW = {(27, "東京"): 640, (34, "東京"): 254, (35, "東京"): 600, (36, "東京"): 95, (34, "中部"): 799}
HTML = "<p>未達成<b>コマ</b>の数え方を教えてください。</p>"
_MORE_PEOPLE = {
    "reserve": ("加藤 翼", "reserve_margin_leader", None),
    "accounting": ("井上 直美", "accounting_staff", None),
    "head": ("大久保 正明", "payment_head", None),
    "tanaka": ("田中 由紀", "business_user", "P001"),
}


@dataclass(frozen=True, slots=True)
class AtWork:
    """The filled desk: its application, its people by login, numbers of cases, the open invitation."""

    app: Flask
    people: Mapping[str, User]
    asked: str  # a case with a recomputation and an answer in review
    drafted: str  # a case with an answer that is being written
    objected: str  # the case of an objection in review
    decided: str
    incoming: str  # a case with an HTML message
    html_message: int
    invitation: str

    def cookie(self, login: str) -> str:
        """The session cookie of a person who has signed in."""
        browser = Browser(self.app)
        browser.be(self.people[login])
        found = browser.client.get_cookie("helpdesk")
        assert found is not None
        return found.value


def fill(world: World, monkeypatch: pytest.MonkeyPatch) -> AtWork:
    """Let the desk work for a while; afterwards it is one o'clock on 22 July."""
    desk = world.desk
    people = dict(world.people) | _more_people(world)
    app = create_app_for(desk)
    with desk.database.write_session() as session:
        seed_checklists(session, now=desk.clock())
        for name, telephone in (("田中 由紀", "06-0000-1201"), ("伊藤 誠", "03-0000-7700")):
            session.scalars(select(Contact).where(Contact.name == name)).one().telephone = telephone
    numbers = _mails(desk)
    _tight_day(world)
    hands = {login: Browser(app) for login in people}
    for login, browser in hands.items():
        browser.be(people[login])
    _answers(hands, numbers, world)
    objected, decided = _objections(world, hands, numbers["objected"])
    _calls(hands["sato"], numbers["asked"])
    _money(world, hands)
    _knowledge(hands)
    _quarantine(desk, monkeypatch)
    invitation = _invitation(desk, hands["leader"])
    _portal(hands["tanaka"])
    _tick(hands["sato"], desk)
    _assessment(desk, hands["leader"])
    _parameters(hands["manager"])
    _statements(world, people)
    _payments(world, people)
    with desk.database.read_session() as session:
        html = session.scalars(select(Message).where(Message.has_html)).first()
        number = session.get_one(Case, html.case_id).number
    return AtWork(
        app, people, numbers["asked"], numbers["drafted"], objected, decided, number, html.id, invitation
    )


def _more_people(world: World) -> dict[str, User]:
    with world.desk.database.write_session() as session:
        return {
            login: add_user(
                session,
                login=login,
                display_name=name,
                password=PASSWORD,
                roles=frozenset({role}),
                business_id=world.businesses[code] if code else None,
                mail_address=f"{login}@kitahama.example",
                by=SYSTEM,
                now=world.clock(),
                must_change_password=False,
            )
            for login, (name, role, code) in _MORE_PEOPLE.items()
        }


def _parameters(manager: Browser) -> None:
    """A first set of parameters waits for its approval."""
    content = '["penalty/market_offer"]\ntight_hours = {2026 = "30", source = "試行"}\n'
    manager.post("/parameters/new", {"do": "propose", "content": content, "reason": "委員会の試行"})


def _mails(desk: Desk) -> dict[str, str]:
    made = {}
    for name, subject, more in (
        ("asked", "5月分のペナルティ額について", {"html": HTML, "attachments": [("内訳.xlsx", b"PK")]}),
        ("drafted", "請求書の再発行について", {}),
        ("objected", "5月分の交付額通知書に対する異議申立て", {}),
        ("other", "実効性テストの日程", {}),
    ):
        raw = letter(subject=subject, message_id=f"<{name}@kitahama.example>", **more)
        made[name] = receive_raw(desk, raw, source="import").case_number
    receive_raw(
        desk, letter(From="stranger@nobody.example", message_id="<x@nobody.example>"), source="import"
    )
    return made


def _answers(hands: Mapping[str, Browser], numbers: Mapping[str, str], world: World) -> None:
    sato = hands["sato"]
    for name, template in (("asked", "case_answer_with_calculation"), ("drafted", "case_answer")):
        path = f"/cases/{numbers[name]}"
        _done(sato.post(f"{path}/assign", {"to": str(world.people["sato"].id)}))
        _done(sato.post(f"{path}/result", {"result": str(world.notice.id)}))
        _done(sato.post(f"{path}/recompute"))
        _done(sato.post(f"{path}/answers", {"template": template}))
    _done(sato.post(f"/cases/{numbers['asked']}/notes", {"text": "電話で急ぎと聞いた。"}))


def _objections(world: World, hands: Mapping[str, Browser], number: str) -> tuple[str, str]:
    hand = Objecting(world)
    hand.receive(number=number, channel="mail")
    hand.review()
    with world.desk.database.read_session() as session:
        found = session.scalars(select(Case.number).where(Case.kind == "objection")).one()
    return found, found


def _calls(sato: Browser, number: str) -> None:
    ended = _done(sato.post("/calls/", {"direction": "in", "telephone": "06-0000-1201", "case": number}))
    typed = {
        "version": "1",
        "content": "倍率5の理由を聞かれた。折り返す。",
        "outcome": "callback",
        "next_call_at": "2026-07-23T10:00",
        "next_call_note": "倍率の説明",
        "telephone": "06-0000-1201",
    }
    _done(sato.post(f"{ended}/end", typed))
    _done(sato.post("/calls/", {"direction": "in", "telephone": "03-0000-7700"}))


def _money(world: World, hands: Mapping[str, Browser]) -> None:
    desk = world.desk
    with desk.database.write_session() as session:
        late = add_invoice(session, desk, "INV-1", world.businesses["P001"], 1_200_000, date(2026, 6, 15))
        add_invoice(session, desk, "INV-2", world.businesses["P002"], 300_000, date(2026, 6, 10))
        add_receipt(session, desk, "R-1", 200_000, business_id=world.businesses["P001"], payer="キタハマ")
        add_receipt(session, desk, "R-2", 77_000, payer="フメイ")
        invoice = late.id
    _done(
        hands["accounting"].post(
            "/settlement/receipts/1/allocate", {"number": "INV-1", "amount_yen": "200000"}
        )
    )
    _done(hands["sato"].post(f"/settlement/invoices/{invoice}/case"))


def _assessment(desk: Desk, leader: Browser) -> None:
    """April and May of all plants computed, a slot and a result of R-2 corrected by the leader, and computed again."""
    for day in ("2026-05-30", "2026-05-29"):
        _done(leader.post("/assessment/2026/run", {"last_month": "5", "code": ""}))
        handlers = {KIND: lambda run: run_assessment(desk, run)}
        assert run_next(desk.database, handlers, clock=desk.clock, holder="the story")
        change = {"first_date": day, "kind": "multiplier", "value": "5", "reason": "提出が遅れていた"}
        _done(leader.post("/assessment/resources/2/2026/5", {**change, "do": "save"}))
    typed = {"penalty_outage_yen": "1", "reason": "事業者と合意した"}
    with desk.database.read_session() as session:
        [result] = newest(session, 2026, delivery_month=5, resource_id=2)
    _done(leader.post(f"/assessment/results/{result.id}/correct", typed))


def _knowledge(hands: Mapping[str, Browser]) -> None:
    article = {
        "stem": "outage-plan-late",
        "kind": "faq",
        "category": "penalty",
        "title": "停止計画の提出が遅れたとき",
        "body": "## 要点\n\n- 倍率が変わります。\n\n| 区分 | 倍率 |\n|---|---|\n| 調整済み | 1 |",
        "source": "約款 第1条",
    }
    _done(hands["sato"].post("/kb/new", article))
    _done(hands["sato"].post(f"/kb/{article['stem']}/1/submit"))


def _quarantine(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("この版では扱えない")

    with monkeypatch.context() as patched:
        patched.setattr(receive_mail.intake, "receive", broken)
        receive_raw(
            desk, letter(subject="止まったメール", message_id="<q@kitahama.example>"), source="import"
        )
    with desk.database.write_session() as session:
        for mail, state in zip(session.scalars(select(OutboxMail)), ("failed", "uncertain"), strict=False):
            mail.state, mail.last_reply = state, "550 5.1.1 User unknown"


def _invitation(desk: Desk, leader: Browser) -> str:
    form = {"business_id": "1", "display_name": "高橋 恵", "mail_address": "new@kitahama.example"}
    _done(leader.post("/admin/invitations", form))
    with desk.database.read_session() as session:
        mail = session.scalars(select(OutboxMail).where(OutboxMail.kind == "invitation")).one()
        text = parse_mail(desk.blobs.get(mail.raw_sha256), raw_sha256="").text
    found = re.search(r"(/invitation/\S+)", text)
    assert found is not None
    return found[1]


def _portal(tanaka: Browser) -> None:
    inquiry = {
        "person_name": "田中 由紀",
        "telephone": "06-0000-1201",
        "subject": "6月分の見込み",
        "text": "6月分の通知の時期を教えてください。",
        "topic": "",
        "notice": "",
    }
    _done(tanaka.post("/portal/inquiry", inquiry, content_type="multipart/form-data"))


def _tick(sato: Browser, desk: Desk) -> None:
    _done(sato.post("/checklists/days/2026-07-22/operations", {"template": "1", "position": 1, "done": "1"}))


def _statements(world: World, people: Mapping[str, User]) -> None:
    """Statements of April and May: one replaced, one that waits for the head, one issued, one billed."""
    desk, (first, second) = world.desk, world.businesses.values()
    with desk.database.write_session() as session:
        add_statement(session, desk, first, newest=False)
        waiting = add_statement(session, desk, first, version=2, state="checked", penalties=200_000)
        approve(session, desk, waiting, {1: people["sato"]})
        add_statement(session, desk, second, state="issued", penalties=9_000_000)
        for family, state in (("capacity", "issued"), ("contribution", "billed")):
            add_statement(session, desk, first, family, month=5, state=state, answer="confirmed")


def _payments(world: World, people: Mapping[str, User]) -> None:
    """Payments of July: one that failed, one that waits for its result, one to be made and one without an account."""
    desk, (first, second), by = world.desk, world.businesses.values(), people["accounting"]
    with desk.database.write_session() as session:
        add_account(session, desk, first)
        for business, month in ((first, 7), (first, 8), (second, 7)):
            add_payment(session, desk, business, 1_234_567 * month, month=month)
    with desk.database.open_session(writes=True) as session:
        file, _ = order_transfers(session, desk, value_on=PAY_ON, by=by)
        result = result_file(desk.blobs.get(file.sha256), "2", only=[1])
        read_bank_file(session, desk, "kekka.txt", result, keep=True, by=by)


def _tight_day(world: World) -> None:
    with FeedServer(lambda wanted: b"") as server:
        settings = replace(
            world.desk.settings,
            feed_base_url=server.base_url,
            duty_addresses=DUTY,
            watch_enabled=True,
            demo=False,
        )
        watching = Watching(replace(world.desk, settings=settings), world.clock, server)
        watching.published("2026-07-22 12:29", LOW)
        told = watching.published("2026-07-22 12:59", {**LOW, (34, "中部"): 480})
        assert told.outcome == "new", told


def _done(answer) -> str:
    assert answer.status_code == 302, (answer.request.path, said(answer)[300:1500])
    return answer.location
