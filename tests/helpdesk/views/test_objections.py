"""The whole story through the pages: from a mail to a decision and its letter; what each person sees and may do."""

from html import unescape
from re import DOTALL, findall, search

import pytest
from sqlalchemy import select

from cases.models import Answer, Case, Contact, Objection
from helpdesk.mail.models import OutboxMail
from helpdesk.register.models import CalculationRun, NotifiedResult
from helpdesk.workflows.receive_mail import receive_raw
from tests.helpdesk.browser import Browser, once_tokens, said
from tests.helpdesk.letters import letter
from tests.helpdesk.objecting import GROUNDS, PENALTY

ROWS = {
    "kind": ["multiplier", "", "multiplier"],
    "resource": ["R-2", "R-1", "R-2"],
    "value": ["1", "", "1"],
    "first_date": ["2026-05-24", "", "2026-05-23"],
    "last_date": ["", "", ""],
    "first_slot": ["1", "", ""],
    "last_slot": ["12", "", ""],
}


class Story:
    """The objection of 北浜, through the pages alone."""

    def __init__(self, enter, desk, notice_id: int) -> None:
        self.enter, self.desk, self.notice_id = enter, desk, notice_id
        raw = letter(GROUNDS, subject="5月分の交付額通知書に対する異議申立て")
        self.number = receive_raw(desk, raw, source="import").case_number
        self.path = f"/objections/{self.number}"
        self.author, self.decider = enter("operator"), enter("market_staff")

    def receive(self, browser: Browser | None = None, **changed):
        form = {"case": self.number, "notice": str(self.notice_id), "grounds": GROUNDS, **ROWS}
        form[f"amount.{PENALTY}"] = "0"
        return (browser or self.author).post("/objections/new", {**form, **changed})

    def review(self) -> None:
        assert self.author.post(f"{self.path}/review").status_code == 302

    def decide(self, decision: str, *accepted: int, browser: Browser | None = None, **changed):
        form = {
            "decision": decision,
            "accepted": [str(number) for number in accepted],
            "reason": "5月24日の差替は調整済みと確認しました。",
            "version": str(self.now().version),
            "do": "decide",
        }
        return (browser or self.decider).post(f"{self.path}/decide", {**form, **changed})

    def now(self) -> Objection:
        with self.desk.database.read_session() as session:
            return session.scalars(select(Objection)).one()


@pytest.fixture
def story(enter, desk, cases, world) -> Story:
    return Story(enter, desk, world.notice.id)


@pytest.fixture
def reviewed(story: Story) -> Story:
    assert story.receive().status_code == 302
    story.review()
    return story


def row(page: str, label: str) -> list[str]:
    """The cells of the comparison's row with this label."""
    found = search(rf"<th scope=\"row\">{label}.*?</tr>", page, DOTALL)
    assert found, label
    cells = findall(r"<td[^>]*>(.*?)</td>", found.group(), DOTALL)
    return ["".join(unescape(text) for text in findall(r">([^<]*)<", f">{cell}<")).strip() for cell in cells]


def test_the_case_says_why_it_may_be_an_objection(story: Story, cases) -> None:
    page = said(story.author.get(f"/cases/{story.number}"))
    assert "異議申立てかもしれません" in page
    assert "件名に「異議申立」とあります" in page
    assert "異議申立てかもしれません" not in said(story.author.get(f"/cases/{cases.kitahama}"))
    form = said(story.author.get(f"/objections/new?case={story.number}&notice={story.notice_id}"))
    assert "異議申立てとして受け付ける" in form
    assert "交付額通知書 第2026-05-0001号" in form
    assert GROUNDS in form  # what the mail says is where the operator begins


