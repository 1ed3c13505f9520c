"""A tick is kept at once, with who made it and when, for a day as for a case; what is refused leaves nothing."""

import pytest

from cases.checklists import lists_of_day, templates
from cases.errors import CasesError
from helpdesk.clock import in_japan
from helpdesk.workflows.prepare_instance import prepare_instance
from helpdesk.workflows.tick_checklist import tick_item


def test_a_tick_is_kept_and_can_be_taken_back(desk, people) -> None:
    prepare_instance(desk)
    day, by = in_japan(desk.clock()).date(), people["operator"]
    for done, told in ((True, by.display_name), (False, "")):
        with desk.database.open_session(writes=True) as session:
            template = next(each for each in templates(session) if each.duty == "operations")
            ticked = {"template_id": template.id, "position": 1, "done": done, "note": "確認"}
            tick_item(session, desk, day, **ticked, by=by)
        with desk.database.read_session() as session:
            (shown,) = lists_of_day(session, "operations", day)
            assert shown.items[0].done_by_name == told


def test_an_item_that_is_not_there_is_refused(desk, people) -> None:
    prepare_instance(desk)
    day = in_japan(desk.clock()).date()
    ticked = {"template_id": 999, "position": 1, "done": True, "note": ""}
    with desk.database.open_session(writes=True) as session, pytest.raises(CasesError):
        tick_item(session, desk, day, **ticked, by=people["operator"])
