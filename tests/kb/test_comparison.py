"""改訂の比較: what changed between two wordings."""

from kb.comparison import Line, compare
from kb.models import Revision
from tests.kb.conftest import manuscript


def revision(**more: object) -> Revision:
    text = manuscript(**more)
    return Revision(**{name: getattr(text, name) for name in type(text).__dataclass_fields__})


def test_equal_texts_have_no_lines() -> None:
    assert compare(revision(), revision()) == []


def test_removed_lines_stand_before_added_ones_and_unchanged_parts_are_left_out() -> None:
    old = revision(body="一\n二\n三")
    new = revision(body="一\n弐\n三", valid_from_fiscal_year=2025)
    assert compare(old, new) == [
        Line("本文", "same", "一"),
        Line("本文", "removed", "二"),
        Line("本文", "added", "弐"),
        Line("本文", "same", "三"),
        Line("適用開始年度", "added", "2025"),
    ]
