"""A disputed penalty, from the business's mail to the weekly report: browser, web server and SMTP server are real.

Told once, from top to bottom. Whoever reads it knows what the desk is for.
"""

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from cases.models import Case
from helpdesk.audit import seal_history, verify_database
from helpdesk.demo.letters import letter
from helpdesk.workflows.answer_text import TO_WRITE
from tests.stories.conftest import Post, Visitor
from tests.stories.observing import download, forge_release, messages_of, number_in, read, row_of, run_of, yen
from tests.world import PASSWORD, PENALTY_NOTIFIED_YEN, PENALTY_RECOMPUTED_YEN, World

pytestmark = pytest.mark.xdist_group("browser")

MINATO = Path(__file__).with_name("minato.eml")
TANAKA, ITO = "tanaka@kitahama.example", "ito@minato.example"
SUBJECT = "5月分のペナルティ額について（北浜発電所 2号機）"
LETTER = "お世話になっております。北浜エナジーの田中です。\n2号機の5月分の経済的ペナルティ額の算定根拠を教えてください。"
PENALTY = "北浜発電所 2号機 経済的ペナルティ額"


def test_a_disputed_penalty_is_recomputed_answered_by_two_people_and_reported(
    world: World, post: Post, visit: Callable[[str], Visitor]
) -> None:
    operator, leader, manager = (visit(world.desk.settings.base_url) for _ in range(3))
    operator.sign_in("sato", PASSWORD)

    number = business_writes(world, post, operator)
    other_number = older_mailer_writes(world, post)
    operator.open_case(number)
    operator_takes_the_case(operator)
    operator_recomputes(operator)
    operator_tries_other_conditions(operator)
    operator_drafts_and_submits(operator)
    author_cannot_release(operator, number)

    world.clock.pass_by(minutes=45)
    leader.sign_in("leader", PASSWORD)
    leader_releases(leader, number)
    answer_arrives(world, post, number)
    reply_joins_the_case(world, post, operator, number)

    answer_to_what_was_written_before(world, post, leader, manager, other_number)

    world.clock.at = datetime.fromisoformat("2026-07-06T10:00:00+09:00")
    week_is_reported(leader, {number, other_number})
    assert seal_history(world.desk.database, now=world.clock()) > 0
    report = verify_database(world.desk.database)
    assert (report.problems, report.unsealed) == ([], 0)
    assert report.events > 20


def business_writes(world: World, post: Post, operator: Visitor) -> str:
    """Somebody plays the business on the mailbox page; a case is opened and the receipt sent."""
    operator.go("/mailbox/")
    operator.page.get_by_role("link", name="窓口にメールを書く").click()
    operator.page.get_by_label("差出人").select_option(TANAKA)
    operator.page.get_by_label("件名").fill(SUBJECT)
    operator.page.get_by_label("本文").fill(LETTER)
    operator.picture("01-business-writes")
    operator.press("送信する")
    expect(operator.page.get_by_text("窓口に送りました")).to_be_visible()
    [receipt] = [read(raw) for raw in post.carry()]
    number = number_in(receipt)
    first = messages_of(world, number)[0]
    assert (receipt["To"], receipt["In-Reply-To"]) == (TANAKA, f"<{first.message_id}>")
    assert receipt["Auto-Submitted"] == "auto-replied"
    operator.page.reload()
    expect(operator.page.get_by_text(number).first).to_be_visible()
    operator.picture("02-receipt-in-the-mailbox")
    return number


def older_mailer_writes(world: World, post: Post) -> str:
    """ISO-2022-JP with ㈱ and ①, as it is, by SMTP; handed in twice it is still one case."""
    post.write(MINATO.read_bytes(), sender=ITO)
    receipt = read(post.carry()[-1])
    post.write(MINATO.read_bytes(), sender=ITO)
    assert len(post.carry()) == 2
    with world.desk.database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 2
        case = session.scalars(select(Case).where(Case.number == number_in(receipt))).one()
        assert case.subject == "㈱みなと発電①：未達成コマの数え方（ペナルティ）"
        assert case.business.name == "㈱みなと発電①"
        assert case.topic == "penalty"
    assert "① ペナルティの計算に用いる未達成コマ" in messages_of(world, case.number)[0].body_text
    return case.number


def operator_takes_the_case(operator: Visitor) -> None:
    """The one screen: what was asked, who, until when, what the knowledge base knows of it."""
    page = operator.page
    expect(page.get_by_role("heading", level=1)).to_contain_text(SUBJECT)
    expect(page.locator("#conversation")).to_contain_text("北浜エナジー株式会社")
    expect(page.locator(".suggestion-list h3").filter(has_text="ペナルティ").first).to_be_visible()
    operator.picture("03-case-as-it-came-in")
    operator.press("自分が担当する")
    expect(page.locator(".page-meta")).to_contain_text("担当：佐藤 美咲")
    operator.press("結び付ける")
    expect(row_of(operator, PENALTY)).to_contain_text(yen(PENALTY_NOTIFIED_YEN))


