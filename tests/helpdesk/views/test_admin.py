import pytest
from sqlalchemy import func, select

from cases.models import Case, Event
from helpdesk.mail.models import OutboxMail, ReceivedMail
from helpdesk.users.models import User
from helpdesk.workflows import receive_mail
from helpdesk.workflows.receive_mail import receive_raw
from tests.helpdesk.browser import said
from tests.helpdesk.letters import letter

PASSWORD = "a long pass phrase for tests"


@pytest.fixture
def stuck(desk, world, monkeypatch, caplog) -> int:
    """A mail that was quarantined for a reason that has been mended since."""

    def broken(*_: object, **__: object) -> None:
        raise ValueError("この版では扱えない")

    with monkeypatch.context() as patched:
        patched.setattr(receive_mail.intake, "receive", broken)
        return receive_raw(desk, letter(subject="止まったメール"), source="import").received_mail_id


def test_a_quarantined_mail_is_seen_with_its_reason_and_can_be_taken_along(enter, stuck, desk) -> None:
    browser = enter("operation_leader")
    page = browser.get("/admin/")
    with desk.database.read_session() as session:
        reason = session.get_one(ReceivedMail, stuck).reason
    assert reason in said(page)
    raw = browser.get(f"/admin/quarantine/{stuck}/raw")
    assert raw.mimetype == "application/octet-stream"
    assert raw.headers["Content-Disposition"].startswith("attachment")
    assert raw.data == letter(subject="止まったメール")
    assert "1" in said(browser.get("/"))


def test_after_the_fix_it_becomes_a_case_by_one_press(enter, stuck, desk) -> None:
    browser = enter("operation_leader")
    answer = browser.post(f"/admin/quarantine/{stuck}/retry", follow_redirects=True)
    assert "新しい案件になりました" in said(answer)
    with desk.database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
    again = browser.post(f"/admin/quarantine/{stuck}/retry")
    assert again.status_code == 404
    assert "すでに処理されています" in said(again)


def test_a_mail_that_is_not_quarantined_is_not_shown_here(enter, cases, desk) -> None:
    with desk.database.read_session() as session:
        row = session.scalars(select(ReceivedMail)).first()
    assert enter("manager").get(f"/admin/quarantine/{row.id}/raw").status_code == 404


@pytest.mark.parametrize(
    ("state", "decision", "expected"),
    [("uncertain", "sent", "sent"), ("uncertain", "resend", "queued"), ("failed", "retry", "queued")],
)
def test_a_person_decides_once_about_a_mail_that_may_not_have_arrived(
    enter, cases, desk, state: str, decision: str, expected: str
) -> None:
    with desk.database.write_session() as session:
        row = session.scalars(select(OutboxMail).order_by(OutboxMail.id)).first()
        row.state = state
    browser = enter("operation_leader")
    assert row.to_address in said(browser.get("/admin/"))
    assert browser.post(f"/admin/outbox/{row.id}/{decision}").status_code == 302
    assert browser.post(f"/admin/outbox/{row.id}/{decision}").status_code == 409
    with desk.database.read_session() as session:
        assert session.get_one(OutboxMail, row.id).state == expected
        event = session.scalars(select(Event).where(Event.kind == "mail_resolved")).one()
    assert event.case_id == row.case_id


def test_a_user_is_added_signs_in_and_must_change_the_password(enter, desk) -> None:
    browser = enter("manager")
    form = {
        "login": "new.one",
        "display_name": "新人",
        "roles": ["operator"],
        "password": PASSWORD,
        "is_active": "1",
    }
    assert browser.post("/admin/users/new", form).status_code == 302
    assert "新人" in said(browser.get("/admin/users"))
    newcomer = enter(None)
    newcomer.post("/sign-in", {"login": "new.one", "password": PASSWORD})
    assert newcomer.get("/").location == "/password"


def test_everything_wrong_with_a_user_is_said_at_once_and_what_was_typed_stays(enter, desk) -> None:
    browser = enter("manager")
    form = {
        "login": "ひらがな",
        "display_name": "",
        "roles": ["emperor"],
        "password": "too-weak",
        "mail_address": "kept@x.example",
    }
    answer = browser.post("/admin/users/new", form)
    assert answer.status_code == 422
    for words in ("半角英数記号", "1〜100 文字", "「emperor」はありません", "12 文字以上"):
        assert words in said(answer)
    assert "kept@x.example" in answer.text
    assert "too-weak" not in answer.text


def test_the_last_manager_stays_and_a_stale_form_changes_nothing(enter, desk, people, world) -> None:
    with desk.database.write_session() as session:
        session.get_one(User, world.people["manager"].id).is_active = False
    browser = enter("manager")
    me = people["manager"]
    form = {"display_name": "別名", "roles": ["operator"], "is_active": "1", "version": "1"}
    refused = browser.post(f"/admin/users/{me.id}", form)
    assert refused.status_code == 422
    assert "最後の全体管理者" in said(refused)
    stale = browser.post(f"/admin/users/{me.id}", {**form, "roles": ["manager"], "version": "99"})
    assert stale.status_code == 409
    with desk.database.read_session() as session:
        assert session.get_one(User, me.id).display_name == me.display_name


def test_somebody_made_inactive_by_the_form_is_signed_out(enter, people) -> None:
    theirs = enter("operator")
    assert theirs.get("/").status_code == 200
    operator = people["operator"]
    form = {"display_name": operator.display_name, "roles": ["operator"], "version": "1"}
    assert enter("manager").post(f"/admin/users/{operator.id}", form).status_code == 302
    assert theirs.get("/").status_code == 302
