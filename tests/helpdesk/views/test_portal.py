"""The businesses' door: it opens to them alone, nothing else opens to them, and nothing of another is found behind it.

The isolation is asked of every address that the application has, whoever added it: all that belongs to みなと発電 has
the id 9001, and a person of 北浜エナジー tries that id, and the number of its case, everywhere.
"""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from cases.models import (
    Attachment,
    Base,
    Case,
    Contact,
    Event,
    LatePayment,
    Message,
    Objection,
    PhoneCall,
)
from helpdesk.desk import Desk
from helpdesk.documents.models import IssuedDocument
from helpdesk.ledger.models import Invoice
from helpdesk.mail.models import OutboxMail, ReceivedMail
from helpdesk.register.models import CalculationRun, NotifiedResult
from helpdesk.users.models import Invitation, User, UserRole
from helpdesk.users.roles import ROLES
from helpdesk.users.sign_in import open_sign_in
from helpdesk.views.signed_in import OPEN_ENDPOINTS
from tests.helpdesk.browser import addresses, said
from tests.helpdesk.many_statements import add_statement
from tests.helpdesk.test_views import statements
from tests.world import YEAR, World

FOREIGN = 9001
SECRET = "みなとだけの話"
FIGURES = [["total_yen", SECRET, "yen", "1"]]
OWN_DOORS = ("portal.", "sign_in.", "manual.index", "manual.download")


@pytest.fixture
def foreign(desk: Desk, world: World, clock) -> str:
    """One of everything of みなと発電, each with the id 9001; the number of its case."""
    now, minato = clock(), world.businesses["P002"]
    with desk.database.write_session() as session:
        digest = desk.blobs.put(SECRET.encode())
        number = "2026-900001-9"
        add = session.add
        add(
            Case(
                id=FOREIGN,
                number=number,
                kind="objection",
                channel="mail",
                topic="penalty",
                subject=SECRET,
                status="received",
                business_id=minato,
                received_at=now,
                updated_at=now,
            )
        )
        session.flush()
        add(
            Message(
                id=FOREIGN,
                case_id=FOREIGN,
                direction="in",
                channel="mail",
                subject=SECRET,
                body_text=SECRET,
                has_html=True,
                raw_sha256=digest,
                occurred_at=now,
            )
        )
        session.flush()
        add(
            Attachment(
                id=FOREIGN,
                message_id=FOREIGN,
                name=f"{SECRET}.pdf",
                content_type="application/pdf",
                size_bytes=3,
                sha256=digest,
            )
        )
        add(Contact(id=FOREIGN, business_id=minato, name=SECRET, mail_address="secret@minato.example"))
        add(
            NotifiedResult(
                id=FOREIGN,
                business_id=minato,
                fiscal_year=YEAR,
                delivery_month=5,
                version=1,
                figures=[["total_yen", SECRET, "yen", "1"]],
                notified_on=date(2026, 6, 15),
                document_number=SECRET,
            )
        )
        add(
            CalculationRun(
                id=FOREIGN,
                business_id=minato,
                fiscal_year=YEAR,
                delivery_month=5,
                kind="recompute",
                inputs={},
                inputs_digest="0" * 64,
                code_version="1",
                result={},
                figures=[["total_yen", SECRET, "yen", "1"]],
                digest="0" * 64,
                created_at=now,
                created_by_name=SECRET,
            )
        )
        add_statement(
            session,
            desk,
            minato,
            "contribution",
            5,
            id=FOREIGN,
            state="issued",
            number=SECRET,
            figures=FIGURES,
        )
        session.flush()
        add(
            Objection(
                id=FOREIGN,
                case_id=FOREIGN,
                notice_reference=FOREIGN,
                notice_number=SECRET,
                grounds=SECRET,
                received_at=now,
                status="received",
            )
        )
        add(
            LatePayment(
                id=FOREIGN,
                case_id=FOREIGN,
                invoice_reference=FOREIGN,
                invoice_number=SECRET,
                opened_at=now,
            )
        )
        add(
            PhoneCall(
                id=FOREIGN,
                case_id=FOREIGN,
                direction="in",
                operator_id=1,
                operator_name=SECRET,
                business_id=minato,
                content=SECRET,
                started_at=now - timedelta(minutes=5),
                ended_at=now,
            )
        )
        add(
            Invoice(
                id=FOREIGN,
                number=SECRET,
                business_id=minato,
                kind="penalty",
                fiscal_year=YEAR,
                amount_yen=1,
                issued_on=date(2026, 6, 1),
                due_on=date(2026, 6, 20),
                recorded_at=now,
            )
        )
        add(
            IssuedDocument(
                id=FOREIGN,
                kind="payment_notice",
                reference=f"notified_result:{FOREIGN}",
                content_digest="0" * 64,
                file_format="pdf",
                file_name=SECRET,
                sha256=digest,
                issued_at=now,
                issued_by_name=SECRET,
            )
        )
        add(
            ReceivedMail(
                id=FOREIGN,
                raw_sha256=digest,
                size_bytes=3,
                source="import",
                received_at=now,
                outcome="quarantined",
                case_id=FOREIGN,
            )
        )
        add(
            OutboxMail(
                id=FOREIGN,
                idempotency_key=SECRET,
                kind="answer",
                case_id=FOREIGN,
                message_id="x@helpdesk.example",
                envelope_from="desk@helpdesk.example",
                to_address="secret@minato.example",
                subject=SECRET,
                raw_sha256=digest,
                state="failed",
                on_uncertain="ask",
                not_before=now,
                created_at=now,
            )
        )
        add(
            Invitation(
                id=FOREIGN,
                token_digest="0" * 64,
                business_id=minato,
                mail_address="secret@minato.example",
                display_name=SECRET,
                invited_at=now,
                invited_by_name=SECRET,
                expires_at=now + timedelta(days=7),
            )
        )
        add(
            User(
                id=FOREIGN,
                login="secret@minato.example",
                display_name=SECRET,
                password_hash="x",
                created_at=now,
                business_id=minato,
                roles=[UserRole(role="business_user")],
            )
        )
    return number