def operator_recomputes(operator: Visitor) -> None:
    """Notified against recomputed, with the difference and the derivation."""
    operator.press("再計算する")
    row = row_of(operator, PENALTY)
    for amount in (
        PENALTY_NOTIFIED_YEN,
        PENALTY_RECOMPUTED_YEN,
        PENALTY_RECOMPUTED_YEN - PENALTY_NOTIFIED_YEN,
    ):
        expect(row).to_contain_text(yen(amount))
    expect(operator.page.locator("#results")).to_contain_text("8,640")
    operator.picture("04-recomputed")


def operator_tries_other_conditions(operator: Visitor) -> None:
    """What if all of May had counted once: the penalty would be gone. Nothing registered changes."""
    page = operator.page
    page.get_by_role("link", name="条件を変えて試す").click()
    page.locator("#kind-1").select_option("multiplier")
    page.locator("#resource-1").select_option("R-2")
    page.locator("#value-1").fill("1")
    page.locator("#first-date-1").fill("2026-05-01")
    page.locator("#last-date-1").fill("2026-05-31")
    operator.press("試算する")
    row = row_of(operator, PENALTY)
    expect(row).to_contain_text(yen(PENALTY_RECOMPUTED_YEN))
    expect(row).to_contain_text(yen(-PENALTY_RECOMPUTED_YEN))
    operator.portraits("05-what-if")
    operator.press("この試算を記録する")
    expect(page.get_by_text("として記録しました")).to_be_visible()
    expect(row_of(operator, PENALTY)).to_contain_text(yen(PENALTY_RECOMPUTED_YEN))


