"""Fixed statements are issued: number, notified result, mail and document, once each, also when the worker is killed."""

from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import update

from cases.models import Contact
from helpdesk import tasks
from helpdesk.desk import Desk
from helpdesk.documents.models import IssuedDocument
from helpdesk.errors import NotAllowed, Refused
from helpdesk.fail_points import EXIT_STATUS
from helpdesk.register.models import MonthResult, NotifiedResult
from helpdesk.settlement.models import BusinessStatement
from helpdesk.task_models import Task
from helpdesk.workflows.settle_results import notify_business
from tests.helpdesk.chain import Chain
from tests.helpdesk.crashing import Round


@pytest.fixture
def chain(desk: Desk) -> Chain:
    return Chain(desk)


@pytest.fixture
def fixed(chain: Chain) -> Chain:
    chain.two_statements()
    chain.approve_all()
    return chain


def test_what_is_issued_has_a_number_a_notified_result_a_mail_and_a_document(fixed: Chain) -> None:
    told = fixed.issue().result
    assert (told["waiting"], told["issued"], told["documents"], told["refused"]) == (2, 2, 2, [])
    paid, owing = fixed.newest()
    notices = fixed.rows(NotifiedResult)
    assert [each.number for each in (paid, owing)] == [each.document_number for each in notices]
    assert paid.number == "交付額通知書 第2026-04-0001号"
    assert [each.state for each in (paid, owing)] == ["issued", "issued"]
    assert paid.issued_by_name == "payment_staffさん"
    keys = {key for key, *_ in notices[0].figures}
    assert {"resource.R-1.payment_yen", "net_yen", "total_yen"} <= keys
    assert "cumulative_payment_yen" not in keys  # it runs over the year: no computation of the month has it
    assert {each.notified_result_id for each in fixed.rows(MonthResult)} == {each.id for each in notices}
    assert {each.to_address for each in fixed.mails()} == {"p001@example.jp", "p002@example.jp"}
    assert all(each.subject.startswith("交付額通知書 第2026-04-") for each in fixed.mails())
    assert len(fixed.rows(IssuedDocument)) == 2
    assert fixed.events(f"account:{paid.business_id}") == ["statement_issued", "statement_mailed"]
    assert fixed.events("settlement:capacity")[-1] == "issue_requested"


@pytest.mark.any_database
def test_only_what_went_through_the_chain_is_issued_by_those_who_may(chain: Chain) -> None:
    with pytest.raises(Refused, match="承認が終わった精算がありません"):
        chain.ask_to_issue()
    one, other = chain.two_statements()
    for step in (1, 2, 3, 4):
        chain.approve(step, statement_ids=[one.id])
    with pytest.raises(NotAllowed):
        chain.ask_to_issue(by="operator")
    assert chain.issue().result["issued"] == 1
    assert [each.state for each in chain.newest()] == ["issued", "provisional"]
    assert other.number is None


@pytest.mark.any_database
def test_what_changed_since_it_was_computed_is_named_and_the_others_are_issued(fixed: Chain) -> None:
    fixed.fix({("R-3", 4): (100_000, 250_000)})
    told = fixed.issue().result
    assert told["issued"] == 1
    [[where, message]] = told["refused"]
    assert where.startswith("P002発電 2026年度4月分")
    assert "算定結果が確定し直されました" in message
    assert [each.state for each in fixed.newest()] == ["issued", "fixed"]


def test_a_recomputed_statement_goes_through_the_chain_again_and_replaces_the_notice(fixed: Chain) -> None:
    fixed.issue()
    fixed.fix({("R-1", 4): (410_000, 0)})
    fixed.settle()
    paid, owing = fixed.newest()
    assert [(each.state, each.version) for each in (paid, owing)] == [("provisional", 2), ("issued", 1)]
    fixed.approve_all()
    assert fixed.issue().result["issued"] == 1
    paid = fixed.newest()[0]
    assert paid.number == "交付額通知書 第2026-04-0001号（第2版）"
    first, _, second = fixed.rows(NotifiedResult)
    assert (first.version, second.version) == (1, 2)
    assert second.reason == "再計算による差替（差替前：交付額通知書 第2026-04-0001号）"
    [mail] = fixed.mails()[2:]
    body = message_from_bytes(fixed.desk.blobs.get(mail.raw_sha256), policy=default).get_content()
    assert "差替前　　： 交付額通知書 第2026-04-0001号" in body
    assert len(fixed.rows(IssuedDocument)) == 3


@pytest.mark.any_database
def test_other_families_have_numbers_of_their_own_and_no_notified_result(chain: Chain) -> None:
    chain.contributions()
    chain.contributions((-900_000, 0), 0, "provisional")
    for of in ({"family": "contribution"}, {"family": "provisional", "month": 0}):
        chain.approve_all(**of)
        chain.issue(**of)
    numbers = [each.number for each in chain.rows(BusinessStatement)]
    assert numbers == [
        "請求額通知書 第2026-04-0001号",
        "請求額通知書 第2026-04-0002号",
        "仮請求額通知書 第2026-0001号",
        "仮請求額通知書 第2026-0002号",
    ]
    chain.contributions((-130_000, -45_000))
    chain.approve_all(family="contribution")
    chain.issue(family="contribution")
    assert chain.newest(family="contribution")[0].number == "請求額通知書 第2026-04-0001号（第2版）"
    assert chain.rows(NotifiedResult) == []


@pytest.mark.any_database
def test_who_has_no_address_is_named_and_told_by_post(fixed: Chain) -> None:
    with fixed.desk.database.write_session() as session:
        session.execute(update(Contact).values(mail_address=None))
    assert fixed.issue().result["without_mail"] == ["P001発電", "P002発電"]
    business_id = fixed.market.businesses["P001"]
    assert fixed.events(f"account:{business_id}") == ["statement_issued", "statement_not_mailed"]


@pytest.fixture(scope="module")
def killed_round():
    made = Round()
    yield made
    made.end()


@pytest.mark.parametrize(
    "place",
    [
        "statement_issue.numbered:2",
        "statement_issue.before_commit:2",
        "statement_issue.committed:1",
        "documents.archived",
        "task.handled",
    ],
)
def test_killed_anywhere_it_goes_on_where_it_stopped(fixed: Chain, killed_round: Round, place: str) -> None:
    fixed.ask_to_issue()
    now = fixed.desk.clock()
    assert killed_round.run(fixed.desk, now=now, fail_point=place, work="tasks") == EXIT_STATUS
    fixed.desk.clock.pass_by(seconds=int(tasks.LEASE_SECONDS) + 1)
    assert fixed.work().state == "done"
    assert [each.number for each in fixed.newest()] == [
        "交付額通知書 第2026-04-0001号",
        "交付額通知書 第2026-04-0002号",
    ]
    counts = [len(fixed.rows(each)) for each in (NotifiedResult, IssuedDocument, Task)]
    assert [*counts, len(fixed.mails())] == [2, 2, 1, 2]
    for business_id in fixed.market.businesses.values():
        assert fixed.events(f"account:{business_id}") == ["statement_issued", "statement_mailed"]


@pytest.mark.any_database
def test_a_month_with_a_statement_is_not_told_past_the_chain(chain: Chain) -> None:
    one, _ = chain.two_statements()
    of = {"business_id": one.business_id, "fiscal_year": one.fiscal_year, "delivery_month": 4}
    with pytest.raises(Refused, match="精算の承認のあとに精算の画面から発行してください"):
        chain.do(notify_business, **of, by=chain["manager"])
    assert chain.rows(NotifiedResult) == []
