from datetime import date

import numpy as np
import pytest

from cases.history import SYSTEM, Actor
from helpdesk.errors import Refused
from helpdesk.register.month_results import newest
from helpdesk.register.result_corrections import correct
from helpdesk.register.result_fixing import fix
from helpdesk.register.slot_store import correct_day
from tests.helpdesk.assessed import YEAR, month, record

ONE, OTHER, THIRD = Actor(11, "佐藤 美咲"), Actor(12, "山本 大輔"), Actor(13, "石川 真理子")


@pytest.fixture
def results(world, now):
    with world.database.open_session(writes=True) as session:
        record(session, [month(each, world.business_id) for each in world.resource_ids], now=now)
        yield session, newest(session, YEAR)


def reasons(session, results, by, now) -> list[str]:
    with pytest.raises(Refused) as refused:
        fix(session, results, by=by, now=now)
    return [f"{problem.where}: {problem.message}" for problem in refused.value.problems]


def test_what_is_fixed_says_by_whom_and_cannot_be_fixed_again(results, now) -> None:
    session, rows = results
    fix(session, rows, by=ONE, now=now)
    assert {(row.state, row.fixed_at, row.fixed_by_name) for row in rows} == {("fixed", now, "佐藤 美咲")}
    told = reasons(session, rows, OTHER, now)
    assert told[0] == "北浜発電所1号機（R-1）4月分 第1版: すでに確定しています"
    assert len(told) == 2
    assert reasons(session, [], OTHER, now) == ["確定: 確定する結果がありません"]


def test_nobody_fixes_what_he_or_she_corrected_nor_what_somebody_made_of_it(results, now) -> None:
    session, rows = results
    made = correct(session, rows[0], {"payment_yen": "1"}, reason="合意", by=ONE, now=now)
    made = correct(session, made, {"payment_yen": "2"}, reason="合意", by=OTHER, now=now)
    for person in (ONE, OTHER):
        assert "自分が修正した結果" in reasons(session, [made, rows[1]], person, now)[0]
    assert "だれが確定するか" in reasons(session, [made], SYSTEM, now)[0]
    assert rows[1].state == "computed"
    assert "新しい版があります" in reasons(session, [rows[0]], THIRD, now)[0]
    fix(session, [made, rows[1]], by=THIRD, now=now)
    later = correct(session, made, {"payment_yen": "3"}, reason="再合意", by=THIRD, now=now)
    assert (made.state, later.inputs["corrected_by"]) == ("fixed", [13])
    fix(session, [later], by=ONE, now=now)


def test_who_corrected_slots_of_the_month_does_not_fix_it(results, now) -> None:
    session, rows = results
    for on in (date(2026, 4, 3), date(2026, 5, 3)):
        correct_day(
            session,
            resource_id=rows[0 if on.month == 4 else 1].resource_id,
            kind="multiplier",
            on=on,
            values=np.ones(48, dtype=np.int32),
            reason="訂正",
            by=ONE,
            now=now,
        )
    assert reasons(session, rows, ONE, now) == [
        "北浜発電所1号機（R-1）4月分 第1版: 自分がコマを訂正した月は確定できません。別の人に依頼してください"
    ]
    fix(session, rows[1:], by=ONE, now=now)
    fix(session, rows[:1], by=OTHER, now=now)