def operator_drafts_and_submits(operator: Visitor) -> None:
    """The draft's figures are fields; an amount that somebody types is refused where it stands."""
    page = operator.page
    operator.press("再計算の結果で下書きを作る")
    body = page.locator("#answer-body")
    drafted = body.input_value()
    assert "{{figure:resource.R-2.penalty_yen}}" in drafted
    assert re.search(r"\d円", drafted) is None
    body.fill(f"{drafted}\nペナルティは 6,998,400円 に変わります。\n")
    operator.press("承認を依頼する")
    expect(page.get_by_text("「6,998,400円」は手入力の金額です").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight - window.innerHeight") == 0  # one screen
    operator.picture("06-typed-amount-refused")
    body.fill(f"{drafted}\n停止計画の差替を反映し、5月25日以降の倍率を1に改めました。\n")
    operator.press("承認を依頼する")
    expect(page.get_by_text("承認を依頼しました。")).to_be_visible()


def author_cannot_release(author: Visitor, number: str) -> None:
    """Neither is there a button, nor does a forged request do it."""
    expect(author.page.get_by_text("書いた本人は送信できません")).to_be_visible()
    expect(author.page.get_by_role("button", name="承認して送信する")).to_have_count(0)
    author.picture(f"07-author-cannot-release-{number}")
    status, words = forge_release(author, number)
    assert status == 403
    assert "権限がありません" in words or "自分の書いた回答は承認できません" in words


def leader_releases(leader: Visitor, number: str) -> None:
    """A second person finds it on the home page, reads what will be sent, and sends it."""
    page = leader.page
    expect(page.get_by_role("heading", name="あなたの承認を待つ回答")).to_be_visible()
    leader.picture("08-home-of-the-leader")
    page.get_by_role("link", name=number).first.click()
    expect(page.locator("#answer .mail-text").last).to_contain_text(yen(PENALTY_RECOMPUTED_YEN))
    leader.portraits("09-case-before-release", dark=True)
    leader.press("承認して送信する")
    expect(page.get_by_text("まもなく送信されます")).to_be_visible()


def answer_arrives(world: World, post: Post, number: str) -> None:
    """Delivered by SMTP, into the thread, with exactly the figures of the attached run."""
    answer = read(post.carry()[-1])
    asked = messages_of(world, number)[0]
    assert answer["To"] == TANAKA
    assert answer["In-Reply-To"] == f"<{asked.message_id}>"
    assert f"<{asked.message_id}>" in answer["References"].split()
    assert answer["Subject"] == f"Re: {SUBJECT} [容量市場 {number}]"
    text = answer.get_content()
    assert "{{" not in text
    run = run_of(world, number)
    assert run.id == 1  # the what-if is on record, but it is not what the answer stands on
    for key, label, unit, exact in run.figures:
        if key.rpartition(".")[2] in ("payment_yen", "penalty_yen", "net_yen", "tax_yen", "total_yen"):
            assert unit == "yen"
            told = f"{label}： {yen(int(exact))}" in text
            assert told is not key.startswith("resource.R-1."), key  # R-1 is as notified: no word about it
    assert f"通知 {yen(PENALTY_NOTIFIED_YEN)} → 再算定 {yen(PENALTY_RECOMPUTED_YEN)}" in text


def reply_joins_the_case(world: World, post: Post, operator: Visitor, number: str) -> None:
    """The business answers the answer: the same case, which is work again."""
    operator.go(f"/mailbox/?address={TANAKA}")
    operator.picture("10-answer-in-the-mailbox")
    operator.page.get_by_role("link", name="返信する").first.click()
    operator.page.get_by_label("本文").fill(
        "早速のご回答ありがとうございます。再通知の時期を教えてください。"
    )
    operator.press("送信する")
    assert len(post.carry()) == 3  # no second receipt
    assert [message.direction for message in messages_of(world, number)] == ["in", "out", "in"]
    operator.open_case(number)
    expect(operator.page.locator(".page-meta")).to_contain_text("対応中")
    expect(operator.page.get_by_text("再通知の時期を教えてください")).to_be_visible()
    expect(operator.page.locator("#conversation").get_by_text("送信済み")).to_be_visible()
    expect(operator.page.locator("#conversation").get_by_text("新しい返信", exact=True)).to_be_visible()
    expect(operator.page.locator("#answer")).to_contain_text("第1回答 送信済み")
    operator.picture("11-case-with-reply")


def answer_to_what_was_written_before(
    world: World, post: Post, leader: Visitor, manager: Visitor, number: str
) -> None:
    """A leader may release, but not what she wrote; and nobody releases past a mail that nobody has read."""
    leader.open_case(number)
    leader.press("文章だけの下書きを作る")
    body = leader.page.locator("#answer-body")
    body.fill(body.input_value().replace(TO_WRITE, "4月からの累計です。"))
    leader.press("承認を依頼する")
    author_cannot_release(leader, number)
    post.write(minato_writes_again(world), sender=ITO)
    sent_before = len(post.carry())
    manager.sign_in("manager", PASSWORD)
    manager.open_case(number)
    expect(manager.page.get_by_text("新しいメールが届いています").first).to_be_visible()
    expect(manager.page.get_by_role("button", name="承認して送信する")).to_be_disabled()
    manager.picture("12-newer-mail-blocks-the-release")
    status, words = forge_release(manager, number)
    assert status == 422
    assert "新しいメールが届いています" in words
    assert len(post.carry()) == sent_before


def week_is_reported(leader: Visitor, numbers: set[str]) -> None:
    """The week's report a week later, on the page, as Excel and as CSV: the same counts."""
    leader.sign_in("leader", PASSWORD)
    leader.page.get_by_role("link", name="レポート").first.click()
    expect(leader.page.get_by_text("2026-06-29 〜 2026-07-05").first).to_be_visible()
    leader.picture("13-weekly-report")
    expected = {
        "前週からの繰越": 0,
        "受付": 2,
        "完了": 0,
        "週末の対応中": 2,
        "回答の送付": 1,
        "　回答した案件": 1,
    }
    expected |= {"　うちメール": 2, "　うち電話": 0, "初回回答までの時間・中央値（受付時間内の分）": 45}
    book = openpyxl.load_workbook(io.BytesIO(download(leader, "Excel で保存")), read_only=True)
    counts = {row[0]: row[1] for row in book.worksheets[0].iter_rows(values_only=True) if row[0]}
    assert {name: counts[name] for name in expected} == expected
    listed = [row[0] for row in book.worksheets[2].iter_rows(values_only=True)]
    book.close()
    assert numbers == {each for each in listed if each and re.fullmatch(r"\d{4}-\d{6}-\d", each)}
    lines = list(csv.reader(io.StringIO(download(leader, "CSV で保存").decode("utf-8-sig"))))
    written = {line[0]: line[1] for line in lines if len(line) == 3}
    assert {name: int(written[name]) for name in expected} == expected
    assert numbers == {line[0] for line in lines if line and re.fullmatch(r"\d{4}-\d{6}-\d", line[0])}


def minato_writes_again(world: World) -> bytes:
    return letter(
        message_id="20260630113000.0002@mail.minato.example",
        from_address=ITO,
        from_name="伊藤 誠",
        to=world.desk.settings.desk_address,
        subject="Re: ㈱みなと発電①：未達成コマの数え方（ペナルティ）",
        body_text="先ほどの質問ですが、③ 揚水の扱いも教えてください。",
        date=world.clock(),
        answered=("20260630100000.0001@mail.minato.example",),
    )
