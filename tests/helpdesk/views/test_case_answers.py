from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from cases.models import Answer, Case
from helpdesk.mail.models import OutboxMail
from helpdesk.workflows.receive_mail import receive_raw
from tests.helpdesk.browser import Browser, said
from tests.helpdesk.letters import reply


class Desk:
    """The case of 北浜, through the pages alone."""

    def __init__(self, enter, desk, number: str, notice_id: int) -> None:
        self.enter, self.desk, self.path = enter, desk, f"/cases/{number}"
        self.author, self.reviewer = enter("operator"), enter("market_staff")
        self.author.post(f"{self.path}/result", {"result": str(notice_id)})
        assert self.author.post(f"{self.path}/recompute").status_code == 302

    def draft(self, template: str = "case_answer_with_calculation") -> Answer:
        assert self.author.post(f"{self.path}/answers", {"template": template}).status_code == 302
        return self.answer()

    def answer(self) -> Answer:
        with self.desk.database.read_session() as session:
            return session.scalars(select(Answer).order_by(Answer.id.desc()).limit(1)).one()

    def save(self, browser: Browser | None = None, **changed: str):
        answer = self.answer()
        form = {
            "subject": answer.subject,
            "body": answer.body_text,
            "version": str(answer.version),
            **changed,
        }
        return (browser or self.author).post(f"{self.path}/answers/{answer.id}", form)

    def release(self, browser: Browser | None = None, **changed: str):
        answer = self.answer()
        form = {"version": str(answer.version), **changed}
        return (browser or self.reviewer).post(f"{self.path}/answers/{answer.id}/release", form)

    def sent(self) -> list[OutboxMail]:
        with self.desk.database.read_session() as session:
            return list(session.scalars(select(OutboxMail).where(OutboxMail.kind == "answer")))

    def status(self) -> str:
        with self.desk.database.read_session() as session:
            return session.scalars(select(Case.status).order_by(Case.id)).first()


@pytest.fixture
def work(enter, desk, cases, world) -> Desk:
    return Desk(enter, desk, cases.kitahama, world.notice.id)


@pytest.fixture
def in_review(work: Desk) -> Desk:
    work.draft()
    assert work.save(do="submit").status_code == 302
    assert work.answer().status == "in_review"
    return work


def test_a_letter_is_drafted_handed_on_released_and_queued(in_review: Desk) -> None:
    page = said(in_review.reviewer.get(in_review.path))
    assert "承認して送信する" in page
    assert in_review.release().status_code == 302
    assert (in_review.status(), len(in_review.sent())) == ("waiting", 1)
    assert "送信待ち" in said(in_review.author.get(in_review.path))


def test_pressing_twice_sends_once(in_review: Desk) -> None:
    version = str(in_review.answer().version)
    assert in_review.release(once="token").status_code == 302
    assert in_review.release(version=version, once="token").status_code == 302
    assert in_review.release(version=version).status_code in (409, 422)
    assert len(in_review.sent()) == 1


def test_pressing_twice_at_the_same_moment_sends_once(in_review: Desk) -> None:
    browsers, start = [in_review.enter("market_staff"), in_review.enter("manager")], Barrier(2)
    version = str(in_review.answer().version)
    assert all(browser.token for browser in browsers)

    def press(browser: Browser) -> int:
        start.wait()
        return in_review.release(browser, version=version).status_code

    with ThreadPoolExecutor(2) as pool:
        codes = sorted(pool.map(press, browsers))
    assert codes[0] == 302
    assert codes[1] in (409, 422)
    assert len(in_review.sent()) == 1


def test_the_author_has_no_button_and_no_way_around_it(in_review: Desk) -> None:
    assert "承認して送信する" not in said(in_review.author.get(in_review.path))
    assert in_review.release(in_review.author).status_code == 403
    assert in_review.sent() == []


def test_after_a_newer_mail_the_button_is_off_and_the_press_refused(in_review: Desk) -> None:
    receive_raw(in_review.desk, reply("first@kitahama.example"), source="import")
    assert "新しいメールが届いています" in said(in_review.reviewer.get(in_review.path))
    answer = in_review.release()
    assert answer.status_code == 422
    assert "新しいメールが届いています" in said(answer)
    assert in_review.sent() == []


def test_a_stale_page_is_refused_with_409(in_review: Desk) -> None:
    answer = in_review.release(version=str(in_review.answer().version - 1))
    assert answer.status_code == 409
    assert in_review.sent() == []


def test_what_is_wrong_with_a_letter_is_said_where_it_is_written_and_it_stays_a_draft(work: Desk) -> None:
    body = work.draft().body_text
    page = work.save(body=f"{body}\n支払額は 1,000円 です。\n", do="submit")
    assert page.status_code == 302
    assert "手入力の金額" in said(work.author.get(work.path))
    assert work.answer().status == "draft"
    assert "1,000円" in work.answer().body_text  # what was typed is kept


def test_autosave_answers_with_the_next_version_and_refuses_an_old_one(work: Desk) -> None:
    answer = work.draft("case_answer")
    path, headers = f"{work.path}/answers/{answer.id}/autosave", {"X-CSRFToken": work.author.token}
    typed = {"subject": "件名", "body": "書きかけ", "version": str(answer.version)}
    first = work.author.client.post(path, json=typed, headers=headers)
    assert (first.status_code, first.json) == (200, {"version": answer.version + 1})
    second = work.author.client.post(path, json=typed, headers=headers)
    assert second.status_code == 409
    assert "変更しました" in second.json["error"]["message"]
    assert work.author.client.post(path, json=[1, 2], headers=headers).status_code == 422
    assert work.author.client.post(path, json=typed).status_code == 400  # without the token


@pytest.mark.parametrize("seen", ["99999", "2", "-1", "x"])
def test_a_mail_that_is_not_of_the_case_is_not_taken_for_read(work: Desk, seen: str) -> None:
    work.draft()
    receive_raw(work.desk, reply("first@kitahama.example"), source="import")
    assert work.save(seen=seen).status_code in (409, 422)


def test_an_answer_of_another_case_is_not_there(work: Desk, cases) -> None:
    answer = work.draft()
    path = f"/cases/{cases.minato}/answers/{answer.id}"
    for step in ("", "/autosave", "/return", "/withdraw", "/release"):
        browser = work.reviewer if step in ("/return", "/release") else work.author
        assert browser.post(path + step, {"subject": "x", "body": "y", "version": "1"}).status_code == 404


def test_a_returned_draft_shows_its_author_the_reason(in_review: Desk) -> None:
    path = f"{in_review.path}/answers/{in_review.answer().id}/return"
    assert in_review.reviewer.post(path, {"note": " "}).status_code == 422
    assert in_review.reviewer.post(path, {"note": "根拠を一文足してください"}).status_code == 302
    assert "根拠を一文足してください" in said(in_review.author.get(in_review.path))
    assert in_review.status() == "in_progress"
