import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email import message_from_bytes, policy
from threading import Barrier

import pytest
from sqlalchemy import func, select

from cases.errors import AnswerOutdated, AnswerRefused, FourEyesRequired, InputRefused, StaleVersion
from cases.history_verification import verify
from cases.models import Answer, Case, Event, Message
from helpdesk.errors import Conflict, NotAllowed, Refused
from helpdesk.mail.models import OutboxMail
from helpdesk.register.models import CalculationRun, Contract
from helpdesk.users.models import User, UserRole
from helpdesk.workflows import answer_case, recompute_for_case
from helpdesk.workflows.answer_text import letter_of
from helpdesk.workflows.receive_mail import receive_raw
from helpdesk.workflows.send_mail import send_due
from mail_templates.figures import Figure, field_of, format_figure
from tests.helpdesk.letters import letter, reply
from tests.world import PENALTY_NOTIFIED_YEN, PENALTY_RECOMPUTED_YEN, World

AMOUNT = re.compile(r"[0-9][0-9,]*円")


class Story:
    """One case about the May notice, step by step; every step in a session of its own, as requests are."""

    def __init__(self, world: World) -> None:
        self.world, self.desk = world, world.desk
        self.author, self.reviewer = self.world.people["sato"], self.world.people["leader"]
        self.number = receive_raw(self.desk, letter(), source="import").case_number
        self.answer_id = 0

    def step(self, act, *arguments, about="answer", **options):
        """Do one step on the answer, or on the case."""
        with self.desk.database.open_session(writes=True) as session:
            case = session.scalars(select(Case).where(Case.number == self.number)).one()
            thing = case if about == "case" else session.get_one(Answer, self.answer_id)
            return act(session, self.desk, thing, *arguments, **options)

    def recompute(self) -> CalculationRun:
        self.step(recompute_for_case.link, self.world.notice.id, about="case", by=self.author)
        return self.step(recompute_for_case.recompute, about="case", by=self.author)

    def draft(self, template: str = answer_case.WITH_CALCULATION) -> Answer:
        answer = self.step(answer_case.draft, template, about="case", by=self.author)
        self.answer_id = answer.id
        return answer

    def save(self, body: str, *, by: User | None = None, **options) -> Answer:
        answer = self.now()
        options = {"subject": answer.subject, "body": body, "version": answer.version, **options}
        return self.step(answer_case.save, by=by or self.author, **options)

    def submit(self) -> None:
        self.step(answer_case.submit, by=self.author)

    def release(self, *, by: User | None = None, version: int | None = None) -> Message:
        version = self.now().version if version is None else version
        return self.step(answer_case.release, version=version, by=by or self.reviewer)

    def now(self) -> Answer:
        with self.desk.database.read_session() as session:
            return session.get_one(Answer, self.answer_id)

    def all(self, model) -> list:
        with self.desk.database.read_session() as session:
            return list(session.scalars(select(model).order_by(model.id)))

    def answers_queued(self) -> list[OutboxMail]:
        return [row for row in self.all(OutboxMail) if row.kind == "answer"]

    def status(self) -> str:
        return self.all(Case)[0].status

    def fingerprint(self) -> tuple:
        """What a refusal must leave as it is."""
        with self.desk.database.read_session() as session:
            rows = [session.scalar(select(func.count()).select_from(m)) for m in (Event, Message, OutboxMail)]
        answer = self.now()
        return (*rows, answer.status, answer.version, answer.body_text, self.status())


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)


@pytest.fixture
def in_review(story: Story) -> Story:
    """A letter about the recomputed month, waiting for its release."""
    story.recompute()
    story.draft()
    story.submit()
    return story


# --- figures


def test_a_draft_holds_fields_and_not_one_figure(story: Story) -> None:
    story.recompute()
    answer = story.draft()
    assert AMOUNT.findall(answer.body_text) == []
    assert field_of("total_yen") in answer.body_text
    assert (answer.run_reference, len(answer.run_digest)) == (story.all(CalculationRun)[-1].id, 64)


