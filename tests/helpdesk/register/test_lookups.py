"""What was notified, what is tied to a case, and how the two compare."""

from datetime import date, datetime, timedelta

import pytest

from cases.history import Actor, read_stream
from cases.models import Business, Case
from helpdesk.errors import NotFound, Refused
from helpdesk.register import case_links, lookups, runs
from helpdesk.register.errors import ResultPermanent
from helpdesk.register.models import NotifiedResult

OPERATOR = Actor(7, "佐藤 美咲")


def add_case(session, now, business_id) -> Case:
    case = Case(
        number=f"2026-{business_id or 0:06d}-0",
        kind="inquiry",
        channel="mail",
        topic="penalty",
        subject="ペナルティ額",
        status="received",
        business_id=business_id,
        received_at=now,
        updated_at=now,
    )
    session.add(case)
    session.flush()
    return case


def notify(session, business_id, month=5, version=1, figures=()) -> NotifiedResult:
    notice = NotifiedResult(
        business_id=business_id,
        fiscal_year=2026,
        delivery_month=month,
        version=version,
        figures=[list(each) for each in figures],
        notified_on=date(2026, 8, 17),
        document_number=f"{business_id}-{month}-{version}",
    )
    session.add(notice)
    session.flush()
    return notice


def compute(world, session, now):
    return runs.run_statement(
        session,
        business_id=world.business_id,
        fiscal_year=2026,
        delivery_month=5,
        slots_folder=world.slots,
        by=OPERATOR,
        now=now,
    )


def test_notices_come_newest_month_first_and_the_version_in_force_is_known(world, now: datetime) -> None:
    with world.database.write_session() as session:
        for month, version in ((3, 1), (4, 1), (4, 2), (12, 1)):
            notify(session, world.business_id, month, version)
        found = lookups.notified_results(session, world.business_id, fiscal_year=2026)
        assert [(each.delivery_month, each.version) for each in found] == [(3, 1), (12, 1), (4, 2), (4, 1)]
        assert list(lookups.in_force(found).values()) == [True, True, True, False]
        newest = lookups.notified_in_force(session, world.business_id, 2026, 4)
        assert newest is not None
        assert newest.version == 2
        assert lookups.notified_in_force(session, world.business_id, 2026, 5) is None


def test_a_notice_can_not_be_changed_only_followed_by_a_version(world) -> None:
    with world.database.write_session() as session:
        notice_id = notify(session, world.business_id).id
    with pytest.raises(ResultPermanent), world.database.write_session() as session:
        lookups.notified_by_id(session, notice_id).figures = [["total_yen", "合計", "yen", "1"]]


def test_the_run_attached_last_is_the_one_an_answer_binds_to(world, now: datetime) -> None:
    with world.database.write_session() as session:
        case = add_case(session, now, world.business_id)
        assert case_links.attached_run(session, case.id) is None
        first, second = compute(world, session, now), compute(world, session, now)
        for at, each in enumerate((first, second, second, first)):
            case_links.attach_run(session, case, each, by=OPERATOR, now=now + timedelta(minutes=at))
        assert case_links.attached_run(session, case.id) is first
        assert [(each.run_id, each.sequence) for each in lookups.runs_of_case(session, case.id)] == [
            (first.id, 3),
            (second.id, 2),
        ]
        kinds = [event.kind for event in read_stream(session, f"case:{case.id}")]
        assert kinds == ["run_attached"] * 3


def test_a_result_is_tied_to_a_case_once(world, now: datetime) -> None:
    with world.database.write_session() as session:
        case, notice = add_case(session, now, world.business_id), notify(session, world.business_id)
        for _ in range(2):
            case_links.link_result(session, case, notice, by=OPERATOR, now=now)
        assert lookups.results_of_case(session, case.id) == [notice]
        assert [event.kind for event in read_stream(session, f"case:{case.id}")] == ["result_linked"]


def test_results_and_runs_of_another_business_are_refused(world, now: datetime) -> None:
    with world.database.write_session() as session:
        other = Business(code="P002", name="㈱東雲パワージェネレーション", kind="capacity_provider")
        session.add(other)
        session.flush()
        foreign, nobody = add_case(session, now, other.id), add_case(session, now, None)
        notice, computed = notify(session, world.business_id), compute(world, session, now)
        with pytest.raises(Refused, match="別の事業者のもの"):
            case_links.link_result(session, foreign, notice, by=OPERATOR, now=now)
        with pytest.raises(Refused, match="別の事業者のもの"):
            case_links.attach_run(session, foreign, computed, by=OPERATOR, now=now)
        with pytest.raises(Refused, match="事業者が決まっていません"):
            case_links.link_result(session, nobody, notice, by=OPERATOR, now=now)


def test_notified_and_recomputed_stand_side_by_side_with_the_exact_difference(world, now: datetime) -> None:
    with world.database.write_session() as session:
        computed = compute(world, session, now)
        told = [each for each in computed.figures if each[0] != "tax_yen"]
        told = [[*each[:3], "1069100"] if each[0] == "total_yen" else each for each in told]
        rows = lookups.compare_with_notified(notify(session, world.business_id, figures=told), computed)
        different = {row.key: (row.notified, row.computed, row.difference) for row in rows if row.differs}
        assert different == {"total_yen": ("1069100", "1069200", "100"), "tax_yen": (None, "97200", None)}


def test_what_is_not_registered_is_not_found(world) -> None:
    with world.database.read_session() as session:
        with pytest.raises(NotFound):
            lookups.notified_by_id(session, 5)
        with pytest.raises(NotFound):
            lookups.run_by_id(session, 5)
        contracts = lookups.contracts_of_business(session, world.business_id, 2026)
        assert [contract.resource.code for contract in contracts] == ["R-1", "R-2"]
        assert lookups.contracts_of_business(session, world.business_id, 2025) == []