def test_from_a_mail_to_the_letter_to_the_yen(story: Story) -> None:
    assert story.receive().headers["Location"] == story.path
    story.review()
    page = story.decider.get(story.path).text
    assert row(page, "北浜発電所 2号機 経済的ペナルティ額") == [
        "104,976,000円",
        "6,998,400円",
        "−97,977,600円",
        "0円",
        "−6,998,400円",
        "0円",
    ]
    tried = story.decide("partly_accepted", 1, do="try")
    assert "まだ何も決定していません" in said(tried)
    assert row(tried.text, "北浜発電所 2号機 経済的ペナルティ額")[6:] == ["3,499,200円", "−101,476,800円"]
    with story.desk.database.read_session() as session:
        assert len(session.scalars(select(CalculationRun)).all()) == 2

    assert story.decide("partly_accepted", 1).headers["Location"] == f"{story.path}#follow-ups"
    page = said(story.author.get(story.path))
    assert "登録内容の訂正：1 件" in page
    assert "訂正通知：交付額通知書 第2026-05-0001号（第2版）" in page
    assert "差 +111,624,480円を次回以降の精算で調整" in page
    assert "決定のお知らせ：未作成" in page
    case_page = said(story.author.get(f"/cases/{story.number}"))
    assert "一部認容" in case_page
    assert "すべて一致しています" in case_page  # the corrected notice and the run it was made from

    for ending, magic in (("pdf", b"%PDF"), ("docx", b"PK")):
        address = f"/cases/{story.number}/decision.{ending}"
        assert address in story.author.get(story.path).text
        file = story.author.get(address)
        assert file.data.startswith(magic)
        assert story.author.get(address).data == file.data

    assert "決定のお知らせを作る" in said(story.author.get(f"/cases/{story.number}"))
    assert story.author.post(f"{story.path}/answer").status_code == 302
    assert "決定のお知らせを作る" not in said(story.author.get(story.path))
    with story.desk.database.read_session() as session:
        answer = session.scalars(select(Answer)).one()
    form = {
        "subject": answer.subject,
        "body": answer.body_text,
        "version": str(answer.version),
        "do": "submit",
    }
    base = f"/cases/{story.number}/answers/{answer.id}"
    assert story.author.post(base, form).status_code == 302
    with story.desk.database.read_session() as session:
        version = session.scalars(select(Answer.version)).one()
    assert story.decider.post(f"{base}/release", {"version": str(version)}).status_code == 302
    with story.desk.database.read_session() as session:
        sent = session.scalars(select(OutboxMail).where(OutboxMail.kind == "answer")).one()
    assert sent.to_address == "tanaka@kitahama.example"
    assert "決定のお知らせ：承認して送付済み" in said(story.author.get(story.path))
    closed = story.author.post(f"/cases/{story.number}/move", {"to": "closed", "reason": "決定を通知した"})
    assert closed.status_code == 302


def test_problems_stand_at_their_fields_and_nothing_is_kept(story: Story) -> None:
    wrong = {
        **ROWS,
        "value": ["-1", "", "1"],
        "last_slot": ["12", "", "49"],
        "resource": ["R-2", "R-1", "M-9"],
    }
    answer = story.receive(**wrong, **{f"amount.{PENALTY}": "百円", "grounds": ""})
    assert answer.status_code == 422
    page = said(answer)
    for words in (
        "申立ての理由",
        "主張 1（倍率）・新しい値",
        "主張 3（倍率）・終わりのコマ",
        "主張 3（倍率）・電源等",
        "主張する金額・北浜発電所 2号機 経済的ペナルティ額",
    ):
        assert words in page
    links = set(findall(r'href="#((?:value|last-slot|resource|amount|grounds)[^"]*)"', answer.text))
    assert links >= {"value-1", "last-slot-3", "resource-3", "grounds"}
    assert any(link.startswith("amount-") for link in links)
    assert all(f'id="{link}"' in answer.text for link in links)
    with story.desk.database.read_session() as session:
        assert session.scalars(select(Objection)).all() == []
        assert session.scalars(select(Case.kind).where(Case.number == story.number)).one() == "inquiry"


def test_a_call_or_a_letter_is_entered_by_hand(story: Story, world) -> None:
    assert "通知を選ぶ" in said(story.author.get("/objections/new"))
    business = world.businesses["P001"]
    chosen = story.author.get(f"/objections/new?business={business}").text
    assert f'<option value="{story.notice_id}"' in chosen
    assert "受付の方法" in said(story.author.get(f"/objections/new?notice={story.notice_id}"))
    assert story.receive(case="").status_code == 422
    with story.desk.database.read_session() as session:
        contact = session.scalars(select(Contact).where(Contact.name == "田中 由紀")).one()
        stranger = session.scalars(select(Contact).where(Contact.business_id != business)).first()
    assert story.receive(case="", channel="letter", contact=str(stranger.id)).status_code == 404
    assert story.receive(case="", channel="letter", contact=str(contact.id)).status_code == 302
    with story.desk.database.read_session() as session:
        case = session.scalars(select(Case).where(Case.kind == "objection")).one()
    assert (case.channel, case.contact_id) == ("letter", contact.id)


def test_nothing_is_received_without_a_notice_or_twice(story: Story) -> None:
    assert story.receive(notice="").status_code == 422
    assert story.receive(notice="999").status_code == 404
    assert story.receive().status_code == 302
    again = story.receive()
    assert again.status_code == 422
    assert "すでに異議申立てとして受け付けています" in said(again)


