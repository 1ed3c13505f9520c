import pytest
from sqlalchemy import func, select

from cases.models import Case, Contact, Event
from helpdesk.users.models import User, UserRole
from helpdesk.users.roles import ABILITIES, ROLES
from tests.helpdesk.browser import addresses, said

ADMINISTRATION = ("admin.", "design.")
OUTSIDE = ("payment_staff", "payment_head", "accounting_staff", "accounting_head", "reserve_margin_operator")


def events(desk) -> int:
    with desk.database.read_session() as session:
        return session.scalar(select(func.count()).select_from(Event))


def the_case(desk, number: str) -> Case:
    with desk.database.read_session() as session:
        return session.scalars(select(Case).where(Case.number == number)).one()


# --- who sees what


@pytest.mark.parametrize("login", OUTSIDE)
def test_what_belongs_to_another_does_not_exist(enter, cases, login: str) -> None:
    browser = enter(login)
    for endpoint, path in addresses(browser.app, "GET"):
        if "2026-000001-5" in path:
            place = path.replace("2026-000001-5", cases.kitahama)
            answer = browser.get(place)
            assert answer.status_code in (403, 404), endpoint
            assert "ペナルティ額" not in answer.text, endpoint
    listed = browser.get("/cases/?scope=all")
    assert cases.kitahama not in listed.text
    assert cases.minato not in listed.text
    searched = browser.get("/cases/?scope=all&q=未達成コマ")
    assert cases.kitahama not in searched.text


@pytest.mark.parametrize("role", sorted(set(ROLES) - ABILITIES["handle_quarantine"] - {"business_user"}))
def test_the_administration_is_closed_to_everybody_else(enter, cases, role: str) -> None:
    browser = enter(role)
    for method in ("GET", "POST"):
        for endpoint, path in addresses(browser.app, method):
            if endpoint.startswith(ADMINISTRATION):
                answer = browser.get(path) if method == "GET" else browser.post(path)
                assert answer.status_code == 403, endpoint
                assert "権限がありません" in said(answer)


def test_a_leader_sees_the_quarantine_but_no_users(enter) -> None:
    browser = enter("operation_leader")
    assert browser.get("/admin/").status_code == 200
    assert browser.get("/admin/users").status_code == 403
    assert browser.get("/admin/design/").status_code == 403


# --- the list and the box


def test_a_number_in_the_box_opens_the_case_however_it_is_written(enter, cases) -> None:
    browser = enter("operator")
    wide = cases.kitahama.translate(str.maketrans("0123456789-", "０１２３４５６７８９－"))
    for typed in (cases.kitahama, f" {wide} ", cases.kitahama.replace("-", ""), f"No.{cases.kitahama}"):
        assert browser.get("/cases/jump", query_string={"q": typed}).location == f"/cases/{cases.kitahama}"


def test_a_wrong_check_digit_is_said_and_opens_nothing(enter, cases) -> None:
    browser = enter("operator")
    wrong = cases.kitahama[:-1] + str((int(cases.kitahama[-1]) + 1) % 10)
    answer = browser.get("/cases/jump", query_string={"q": wrong}, follow_redirects=True)
    assert "検査数字" in said(answer) or "番号を確かめ" in said(answer)
    assert cases.kitahama not in answer.text.split("<main")[1]


def test_words_in_the_box_are_searched_for(enter, cases) -> None:
    answer = enter("operator").get("/cases/jump", query_string={"q": "未達成コマ"}, follow_redirects=True)
    assert cases.kitahama in answer.text
    assert cases.minato not in answer.text


def test_an_unknown_filter_counts_as_not_chosen(enter, cases) -> None:
    answer = enter("operator").get("/cases/?scope=x&status=y&topic=z&business=w&older=a&newer=b")
    assert cases.kitahama in answer.text


# --- work


def test_whoever_takes_a_case_has_it_and_it_is_in_progress(enter, cases, desk, people) -> None:
    browser = enter("operator")
    path = f"/cases/{cases.kitahama}/assign"
    assert browser.post(path, {"to": str(people["operator"].id)}).status_code == 302
    case = the_case(desk, cases.kitahama)
    assert (case.assignee_id, case.status) == (people["operator"].id, "in_progress")


@pytest.mark.parametrize("to", ["99999", "x", "-1"])
def test_nobody_can_be_given_a_case_who_is_not_there(enter, cases, desk, to: str) -> None:
    before = events(desk)
    assert enter("operator").post(f"/cases/{cases.kitahama}/assign", {"to": to}).status_code == 404
    assert events(desk) == before


