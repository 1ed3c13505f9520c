"""チェックリスト: begun with the first tick, ticked once with name and time, never rewritten by a later template."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from cases import checklists
from cases.checklist_seeding import seed_checklists
from cases.checklists import lists_of_case, lists_of_day, save_template, templates, tick
from cases.errors import InputRefused, StaleVersion
from cases.history import Actor, case_events, content_of, read_stream
from cases.models import Case, Checklist, ChecklistTemplate

DAY = date(2026, 6, 30)


@pytest.fixture
def seeded(session: Session, now: datetime) -> dict[str, ChecklistTemplate]:
    seed_checklists(session, now=now)
    return {template.key: template for template in templates(session)}


def test_seeding_twice_adds_nothing_and_keeps_what_people_changed(
    session: Session, seeded: dict[str, ChecklistTemplate], leader: Actor, now: datetime
) -> None:
    daily = seeded["operations-daily"]
    save_template(
        session,
        daily,
        key=daily.key,
        title="朝の確認",
        duty="operations",
        case_kinds=(),
        items=["一つだけ"],
        by=leader,
        now=now,
    )
    assert seed_checklists(session, now=now) == 0
    assert session.get(ChecklistTemplate, daily.id).items == ["一つだけ"]


def test_a_list_that_nobody_began_is_shown_and_begins_with_its_first_tick(
    session: Session, seeded: dict[str, ChecklistTemplate], operator: Actor, now: datetime
) -> None:
    (shown,) = lists_of_day(session, "operations", DAY)
    assert (shown.started, shown.done) == (False, 0)

    tick(session, shown.template_id, 2, subject=DAY, done=True, note="0 件", by=operator, now=now)

    (shown,) = lists_of_day(session, "operations", DAY)
    assert (shown.started, shown.done, shown.is_complete) == (True, 1, False)
    ticked = shown.items[1]
    assert (ticked.done_by_name, ticked.note, ticked.done_at) == (operator.display_name, "0 件", now)
    assert [event.kind for event in read_stream(session, "checklists")][-2:] == [
        "checklist_started",
        "checklist_ticked",
    ]
    assert lists_of_day(session, "operations", DAY + timedelta(days=1))[0].started is False


def test_a_second_tick_keeps_the_first_name_and_a_tick_can_be_taken_back(
    session: Session, seeded: dict[str, ChecklistTemplate], operator: Actor, leader: Actor, now: datetime
) -> None:
    number = seeded["operations-daily"].id
    tick(session, number, 1, subject=DAY, done=True, by=operator, now=now)
    again = tick(session, number, 1, subject=DAY, done=True, by=leader, now=now + timedelta(hours=1))
    assert (again.done_by_name, again.done_at) == (operator.display_name, now)

    back = tick(session, number, 1, subject=DAY, done=False, by=leader, now=now)
    assert (back.done_at, back.done_by_id, back.done_by_name) == (None, None, "")
    assert content_of(read_stream(session, "checklists")[-1])["done"] is False


def test_a_case_has_the_lists_of_its_kind_in_its_own_history(
    session: Session,
    seeded: dict[str, ChecklistTemplate],
    make_case: Callable[..., Case],
    operator: Actor,
    now: datetime,
) -> None:
    case = make_case(session, kind="objection")
    (shown,) = lists_of_case(session, case)
    assert shown.title == "異議申立ての確認"
    tick(session, shown.template_id, 1, subject=case, done=True, by=operator, now=now)

    assert [event.kind for event in case_events(session, case.id)] == [
        "checklist_started",
        "checklist_ticked",
    ]
    assert lists_of_case(session, make_case(session, kind="inquiry")) == []


def test_a_later_template_does_not_rewrite_what_was_begun(
    session: Session, seeded: dict[str, ChecklistTemplate], operator: Actor, now: datetime
) -> None:
    daily = seeded["operations-daily"]
    tick(session, daily.id, 1, subject=DAY, done=True, by=operator, now=now)
    before = lists_of_day(session, "operations", DAY)
    values = {"key": daily.key, "title": "新しい名称", "duty": "operations", "case_kinds": ()}
    save_template(session, daily, **values, items=["新しい項目"], by=operator, now=now)
    save_template(session, daily, **values, items=["新しい項目"], is_active=False, by=operator, now=now)

    assert lists_of_day(session, "operations", DAY) == before
    assert lists_of_day(session, "operations", DAY + timedelta(days=1)) == []


def test_what_is_not_there_is_refused_and_begins_nothing(
    session: Session,
    seeded: dict[str, ChecklistTemplate],
    make_case: Callable[..., Case],
    operator: Actor,
    now: datetime,
) -> None:
    inquiry = make_case(session, kind="inquiry")
    for template, position, subject in (
        (9999, 1, DAY),
        (seeded["objection-review"].id, 1, inquiry),
        (seeded["objection-review"].id, 1, DAY),
    ):
        with pytest.raises(InputRefused, match="ここでは使えません"):
            tick(session, template, position, subject=subject, done=True, by=operator, now=now)
    with pytest.raises(InputRefused, match="99 番の項目はありません"):
        tick(session, seeded["operations-daily"].id, 99, subject=DAY, done=True, by=operator, now=now)
    assert session.query(Checklist).filter(Checklist.case_id.is_not(None)).count() == 0


def test_a_template_is_refused_with_all_its_problems(
    session: Session, operator: Actor, now: datetime
) -> None:
    with pytest.raises(InputRefused) as refused:
        save_template(
            session,
            None,
            key="x",
            title="",
            duty="nights",
            case_kinds=["order"],
            items=["", "あ" * 501, *["項目"] * 60],
            by=operator,
            now=now,
        )
    assert [problem.where for problem in refused.value.problems] == [
        "名称",
        "毎日の業務",
        "案件の種類",
        "使いみち",
        "項目",
        "項目",
    ]


def test_two_who_edit_one_template_do_not_overwrite_each_other(
    session: Session, seeded: dict[str, ChecklistTemplate], operator: Actor, now: datetime
) -> None:
    daily = seeded["operations-daily"]
    values = {"key": daily.key, "title": "朝", "duty": "operations", "case_kinds": (), "items": ["a"]}
    seen = daily.version
    save_template(session, daily, **values, expected_version=seen, by=operator, now=now)
    with pytest.raises(StaleVersion):
        save_template(session, daily, **values, expected_version=seen, by=operator, now=now)
    with pytest.raises(InputRefused, match="すでにあります"):
        save_template(session, None, **values, by=operator, now=now)


def test_duties_have_words() -> None:
    assert set(checklists.DUTIES) == {"operations", "reserve"}