def test_every_amount_in_the_letter_is_one_of_the_run_or_of_the_notice(in_review: Story) -> None:
    message = in_review.release()
    run = in_review.all(CalculationRun)[-1]
    printed = {format_figure(Figure(label, unit, exact)) for _, label, unit, exact in run.figures}
    notified = {format_figure(Figure(row[1], row[2], row[3])) for row in in_review.world.notice.figures}
    steps = {
        format_figure(Figure("", step["unit"], step["value"]))
        for step in _all_steps(run.result)
        if isinstance(step["value"], str)
    }
    assert "{{" not in message.body_text
    shown = set(AMOUNT.findall(message.body_text))
    assert shown
    assert shown <= {each.lstrip("−") for each in printed | notified | steps}
    assert f"{PENALTY_RECOMPUTED_YEN:,}円" in shown
    assert f"{PENALTY_NOTIFIED_YEN:,}円" in shown
    assert all(line in message.body_text for line in _totals(run))


def _all_steps(value):
    if isinstance(value, dict):
        if {"label", "value", "unit"} <= value.keys():
            yield value
        for each in value.values():
            yield from _all_steps(each)
    elif isinstance(value, list):
        for each in value:
            yield from _all_steps(each)


def _totals(run: CalculationRun) -> list[str]:
    keys = ("payment_yen", "penalty_yen", "total_yen")
    return [format_figure(Figure(*row[1:])) for row in run.figures if row[0] in keys]


def test_a_letter_about_an_amount_needs_a_run(story: Story) -> None:
    with pytest.raises(Refused, match="計算が添付されていません"):
        story.draft()
    assert story.all(Answer) == []


@pytest.mark.parametrize(
    "typed", ["ペナルティは 104,976,000円 です。", "１２，０００円", "合計¥500", "三万円"]
)
def test_an_amount_typed_by_hand_is_refused_where_it_stands(story: Story, typed: str) -> None:
    story.recompute()
    answer = story.draft()
    story.save(f"{answer.body_text}\n{typed}\n")
    before = story.fingerprint()
    with pytest.raises(InputRefused, match="手入力の金額") as refused:
        story.submit()
    assert "行目" in refused.value.problems[0].where
    assert story.fingerprint() == before


def test_a_field_that_the_run_does_not_have_is_refused_by_its_name(story: Story) -> None:
    story.recompute()
    answer = story.draft()
    story.save(answer.body_text + "\n{{figure:no_such_thing}}\n")
    before = story.fingerprint()
    with pytest.raises(Refused, match="no_such_thing"):
        story.submit()
    assert story.fingerprint() == before


def test_a_field_without_a_run_is_refused(story: Story) -> None:
    answer = story.draft("case_answer")
    story.save(answer.body_text.replace(answer_case.TO_WRITE, "差額は {{figure:penalty_yen}} です。"))
    with pytest.raises(Refused, match="penalty_yen"):
        story.submit()


def test_a_letter_with_its_blank_unwritten_is_not_handed_on(story: Story) -> None:
    story.draft("case_answer")
    with pytest.raises(Refused, match="残っています"):
        story.submit()


# --- the release and its refusals


def test_a_released_answer_is_a_message_a_mail_and_a_waiting_case(in_review: Story) -> None:
    message = in_review.release()
    [queued] = in_review.answers_queued()
    assert (queued.case_message_id, queued.state, queued.on_uncertain) == (message.id, "queued", "ask")
    assert queued.to_address == "tanaka@kitahama.example"
    assert in_review.status() == "waiting"
    mail = message_from_bytes(in_review.desk.blobs.get(queued.raw_sha256), policy=policy.default)
    assert mail.get_content().replace("\r\n", "\n").strip() == message.body_text.strip()
    kinds = Counter(event.kind for event in in_review.all(Event))
    assert kinds["answer_drafted"] == kinds["answer_submitted"] == kinds["answer_released"] == 1
    with in_review.desk.database.read_session() as session:
        assert verify(session).problems == []