@pytest.mark.parametrize("login", ["business_user", "payment_staff"])
def test_a_case_is_given_only_to_somebody_who_works_on_cases(enter, cases, desk, people, login: str) -> None:
    before = events(desk)
    answer = enter("operator").post(f"/cases/{cases.kitahama}/assign", {"to": str(people[login].id)})
    assert answer.status_code == 422
    assert events(desk) == before


def test_a_correction_from_a_stale_page_is_refused_and_changes_nothing(enter, cases, desk) -> None:
    browser = enter("operator")
    old = the_case(desk, cases.kitahama).version
    browser.post(f"/cases/{cases.kitahama}/notes", {"text": "先に書いた"})
    before = events(desk)
    form = {"topic": "auction", "business": "", "assignee": "", "version": str(old)}
    if the_case(desk, cases.kitahama).version == old:
        form["version"] = str(old - 1)
    answer = browser.post(f"/cases/{cases.kitahama}/change", form)
    assert answer.status_code == 409
    assert "読み直し" in said(answer)
    assert events(desk) == before


def test_the_person_to_whom_the_answer_goes_is_chosen_among_those_of_the_business(
    enter, cases, desk, businesses
) -> None:
    browser = enter("operator")
    with desk.database.write_session() as session:
        case = session.scalars(select(Case).where(Case.number == cases.kitahama)).one()
        own, case.contact = case.contact_id, None
        other = session.scalars(select(Contact.id).where(Contact.business_id == businesses["P002"])).first()
    assert f'<option value="{own}"' in browser.get(f"/cases/{cases.kitahama}").text

    def choose(contact: int | None):
        case = the_case(desk, cases.kitahama)
        form = {
            "topic": case.topic,
            "business": str(case.business_id),
            "assignee": "",
            "version": str(case.version),
        }
        return browser.post(f"/cases/{cases.kitahama}/change", {**form, "contact": str(contact or "")})

    assert choose(own).status_code == 302
    assert the_case(desk, cases.kitahama).contact_id == own
    for stranger in (other, 99999):
        assert choose(stranger).status_code == 422
        assert the_case(desk, cases.kitahama).contact_id == own
    assert choose(None).status_code == 302
    assert the_case(desk, cases.kitahama).contact_id is None


def test_topic_business_and_assignee_are_corrected_together(enter, cases, desk, people, businesses) -> None:
    case = the_case(desk, cases.kitahama)
    form = {
        "topic": "auction",
        "business": str(businesses["P002"]),
        "assignee": str(people["operator-2"].id),
        "version": str(case.version),
    }
    assert enter("operator").post(f"/cases/{cases.kitahama}/change", form).status_code == 302
    case = the_case(desk, cases.kitahama)
    assert (case.topic, case.business_id, case.assignee_id) == (
        "auction",
        businesses["P002"],
        people["operator-2"].id,
    )


@pytest.mark.parametrize(
    ("to", "words"), [("closed", "理由"), ("nonsense", "ありません"), ("received", "できません")]
)
def test_a_state_that_cannot_be_reached_is_refused_in_words(enter, cases, desk, to: str, words: str) -> None:
    before = events(desk)
    answer = enter("operator").post(f"/cases/{cases.kitahama}/move", {"to": to})
    assert answer.status_code == 422
    assert words in said(answer)
    assert events(desk) == before


def test_a_case_waits_for_a_release_only_when_one_was_asked_for(enter, cases, desk) -> None:
    answer = enter("operator").post(
        f"/cases/{cases.kitahama}/move", {"to": "awaiting_release", "reason": "x"}
    )
    assert answer.status_code == 422
    assert the_case(desk, cases.kitahama).status == "received"


def test_what_a_mail_says_is_shown_as_text(enter, cases) -> None:
    enter("operator").post(f"/cases/{cases.kitahama}/notes", {"text": "<script>alert(1)</script>{{7*7}}"})
    page = enter("operator").get(f"/cases/{cases.kitahama}")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page.text
    assert "<script>alert" not in page.text


def test_two_roles_of_one_person_add_up(enter, cases, desk, people) -> None:
    with desk.database.write_session() as session:
        user = session.get_one(User, people["payment_staff"].id)
        user.roles.append(UserRole(role="operator"))
    assert enter("payment_staff").get(f"/cases/{cases.kitahama}").status_code == 200
