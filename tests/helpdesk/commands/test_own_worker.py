"""How a task that a command did itself has ended."""

from helpdesk.commands.own_worker import refusal_of
from helpdesk.task_models import Task


def test_a_task_that_came_to_nothing_says_why_line_by_line() -> None:
    refusal = refusal_of(Task(state="failed", error="一つ目\n二つ目"), "精算")
    assert refusal is not None
    assert [(each.where, each.message) for each in refusal.problems] == [
        ("精算", "一つ目"),
        ("精算", "二つ目"),
    ]
    assert str(refusal_of(Task(state="cancelled", error=""), "精算")) == "精算: 中止されました"
    assert refusal_of(Task(state="done", error=""), "精算") is None