def test_the_mail_continues_the_thread_of_what_it_answers(story: Story) -> None:
    [receipt] = story.all(OutboxMail)
    receive_raw(
        story.desk,
        reply(receipt.message_id, references=f"<first@kitahama.example> <{receipt.message_id}>"),
        source="import",
    )
    story.recompute()
    story.draft()
    story.submit()
    message = story.release()
    [queued] = story.answers_queued()
    raw = story.desk.blobs.get(queued.raw_sha256)
    mail = message_from_bytes(raw)
    assert mail["Message-ID"].strip() == f"<{queued.message_id}>" == f"<{message.message_id}>"
    assert mail["In-Reply-To"].strip() == "<second@kitahama.example>"
    assert mail["References"].split() == [
        "<first@kitahama.example>",
        f"<{receipt.message_id}>",
        "<second@kitahama.example>",
    ]
    assert story.number in message_from_bytes(raw, policy=policy.default)["Subject"]
    answered = receive_raw(
        story.desk, reply(queued.message_id, message_id="<third@kitahama.example>"), source="import"
    )
    assert (answered.outcome, answered.case_number) == ("follow_up", story.number)
    assert story.status() == "in_progress"


def test_the_author_cannot_release_even_as_a_leader(story: Story) -> None:
    story.author = story.reviewer
    story.recompute()
    story.draft()
    story.submit()
    before = story.fingerprint()
    with pytest.raises(NotAllowed, match="自分の書いた回答"):
        story.release(by=story.author)
    assert story.fingerprint() == before


def test_nobody_who_wrote_a_word_of_it_can_release(story: Story) -> None:
    story.recompute()
    answer = story.draft()
    story.save(answer.body_text + "\n追記しました。\n", by=story.reviewer)
    story.submit()
    before = story.fingerprint()
    with pytest.raises(FourEyesRequired):
        story.release()
    assert story.fingerprint() == before
    assert story.release(by=story.world.people["manager"]).direction == "out"


def test_an_operator_cannot_release_at_all(in_review: Story) -> None:
    with in_review.desk.database.write_session() as session:
        other = User(
            login="suzuki",
            display_name="鈴木",
            password_hash="-",
            created_at=in_review.world.clock(),
            roles=[UserRole(role="operator")],
        )
        session.add(other)
    with pytest.raises(NotAllowed, match="権限がありません"):
        in_review.release(by=other)


def test_a_newer_message_stops_the_release_until_it_has_been_read(in_review: Story) -> None:
    receive_raw(in_review.desk, reply("first@kitahama.example"), source="import")
    before = in_review.fingerprint()
    with pytest.raises(AnswerOutdated, match="新しいメール"):
        in_review.release()
    assert in_review.fingerprint() == before
    in_review.step(answer_case.give_back, "新しいメールを読んでください", by=in_review.reviewer)
    in_review.save(in_review.now().body_text)
    in_review.submit()
    assert in_review.release().direction == "out"


def test_an_answer_goes_to_who_asked_though_a_stranger_wrote_last(story: Story) -> None:
    story.recompute()
    [receipt] = story.all(OutboxMail)
    for number, known in enumerate((receipt.message_id, "first@kitahama.example")):
        stranger = reply(known, From="evil@evil.example", message_id=f"<{number}@evil.example>")
        assert receive_raw(story.desk, stranger, source="import").outcome == "follow_up"
    answer = story.draft()
    story.submit()
    with story.desk.database.read_session() as session:
        run = session.get_one(CalculationRun, answer.run_reference)
        shown = letter_of(session, session.scalars(select(Case)).one(), answer, run)
    assert shown.to == "tanaka@kitahama.example"
    message = story.release()
    assert message.to_addresses == ["tanaka@kitahama.example"]
    assert message.in_reply_to == ["first@kitahama.example"]
    assert [row.to_address for row in story.answers_queued()] == ["tanaka@kitahama.example"]


@pytest.mark.parametrize(
    ("reply_to", "to"),
    [("keiri@kitahama.example", "keiri@kitahama.example"), ("evil@evil.example", "tanaka@kitahama.example")],
)
def test_an_answer_honours_a_reply_to_of_the_same_company_only(story: Story, reply_to: str, to: str) -> None:
    follow_up = reply("first@kitahama.example", reply_to=reply_to)
    assert receive_raw(story.desk, follow_up, source="import").outcome == "follow_up"
    story.recompute()
    story.draft()
    story.submit()
    assert story.release().to_addresses == [to]
    assert story.answers_queued()[0].to_address == to