def foreign_addresses(app, number: str, method: str) -> list[tuple[str, str]]:
    """Every address of the application, with the other business's ids and number where it takes any."""
    found = []
    for endpoint, path in addresses(app, method):
        path = path.replace("2026-000001-5", number)
        parts = [str(FOREIGN) if part == "1" else part for part in path.split("/")]
        found.append((endpoint, "/".join(parts)))
    return found


def rows_of(desk: Desk) -> dict[str, int]:
    """How many rows every table holds that a request could have written into."""
    tables = [*Base.metadata.sorted_tables, NotifiedResult.__table__, CalculationRun.__table__]
    tables += [IssuedDocument.__table__, OutboxMail.__table__, Invitation.__table__, User.__table__]
    with desk.database.read_session() as session:
        return {each.name: session.scalar(select(func.count()).select_from(each)) for each in tables}


def test_no_address_of_the_application_shows_a_business_anything_of_another(enter, foreign, desk) -> None:
    browser = enter("business_user")
    before = rows_of(desk)
    tried = 0
    for endpoint, path in foreign_addresses(browser.app, foreign, "GET"):
        if endpoint in OPEN_ENDPOINTS or endpoint == "home.show":
            continue
        answer = browser.get(path)
        assert SECRET.encode() not in answer.data, endpoint
        takes_something = str(FOREIGN) in path or foreign in path
        if takes_something or not endpoint.startswith(OWN_DOORS):
            assert answer.status_code in (403, 404), (endpoint, path)
            tried += 1
        answer.close()
    assert tried > 40
    assert rows_of(desk) == before


def test_no_post_of_a_business_does_anything_to_another(enter, foreign, desk) -> None:
    browser = enter("business_user")
    before = rows_of(desk)
    values = {"text": "x", "to": "1", "grounds": "x", "notice": str(FOREIGN), "notice_id": str(FOREIGN)}
    tried = 0
    for endpoint, path in foreign_addresses(browser.app, foreign, "POST"):
        if endpoint in OPEN_ENDPOINTS or endpoint.startswith("sign_in."):
            continue
        answer = browser.post(path, values)
        assert SECRET.encode() not in answer.data, endpoint
        refused = (422,) if endpoint == "portal.send_inquiry" else (403, 404)
        assert answer.status_code in refused, (endpoint, path)
        tried += 1
    assert tried > 30
    assert rows_of(desk) == before


@pytest.mark.parametrize("place", ["/portal/inquiry?notice=9001", "/portal/objection?notice=9001"])
def test_another_businesss_notice_cannot_be_asked_about(enter, foreign, place: str) -> None:
    answer = enter("business_user").get(place)
    assert SECRET not in answer.text
    assert answer.status_code == (200 if "inquiry" in place else 404)


def test_the_lists_hold_what_is_ones_own(enter, cases, foreign, world) -> None:
    pages = (
        "/portal/",
        "/portal/notices/",
        "/portal/statements/",
        "/portal/cases/?scope=all",
        "/portal/inquiry",
        "/portal/objection",
    )
    browser, other = enter("business_user"), enter("business_user-2")
    for page in pages:
        own, others = browser.get(page).text, other.get(page).text
        assert SECRET not in own, page
        assert "第2026-05-0001号" not in others, page
        assert cases.kitahama not in others, page
    assert cases.kitahama in browser.get("/portal/cases/").text
    assert SECRET in other.get("/portal/").text


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"business_user"}))
def test_the_desk_has_no_entry_here(enter, cases, world, role: str) -> None:
    browser = enter(role)
    for method in ("GET", "POST"):
        for endpoint, path in addresses(browser.app, method):
            if endpoint.startswith("portal."):
                answer = browser.get(path) if method == "GET" else browser.post(path)
                assert answer.status_code == 404, endpoint


