"""Unpublished numbers come into force by two people, stand in the history, and are what is computed with from then on."""

from datetime import date

import pytest

from calc_core.errors import InputRefused
from cases.history import content_of, read_stream
from helpdesk.errors import Conflict, NotAllowed, NotFound, Refused
from helpdesk.queries.calculations import sections
from helpdesk.register.input_marks import pending
from helpdesk.register.models import LowReserveSlot, ParameterSet, SlotFile
from helpdesk.register.parameter_sets import all_sets, count_to_approve, parameters_in_force
from helpdesk.register.runs import run_statement
from helpdesk.register.slot_entries import lay_over
from helpdesk.users.accounts import add_user
from helpdesk.workflows.change_parameters import (
    STREAM,
    approve_parameters,
    propose_parameters,
    reject_parameters,
)
from tests.world import PASSWORD, World

TIGHT = '["penalty/market_offer"]\ntight_hours = {2026 = "30", source = "試行"}\n'


class Changing:
    """Two people of the desk and one more; each step in a session of its own."""

    def __init__(self, desk, people) -> None:
        self.desk = desk
        self.staff, self.head, self.market = (
            people[each] for each in ("payment_staff", "payment_head", "market_staff")
        )

    def do(self, act, *arguments, **options) -> ParameterSet:
        with self.desk.database.open_session(writes=True) as session:
            return act(session, self.desk, *arguments, **options)

    def propose(self, content=TIGHT, reason="委員会の試行", *, by=None, based_on=None) -> ParameterSet:
        return self.do(propose_parameters, content, reason, based_on=based_on, by=by or self.staff)

    def events(self) -> list[tuple[str, str]]:
        with self.desk.database.read_session() as session:
            return [(each.kind, each.actor_name) for each in read_stream(session, STREAM)]


@pytest.fixture
def changing(desk, people) -> Changing:
    return Changing(desk, people)


@pytest.mark.any_database
def test_other_conditions_make_slots_stale_and_other_numbers_results(changing: Changing, now) -> None:
    kept = {"sha256": "0" * 64, "order_digest": "0" * 64, "resource_ids": [], "row_count": 0}
    with changing.desk.database.write_session() as session:
        session.add(
            SlotFile(fiscal_year=2026, month="2026-05", kind="multiplier", version=1, created_at=now, **kept)
        )

    def stale() -> dict[str, list[int]]:
        with changing.desk.database.read_session() as session:
            found = pending(session, 2026)
        return {name: [each.delivery_month for each in rows] for name, rows in found.items()}

    first = changing.propose()
    assert stale() == {"slots": [], "results": []}
    changing.do(approve_parameters, first.version, by=changing.head)
    assert stale() == {"slots": [], "results": [5]}
    with_conditions = f'{TIGHT}\n[[multiplier_conditions]]\nlabel = "前日17時より後"\nmultiplier = 5\n'
    second = changing.propose(with_conditions, based_on=first.version)
    changing.do(approve_parameters, second.version, by=changing.head)
    assert stale() == {"slots": [5], "results": [5]}


def test_what_one_proposes_and_another_approves_is_in_force_and_in_the_history(changing: Changing) -> None:
    made = changing.propose()
    with changing.desk.database.read_session() as session:
        assert parameters_in_force(session).configuration == {}
        assert count_to_approve(session, not_by=changing.head.id) == 1
        assert count_to_approve(session, not_by=changing.staff.id) == 0
    changing.do(approve_parameters, made.version, by=changing.head)
    with changing.desk.database.read_session() as session:
        found = parameters_in_force(session)
        [event, _] = read_stream(session, STREAM)
        assert content_of(event)["content"] == TIGHT
    assert found.configuration["penalty/market_offer"]["tight_hours"]["2026"] == "30"
    assert found.parameter_set_id == made.id
    assert changing.events() == [
        ("parameters_proposed", changing.staff.display_name),
        ("parameters_approved", changing.head.display_name),
    ]


def test_nobody_approves_the_own_proposal_and_only_who_may_proposes_and_decides(changing: Changing) -> None:
    made = changing.propose(by=changing.market)
    for by in (changing.market, changing.staff):
        with pytest.raises(NotAllowed):
            changing.do(approve_parameters, made.version, by=by)
    with pytest.raises(NotAllowed):
        changing.do(reject_parameters, made.version, "誤り", by=changing.staff)
    with pytest.raises(NotAllowed):
        changing.propose(by=changing.head)
    with pytest.raises(NotFound):
        changing.do(approve_parameters, 9, by=changing.head)
    assert len(changing.events()) == 1