def test_an_automatic_mail_does_not_stop_the_release(in_review: Story) -> None:
    absent = reply("first@kitahama.example", "不在です。", auto_submitted="auto-replied")
    assert receive_raw(in_review.desk, absent, source="import").outcome == "automatic_reply"
    assert in_review.release().direction == "out"


def test_a_draft_saved_by_somebody_who_has_not_seen_the_newest_mail_is_not_handed_on(story: Story) -> None:
    story.recompute()
    answer = story.draft()
    seen = answer.last_incoming_message_id
    receive_raw(story.desk, reply("first@kitahama.example"), source="import")
    story.save(answer.body_text, seen_message_id=seen)
    with pytest.raises(AnswerOutdated):
        story.submit()


def test_another_run_attached_since_stops_the_release(in_review: Story) -> None:
    first = in_review.all(CalculationRun)[-1]
    with in_review.desk.database.write_session() as session:
        changed = session.scalars(select(Contract).order_by(Contract.id)).first()
        changed.price_yen_per_kw += 1
    second = in_review.recompute()
    assert second.digest != first.digest
    before = in_review.fingerprint()
    with pytest.raises(AnswerOutdated, match="算定結果が変わりました"):
        in_review.release()
    assert in_review.fingerprint() == before


def test_the_same_month_computed_again_with_the_same_result_does_not_stop_it(in_review: Story) -> None:
    first = in_review.all(CalculationRun)[-1]
    assert in_review.recompute().digest == first.digest
    assert in_review.release().direction == "out"


def test_a_stale_page_cannot_release(in_review: Story) -> None:
    before = in_review.fingerprint()
    with pytest.raises(Conflict, match="読み直し"):
        in_review.release(version=in_review.now().version - 1)
    assert in_review.fingerprint() == before


def test_a_stale_form_cannot_overwrite_a_colleague(story: Story) -> None:
    answer = story.draft("case_answer")
    story.save("佐藤の文です。", version=answer.version)
    with pytest.raises(StaleVersion, match="佐藤"):
        story.save("古い画面の文です。", version=answer.version, by=story.reviewer)
    assert story.now().body_text == "佐藤の文です。"


def test_releasing_twice_sends_once(in_review: Story) -> None:
    version = in_review.now().version
    in_review.release(version=version)
    with pytest.raises((AnswerRefused, Conflict)):
        in_review.release(version=version)
    with pytest.raises(AnswerRefused):
        in_review.release()
    assert len(in_review.answers_queued()) == 1


def test_two_reviewers_at_once_release_it_once(in_review: Story) -> None:
    version, start = in_review.now().version, Barrier(2)

    def press(login: str) -> str:
        start.wait()
        try:
            in_review.release(by=in_review.world.people[login], version=version)
        except (AnswerRefused, Conflict):
            return "refused"
        return "released"

    with ThreadPoolExecutor(2) as pool:
        assert Counter(pool.map(press, ["leader", "manager"])) == {"released": 1, "refused": 1}
    assert len(in_review.answers_queued()) == 1


def test_the_answer_reaches_the_business_and_the_case_says_so(in_review, mail_server, free_port) -> None:
    in_review.release()
    settings = replace(in_review.desk.settings, smtp_port=free_port)
    assert send_due(replace(in_review.desk, settings=settings)) == {"sent": 2}  # the receipt and the answer
    assert [mail["To"] for mail in mail_server.mails()] == ["tanaka@kitahama.example"] * 2
    assert Counter(event.kind for event in in_review.all(Event))["mail_sent"] == 2


def test_a_withdrawn_answer_makes_room_for_the_next(story: Story) -> None:
    first = story.draft("case_answer")
    with pytest.raises(AnswerRefused, match="があります"):
        story.draft("case_answer")
    story.step(answer_case.withdraw, by=story.author)
    assert story.draft("case_answer").id != first.id
    assert [answer.status for answer in story.all(Answer)] == ["withdrawn", "draft"]


def test_a_case_of_a_sender_without_address_cannot_be_answered_by_mail(story: Story) -> None:
    story.number = receive_raw(
        story.desk, letter(From=None, message_id="<nobody@x.example>"), source="import"
    ).case_number
    answer = story.draft("case_answer")
    story.save(answer.body_text.replace(answer_case.TO_WRITE, "回答です。"))
    with pytest.raises(Refused, match="送り先"):
        story.submit()