def test_a_business_sees_its_own_navigation_and_no_search_of_the_desk(enter, cases, world) -> None:
    page = enter("business_user").get("/portal/")
    for label in ("ホーム", "通知", "精算", "案件", "問い合わせる", "アカウント"):
        assert f'label-long">{label}<' in page.text
    for label in ("ナレッジ", "レポート", "監視", "管理"):
        assert f'label-long">{label}<' not in page.text
    assert "/cases/jump" not in page.text


def test_the_words_of_a_refusal_do_not_tell_whether_the_thing_exists(enter, foreign) -> None:
    browser = enter("business_user")

    def words(path: str) -> str:
        return said(browser.get(path)).split("受付番号")[0]

    assert words(f"/portal/notices/{FOREIGN}") == words("/portal/notices/8000")
    there, not_there = words(f"/portal/cases/{foreign}"), words("/portal/cases/2026-800001-2")
    assert there.replace(foreign, "") == not_there.replace("2026-800001-2", "")


def test_a_person_without_a_business_has_no_portal(enter, desk, people) -> None:
    with desk.database.write_session() as session:
        session.get_one(User, people["business_user"].id).business_id = None
    assert enter("business_user").get("/portal/").status_code == 404


def test_somebody_who_signs_in_stands_in_the_portal(enter, desk, people) -> None:
    browser = enter("business_user")
    assert browser.get("/").location == "/portal/"
    with desk.database.write_session() as session:
        open_sign_in(session, people["business_user"], address="", now=desk.clock(), hours=1)
    assert said(browser.get("/portal/account")).count("北浜エナジー株式会社") == 1
    assert browser.get("/password").status_code == 200


def test_what_a_business_opens_is_recorded_once_a_day(enter, desk, world, clock, people) -> None:
    browser = enter("business_user")
    for _ in range(2):
        browser.get(f"/portal/notices/{world.notice.id}")
    clock.pass_by(hours=11)
    browser.get(f"/portal/notices/{world.notice.id}")
    clock.pass_by(days=1)
    browser = enter("business_user")
    browser.get(f"/portal/notices/{world.notice.id}")
    with desk.database.read_session() as session:
        events = session.scalars(select(Event).where(Event.kind == "notice_viewed")).all()
    assert [event.stream for event in events] == [f"user:{people['business_user'].id}"] * 2


def test_every_page_costs_the_same_however_much_there_is(enter, desk, cases, world) -> None:
    browser = enter("business_user")
    pages = [
        "/portal/",
        "/portal/notices/",
        "/portal/cases/?scope=all",
        f"/portal/cases/{cases.kitahama}",
        "/portal/inquiry",
        f"/portal/notices/{world.notice.id}",
    ]

    def costs() -> dict[str, int]:
        counted = {}
        for page in pages:
            assert browser.get(page).status_code == 200
            with statements(desk) as seen:
                assert browser.get(page).status_code == 200
            counted[page] = len(seen)
        return counted

    few = costs()
    with desk.database.write_session() as session:
        kitahama = world.businesses["P001"]
        original = session.get_one(NotifiedResult, world.notice.id)
        case = session.scalars(select(Case).where(Case.number == cases.kitahama)).one()
        for at in range(60):
            session.add(
                NotifiedResult(
                    business_id=kitahama,
                    fiscal_year=YEAR + at // 12,
                    delivery_month=at % 12 + 1,
                    version=2,
                    figures=original.figures,
                    notified_on=date(2026, 6, 15),
                    document_number=f"第{at}号",
                )
            )
            session.add(
                Case(
                    number=f"2026-7{at:05d}-1",
                    kind="inquiry",
                    channel="form",
                    topic="other",
                    subject="件名",
                    status="waiting",
                    business_id=kitahama,
                    received_at=desk.clock(),
                    updated_at=desk.clock(),
                )
            )
            session.add(
                Message(
                    case_id=case.id,
                    direction="in",
                    channel="form",
                    body_text="追加",
                    occurred_at=desk.clock(),
                )
            )
    many = costs()
    assert many == few
    assert max(many.values()) <= 12


def test_a_forgotten_slash_leads_on_and_hides_nothing_else(enter) -> None:
    browser = enter("business_user")
    assert browser.get("/portal/notices").status_code == 308
    assert browser.get("/cases").status_code == 404