def test_claims_are_changed_on_a_page_of_their_own(reviewed: Story) -> None:
    page = reviewed.author.get(f"{reviewed.path}/edit").text
    assert 'value="2026-05-24"' in page
    assert GROUNDS in page
    form = {**ROWS, "grounds": GROUNDS, "version": str(reviewed.now().version)}
    wrong = reviewed.author.post(f"{reviewed.path}/edit", {**form, "value": ["x", "", "1"]})
    assert wrong.status_code == 422
    assert reviewed.author.post(f"{reviewed.path}/edit", form).status_code == 302
    assert reviewed.now().claimed_figures == []
    assert "再計算して並べる" in said(reviewed.author.get(reviewed.path))
    stale = reviewed.author.post(f"{reviewed.path}/edit", form)
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("decision", "accepted", "changed", "words"),
    [
        ("accepted", (1,), {}, "一部認容"),
        ("rejected", (1,), {}, "棄却"),
        ("rejected", (), {"reason": " "}, "決定の理由"),
        ("", (), {}, "一覧から選んでください"),
        ("rejected", (), {"version": "1"}, "開いている間に変わりました"),
    ],
)
def test_a_refused_decision_keeps_what_was_typed(
    reviewed: Story, decision: str, accepted: tuple, changed: dict, words: str
) -> None:
    answer = reviewed.decide(decision, *accepted, **changed)
    assert answer.status_code in (409, 422)
    assert words in said(answer)
    assert reviewed.now().status == "in_review"
    if "reason" not in changed:
        assert "5月24日の差替は調整済みと確認しました。" in answer.text


def test_accepting_it_all_needs_no_tick(reviewed: Story) -> None:
    tried = reviewed.decide("accepted", do="try")
    assert "まだ何も決定していません" in said(tried)
    assert reviewed.decide("accepted").headers["Location"] == f"{reviewed.path}#follow-ups"
    assert all(claim["accepted"] for claim in reviewed.now().claims)


def test_who_entered_it_is_told_and_refused(reviewed: Story) -> None:
    assert "入力した人は決定できません" not in said(reviewed.decider.get(reviewed.path))
    leader = reviewed.enter("operation_leader")
    form = {**ROWS, "grounds": GROUNDS, "version": str(reviewed.now().version)}
    assert leader.post(f"{reviewed.path}/edit", form).status_code == 302
    reviewed.review()
    assert "入力した人は決定できません" in said(leader.get(reviewed.path))
    assert reviewed.decide("rejected", browser=leader).status_code == 422
    assert reviewed.decide("rejected", browser=reviewed.author).status_code == 403
    assert reviewed.decide("rejected").status_code == 302


def test_a_withdrawal_ends_it(reviewed: Story) -> None:
    assert reviewed.author.post(f"{reviewed.path}/withdraw", {"reason": ""}).status_code == 422
    refused = reviewed.author.post(f"/cases/{reviewed.number}/move", {"to": "closed", "reason": "済み"})
    assert "まだ決定していません" in said(refused)
    assert reviewed.author.post(f"{reviewed.path}/withdraw", {"reason": "電話で取下げ"}).status_code == 302
    page = said(reviewed.author.get(reviewed.path))
    assert "取下げ" in page
    assert "決定する" not in page


def test_pressing_decide_twice_decides_once(reviewed: Story) -> None:
    token = once_tokens(reviewed.decider.get(reviewed.path))[0]
    version = str(reviewed.now().version)
    assert reviewed.decide("accepted", 1, 2, once=token).status_code == 302
    assert reviewed.decide("accepted", 1, 2, once=token, version=version).status_code == 302
    assert reviewed.decide("accepted", 1, 2, version=version).status_code == 422
    with reviewed.desk.database.read_session() as session:
        assert len(session.scalars(select(NotifiedResult)).all()) == 2


def test_the_list_shows_what_waits_and_only_to_the_desk(reviewed: Story) -> None:
    waiting = said(reviewed.decider.get("/objections/?scope=waiting"))
    assert reviewed.number in waiting
    assert "決定する" in waiting
    assert "決定待ちの異議申立て" in said(reviewed.decider.get("/"))
    assert "決定待ちの異議申立て" not in said(reviewed.author.get("/"))
    assert reviewed.number not in said(reviewed.decider.get("/objections/?scope=ended"))
    assert reviewed.number in said(reviewed.author.get("/cases/?scope=all&kind=objection"))
    assert reviewed.number not in said(reviewed.author.get("/cases/?scope=all&kind=late_payment"))
    for login, status in (("payment_staff", 403), ("reserve_margin_operator", 403), ("business_user", 404)):
        browser = reviewed.enter(login)
        for path in ("/objections/", reviewed.path, f"{reviewed.path}/edit", "/objections/new"):
            assert browser.get(path).status_code == status, (login, path)
        for verb in ("review", "decide", "withdraw", "answer", "edit"):
            assert browser.post(f"{reviewed.path}/{verb}", {"reason": "x"}).status_code == status, (
                login,
                verb,
            )
    for path in (f"{reviewed.path}/edit", "/objections/new"):
        assert reviewed.decider.get(path).status_code == 403
    assert reviewed.decider.post(f"{reviewed.path}/withdraw", {"reason": "x"}).status_code == 403


def test_a_case_that_is_none_is_not_found(story: Story, cases) -> None:
    assert story.author.get(f"/objections/{cases.minato}").status_code == 404
    assert story.author.get("/objections/2026-999999-9").status_code == 404
