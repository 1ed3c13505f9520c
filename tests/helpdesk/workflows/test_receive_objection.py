"""How an objection comes in, and all that cannot come in as one."""

import pytest
from sqlalchemy import func, select

from cases.errors import ObjectionRefused
from cases.models import Case, Contact, Event, Message, Objection
from helpdesk.errors import NotAllowed, NotFound, Refused
from helpdesk.mail.models import OutboxMail
from helpdesk.register.corrections import issue_next_version
from helpdesk.register.lookups import results_of_case
from helpdesk.users.models import User, UserRole
from helpdesk.workflows.receive_objection import change_objection, withdraw_objection
from tests.helpdesk.objecting import ANOTHER_DAY, GROUNDS, HALF_A_DAY, PENALTY, Objecting
from tests.world import World


@pytest.fixture
def objecting(world: World) -> Objecting:
    return Objecting(world)


def business_user(world: World, code: str) -> User:
    with world.desk.database.write_session() as session:
        user = User(
            login=f"user-{code}",
            display_name="田中 由紀",
            password_hash="-",
            created_at=world.clock(),
            business_id=world.businesses[code],
            roles=[UserRole(role="business_user")],
        )
        session.add(user)
    return user


def count(objecting: Objecting, model: type) -> int:
    with objecting.desk.database.read_session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_mail_becomes_an_objection_tied_to_the_notice(objecting: Objecting) -> None:
    number = objecting.mail()
    objection = objecting.receive(number=number)
    assert objection.notice_number == "交付額通知書 第2026-05-0001号"
    assert [claim["text"] for claim in objecting.now().claims] == [
        "北浜発電所 2号機: 2026-05-24 コマ 1〜12の倍率を 5 倍 から 1 倍 に",
        "北浜発電所 2号機: 2026-05-23 コマ 1〜48の倍率を 5 倍 から 1 倍 に",
    ]
    assert objecting.now().claimed_figures == [[PENALTY, "北浜発電所 2号機 経済的ペナルティ額", "yen", "0"]]
    with objecting.desk.database.read_session() as session:
        case = session.scalars(select(Case)).one()
        assert [result.id for result in results_of_case(session, case.id)] == [objecting.world.notice.id]
        receipt = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc()).limit(1)).one()
    assert receipt.to_address == "tanaka@kitahama.example"
    assert receipt.subject.startswith(f"[容量市場 {number}] 異議申立てを受け付けました")
    assert "objection_received" in objecting.events()


def test_a_call_opens_a_case_of_its_own(objecting: Objecting) -> None:
    objecting.receive(claims=[], claimed_figures={})
    with objecting.desk.database.read_session() as session:
        case = session.scalars(select(Case)).one()
        note = session.scalars(select(Message)).one()
    assert (case.kind, case.channel, case.subject) == (
        "objection",
        "phone",
        "異議申立て：交付額通知書 第2026-05-0001号",
    )
    assert (note.direction, note.body_text) == ("note", GROUNDS)


def test_a_business_objects_to_its_own_notice_and_to_no_other(objecting: Objecting) -> None:
    own, other = business_user(objecting.world, "P001"), business_user(objecting.world, "P002")
    with pytest.raises(NotFound):
        objecting.receive(by=other, channel="form")
    with objecting.desk.database.read_session() as session:
        contact = session.scalars(select(Contact).where(Contact.name == "田中 由紀")).one()
    objecting.receive(by=own, channel="form", contact=contact)
    with objecting.desk.database.read_session() as session:
        case = session.scalars(select(Case)).one()
        said = session.scalars(select(Message)).one()
        mail = session.scalars(select(OutboxMail)).one()
    assert (case.channel, said.direction, said.from_address) == ("form", "in", "tanaka@kitahama.example")
    assert mail.to_address == "tanaka@kitahama.example"
    with pytest.raises(NotAllowed):
        objecting.act(withdraw_objection, "取り下げます", by=other)
    objecting.act(withdraw_objection, "取り下げます", by=own)
    assert objecting.now().status == "withdrawn"


def test_nobody_else_receives_or_changes_one(objecting: Objecting) -> None:
    number = objecting.mail()
    own = business_user(objecting.world, "P001")
    for case_number in (number, None):
        with objecting.desk.database.write_session() as session:
            person = User(
                login=f"payment-{case_number}",
                display_name="森",
                password_hash="-",
                created_at=objecting.world.clock(),
                roles=[UserRole(role="payment_staff")],
            )
            session.add(person)
        with pytest.raises(NotAllowed):
            objecting.receive(number=case_number, by=person)
    with pytest.raises(NotAllowed):  # a business cannot turn a case, not even its own
        objecting.receive(number=number, by=own)
    objecting.receive(number=number)
    with pytest.raises(NotAllowed):
        objecting.act(change_objection, grounds="別", claims=[], claimed_figures={}, version=1, by=own)