def test_a_proposal_is_decided_once_and_only_one_waits(changing: Changing) -> None:
    changing.propose()
    with pytest.raises(Conflict, match="承認を待っています"):
        changing.propose(TIGHT + "# 別の案\n", by=changing.market)
    with pytest.raises(Refused, match="却下の理由"):
        changing.do(reject_parameters, 1, " ", by=changing.head)
    taken_back = changing.do(reject_parameters, 1, "値の誤り", by=changing.staff)
    assert (taken_back.state, taken_back.decision) == ("rejected", "値の誤り")
    with pytest.raises(Conflict, match="すでに決定"):
        changing.do(approve_parameters, 1, by=changing.head)
    second = changing.propose()
    changing.do(approve_parameters, second.version, by=changing.market)
    with pytest.raises(Conflict, match="別の版が適用されました"):
        changing.propose(TIGHT + "# 古い版から\n")
    with changing.desk.database.read_session() as session:
        assert [each.state for each in all_sets(session)] == ["in_force", "rejected"]


@pytest.mark.any_database
def test_all_that_is_wrong_is_told_and_nothing_is_kept(changing: Changing) -> None:
    with pytest.raises(Refused) as refused:
        changing.propose('["penalty/x"]\na = 1\n["penalty/caps"]\nmonthly_ratio = {2026 = "-1"}\n', " ")
    assert [each.where for each in refused.value.problems] == [
        "penalty/x",
        "penalty/caps.monthly_ratio.2026",
        "理由",
    ]
    with pytest.raises(Refused, match="1行目の"):
        changing.propose("a = \n")
    with pytest.raises(Refused, match="文字以内"):
        changing.propose("#" * 100_001)
    with pytest.raises(Refused, match="同じ内容"):
        changing.propose("\n")
    assert changing.events() == []


@pytest.mark.any_database
def test_a_recomputation_takes_the_set_in_force_and_says_that_it_is_not_published(world: World) -> None:
    desk, day = world.desk, date(2026, 5, 20)
    by, other = world.people["manager"], world.people["sato"]
    with desk.database.write_session() as session:
        session.add(
            LowReserveSlot(
                slot=34, version=1, area="関西", date=day, origin="file", recorded_at=world.clock()
            )
        )
        for kind, value in {"limit_kw": 900, "planned_kw": 300, "market_offer_kw": 0}.items():
            values = {world.resources["R-1"]: {day: {34: value}}}
            folder = desk.settings.slots_folder
            lay_over(session, folder, fiscal_year=2026, kind=kind, values=values, now=world.clock())

    def compute():
        with desk.database.open_session(writes=True) as session:
            return run_statement(
                session,
                business_id=world.businesses["P001"],
                fiscal_year=2026,
                delivery_month=5,
                slots_folder=desk.settings.slots_folder,
                by=other,
                now=world.clock(),
                kind="recompute",
                parameters=parameters_in_force(session).configuration,
            )

    with pytest.raises(InputRefused, match="tight_hours"):
        compute()
    with desk.database.open_session(writes=True) as session:
        head = add_user(
            session,
            login="head",
            display_name="中村 健",
            password=PASSWORD,
            roles=frozenset({"payment_head"}),
            by=by,
            now=world.clock(),
        )
        propose_parameters(session, desk, TIGHT, "試行", based_on=None, by=by)
        approve_parameters(session, desk, 1, by=head)
    run = compute()
    assert run.parameters["penalty/market_offer"]["tight_hours"]["2026"] == "30"
    [offer] = [each for each in sections(run) if "市場応札の経済的ペナルティ" in each.title]
    assert offer.note not in ("0円", "")
    assert "公表されていない設定値" in "".join(step["policy"] or "" for step in offer.steps)
    stored = next(
        result
        for resource in run.result["resources"]
        for result in resource["results"]
        if result["rule"] == "penalty/market_offer"
    )
    assert any("configured, not published" in (step["policy"] or "") for step in stored["steps"])
