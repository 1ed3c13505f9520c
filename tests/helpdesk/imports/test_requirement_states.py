"""Files of requirements: met or not, since when and why; a change is the next version."""

import pytest
from sqlalchemy import select

from helpdesk.register.models import RequirementState

HEADER = "電源等コード,実需給年度,リクワイアメント,状態,年月日,理由\n"
GOOD = "R-1,2026,余力活用契約,未充足,2026-06-15,更新手続きの遅れ\n"


def test_a_state_changes_as_the_next_version(send, desk, fleet) -> None:
    send("requirement_states", HEADER + GOOD + "R-1,2026年度,実効性テスト,充足,令和8年5月1日,合格\n")
    done = send("requirement_states", HEADER + GOOD.replace("未充足,2026-06-15", "充足,2026-06-20"))
    assert done.kept.changes == [
        "北浜発電所 1号機（R-1）・2026年度 余力活用契約の締結：状態 未充足 → 充足、年月日 2026-06-15 → 2026-06-20"
    ]
    with desk.database.read_session() as session:
        rows = session.scalars(select(RequirementState).order_by(RequirementState.id)).all()
        assert [(each.requirement, each.version, each.state) for each in rows] == [
            ("residual_capacity_contract", 1, "not_met"),
            ("effectiveness_test", 1, "met"),
            ("residual_capacity_contract", 2, "met"),
        ]


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("余力活用契約", "余力", "リクワイアメント", "余力活用契約の締結・実効性テスト"),
        ("未充足", "不明", "状態", "充足・未充足 のどれか"),
        ("2026-06-15", "6/15", "年月日", "年月日ではありません"),
        ("更新手続きの遅れ", "", "理由", "空です"),
        ("2026,", "26,", "実需給年度", "2024〜2099"),
    ],
)
def test_what_is_no_state_is_said(told, fleet, old: str, new: str, where: str, words: str) -> None:
    [(found, message)] = told("requirement_states", HEADER + GOOD.replace(old, new))
    assert found == f"2行目「{where}」"
    assert words in message


def test_one_requirement_twice_is_refused(told, fleet) -> None:
    [(where, message)] = told("requirement_states", HEADER + GOOD + GOOD)
    assert where == "3行目「リクワイアメント」"
    assert "2行目にもあります" in message