@pytest.mark.parametrize(
    ("claim", "field", "words"),
    [
        ({**HALF_A_DAY, "value": "-1"}, "主張 1（倍率）・新しい値", "整数"),
        (
            {**HALF_A_DAY, "kind": "offered_kw", "value": "-1"},
            "主張 1（提供できる供給力の最大値）・新しい値",
            "整数",
        ),
        (
            {**HALF_A_DAY, "kind": "offered_kw", "value": "100001"},
            "主張 1（提供できる供給力の最大値）・新しい値",
            "契約容量 100,000 kW を超えています",
        ),
        (
            {"kind": "assessed_kw", "resource": "R-2", "value": "100001"},
            "主張 1（アセスメント対象容量）・新しい値",
            "契約容量 100,000 kW を超えています",
        ),
        (
            {**HALF_A_DAY, "first_date": "2026-06-01"},
            "主張 1（倍率）・始まりの日",
            "2026-04-01 から 2026-05-31",
        ),
        ({**HALF_A_DAY, "last_date": "2026-06-01"}, "主張 1（倍率）・終わりの日", "2026-05-31"),
        ({**HALF_A_DAY, "resource": "M-1"}, "主張 1（倍率）・電源等", "含まれていません"),
        ({**HALF_A_DAY, "first_slot": "0"}, "主張 1（倍率）・始まりのコマ", "1〜48"),
        ({**HALF_A_DAY, "last_slot": "49"}, "主張 1（倍率）・終わりのコマ", "1〜48"),
        ({"kind": "penalty", "resource": "R-2", "value": "1"}, "主張 1・変えるもの", "ありません"),
    ],
)
def test_an_impossible_claim_is_refused_at_its_field(
    objecting: Objecting, claim: dict, field: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        objecting.receive(claims=[claim])
    [problem] = refused.value.problems
    assert problem.where == field
    assert words in problem.message
    assert (count(objecting, Case), count(objecting, Objection)) == (0, 0)


@pytest.mark.parametrize("typed", ["1.5", "千円", "-1", "99999999999999999", "1e6", "12 000 円だと思う"])
def test_an_amount_that_is_no_whole_yen_is_refused(objecting: Objecting, typed: str) -> None:
    with pytest.raises(Refused) as refused:
        objecting.receive(claimed_figures={PENALTY: typed})
    [problem] = refused.value.problems
    assert problem.where == "主張する金額・北浜発電所 2号機 経済的ペナルティ額"


def test_an_amount_is_read_as_people_type_it(objecting: Objecting) -> None:
    objecting.receive(
        claimed_figures={PENALTY: "￥３，４９９，２００円", "total_yen": "−1,000", "net_yen": " "}
    )
    assert [(key, exact) for key, _, _, exact in objecting.now().claimed_figures] == [
        (PENALTY, "3499200"),
        ("total_yen", "-1000"),
    ]


def test_all_that_is_wrong_is_said_at_once(objecting: Objecting) -> None:
    claims = [
        {**HALF_A_DAY, "row": 2, "value": "x", "last_slot": "49"},
        {**ANOTHER_DAY, "row": 4, "resource": ""},
    ]
    with pytest.raises(Refused) as refused:
        objecting.receive(grounds=" ", claims=claims, claimed_figures={PENALTY: "x", "resource.R-9.kw": "1"})
    assert [problem.where for problem in refused.value.problems] == [
        "申立ての理由",
        "主張 2（倍率）・新しい値",
        "主張 2（倍率）・終わりのコマ",
        "主張 4（倍率）・電源等",
        "主張する金額",
        "主張する金額・北浜発電所 2号機 経済的ペナルティ額",
    ]
    assert count(objecting, Event) == objecting_nothing(objecting)


def objecting_nothing(objecting: Objecting) -> int:
    """How many events there are when nothing has come in: those of the cast alone."""
    with objecting.desk.database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Event).where(Event.case_id.is_not(None))) == 0
        return session.scalar(select(func.count()).select_from(Event)) or 0


def test_a_superseded_notice_names_the_one_that_counts(objecting: Objecting) -> None:
    with objecting.desk.database.write_session() as session:
        notice = session.merge(objecting.world.notice, load=False)
        issue_next_version(session, notice, notice.figures, reason="誤記の訂正", on=notice.notified_on)
    with pytest.raises(
        Refused, match="第2版（交付額通知書 第2026-05-0001号（第2版））に差し替えられています"
    ):
        objecting.receive()


def test_a_second_objection_and_another_business_are_refused(objecting: Objecting) -> None:
    first = objecting.receive()
    number = objecting.mail()
    with pytest.raises(ObjectionRefused, match=first.case.number):
        objecting.receive(number=number)
    other = objecting.mail(From="ito@minato.example", message_id="<m@minato.example>", subject="異議申立て")
    with pytest.raises(Refused, match="別の事業者"):
        objecting.receive(number=other)
    assert count(objecting, Objection) == 1


def test_claims_can_be_made_clear_later(objecting: Objecting) -> None:
    objecting.receive(claims=[], claimed_figures={})
    objecting.review()
    objecting.act(
        change_objection,
        grounds=GROUNDS,
        claims=[ANOTHER_DAY],
        claimed_figures={PENALTY: "0"},
        version=objecting.now().version,
    )
    assert (len(objecting.now().claims), objecting.now().claimed_run_reference) == (1, None)
    with pytest.raises(Refused, match="コマは"):
        objecting.act(
            change_objection,
            grounds=GROUNDS,
            claims=[{**ANOTHER_DAY, "first_slot": "0"}],
            claimed_figures={},
            version=objecting.now().version,
        )
