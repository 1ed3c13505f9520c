import pytest

from cases.history import Actor
from helpdesk.errors import Conflict, Refused
from helpdesk.register.errors import ResultPermanent
from helpdesk.register.month_results import newest, versions
from helpdesk.register.result_corrections import correct, corrected_figures
from tests.helpdesk.assessed import PLAIN, YEAR, month, record

ONE = Actor(11, "佐藤 美咲")


def outcome(changes: dict[str, str], **figures: str) -> tuple[dict[str, str], list[str]]:
    """What changes of a result come to: the figures that moved, or the problems."""
    problems = []
    before = PLAIN | figures
    after = corrected_figures(before, changes, problems)
    moved = {name: value for name, value in after.items() if value != before[name]}
    return moved, [f"{problem.where}: {problem.message}" for problem in problems]


def test_typed_figures_are_read_as_people_write_them() -> None:
    typed = {"payment_yen": "¥４８０，０００円", "shortfall_slots": "1/3", "penalty_total_yen": ""}
    assert outcome(typed) == (
        {"payment_yen": "480000", "shortfall_slots": "1/3", "cumulative_slots": "1/3"},
        [],
    )


def test_the_total_is_the_sum_of_its_parts_while_no_cap_cuts() -> None:
    moved, problems = outcome(
        {"penalty_market_offer_yen": "300"}, penalty_outage_yen="1000", penalty_total_yen="1000"
    )
    assert (moved, problems) == ({"penalty_market_offer_yen": "300", "penalty_total_yen": "1300"}, [])


def test_where_a_cap_has_cut_the_total_has_to_be_told() -> None:
    cut = {"penalty_outage_yen": "1000", "penalty_total_yen": "600"}
    _, problems = outcome({"penalty_market_offer_yen": "300"}, **cut)
    assert problems == [
        "修正・経済的ペナルティ額（上限適用後）: この月には上限が適用されています。上限適用後の額も入力してください"
    ]
    told = {"penalty_market_offer_yen": "300", "penalty_total_yen": "700"}
    assert outcome(told, **cut) == (told, [])


def test_every_problem_is_told_at_once_and_nothing_changes() -> None:
    typed = {
        "payment_yen": "1.5",
        "contract_amount_yen": "-1",
        "shortfall_slots": "多い",
        "market_offer_shortfall_kwh": "-0.5",
        "made_up": "1",
    }
    moved, problems = outcome(typed)
    assert moved == {}
    assert [problem.partition(":")[0] for problem in problems] == [
        "修正・容量確保契約金額（各月）",
        "修正・容量確保契約金額",
        "修正・未達成コマ（当月）",
        "修正・未達成量（市場応札、当月）",
        "修正・made_up",
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "変わる数値がありません"),
        ({"payment_yen": "486,000"}, "変わる数値がありません"),
        ({"penalty_total_yen": "1"}, "内訳の合計 0 円と合いません"),
        ({"penalty_outage_yen": "-5", "penalty_total_yen": "-9"}, "内訳の合計 -5 円と合いません"),
        ({"shortfall_slots": "5", "cumulative_slots": "4"}, "当月の未達成コマより小さく"),
        ({"shortfall_slots": "1e30"}, "大きすぎます"),
        ({"market_offer_shortfall_kwh": "9" * 60}, "大きすぎます"),
        ({"payment_yen": "1,23"}, "桁区切りの位置が3桁ごとではありません"),
        ({"shortfall_slots": "1,234,5"}, "桁区切りの位置が3桁ごとではありません"),
    ],
)
def test_what_cannot_be_is_refused(changes, message) -> None:
    assert message in outcome(changes)[1][0]


def test_a_correction_is_a_new_version_and_the_one_before_stays_as_it_was(world, now) -> None:
    with world.database.write_session() as session:
        record(session, [month(world.resource_ids[0], world.business_id)], now=now)
        computed = newest(session, YEAR)[0]
        made = correct(session, computed, {"payment_yen": "480000"}, reason=" 合意 ", by=ONE, now=now)
        again = correct(session, made, {"penalty_outage_yen": "10"}, reason="計算誤り", by=ONE, now=now)
        assert [row.version for row in versions(session, made.resource_id, YEAR, 4)] == [3, 2, 1]
        assert (again.figures["payment_yen"], again.figures["penalty_total_yen"]) == ("480000", "10")
        assert (made.reason, again.inputs["computed"], computed.figures) == ("合意", PLAIN, PLAIN)
        assert again.inputs["corrected_by"] == [11, 11]
        assert newest(session, YEAR) == [again]
        with pytest.raises(Conflict, match="新しい版"):
            correct(session, made, {"payment_yen": "1"}, reason="合意", by=ONE, now=now)
        with pytest.raises(Refused) as refused:
            correct(session, again, {"payment_yen": "?"}, reason=" ", by=ONE, now=now)
        assert len(refused.value.problems) == 2


def test_figures_of_a_version_never_change(world, now) -> None:
    with world.database.write_session() as session:
        record(session, [month(world.resource_ids[0], world.business_id)], now=now)
    with world.database.open_session(writes=True) as session:
        newest(session, YEAR)[0].figures = PLAIN | {"payment_yen": "1"}
        with pytest.raises(ResultPermanent, match="新しい版"):
            session.flush()
