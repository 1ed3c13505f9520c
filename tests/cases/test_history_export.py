"""The exported history can be checked without the database."""

import json
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from cases.errors import InputRefused
from cases.history import SYSTEM, Actor, erase, record, seal
from cases.history_export import export_history, verify_export
from cases.history_verification import verify
from cases.models import Case


@pytest.fixture
def lines(session: Session, case: Case, operator: Actor, now: datetime) -> list[str]:
    """An export: two streams, an erased event, a seal, an unsealed event; line breaks inside a subject."""
    stream = f"case:{case.id}"
    record(
        session, stream, "received", {"subject": "件名\u2028\n\x85二行"}, by=SYSTEM, now=now, case_id=case.id
    )
    event = record(session, "user:1", "signed_in", {"address": "10.0.0.1"}, by=operator, now=now)
    erase(session, event, by=operator, now=now, reason="廃棄")
    seal(session, now=now)
    record(session, "user:1", "signed_in", {}, by=operator, now=now)
    written: list[str] = []
    assert export_history(session, written.append, now=now) == 7
    return written


def test_an_export_says_the_same_as_the_database(session: Session, lines: list[str]) -> None:
    report = verify_export(lines)
    assert report.ok
    assert report == verify(session)
    assert (report.events, report.streams, report.seals, report.erased, report.unsealed) == (4, 2, 1, 1, 1)


def test_every_line_is_json_and_one_line(lines: list[str]) -> None:
    assert all(line.endswith("\n") and line.count("\n") == 1 and json.loads(line) for line in lines)
    kinds = [json.loads(line).get("line", "head") for line in lines]
    assert kinds == ["head", "seal", *["event"] * 4, *["stream"] * 2, "end"]


def test_a_changed_line_is_found(lines: list[str]) -> None:
    lines[2] = lines[2].replace("件名", "別件")
    report = verify_export(lines)
    assert [problem.where for problem in report.problems] == ["case:1 の 1 番"]


def test_a_truncated_file_is_found(lines: list[str]) -> None:
    assert "末尾: 終わりの行がありません" in str(InputRefused(verify_export(lines[:-1]).problems))
    assert not verify_export([*lines[:-2], lines[-1]]).ok
    assert not verify_export([*lines[:-1], lines[-1][:10]]).ok


def test_lines_in_another_order_or_behind_the_end_are_found(lines: list[str]) -> None:
    swapped = [lines[0], lines[2], lines[1], *lines[3:]]
    assert any("並びが変えられています" in problem.message for problem in verify_export(swapped).problems)
    assert any("終わりの行の後" in problem.message for problem in verify_export([*lines, lines[2]]).problems)


@pytest.mark.parametrize("name", ["at", "seq", "stream", "digest", "case_id"])
@pytest.mark.parametrize("value", [None, "", "壊", -1, 1.5, True, [], "2026-13-99T00:00:00+00:00", 10**400])
def test_a_value_of_another_kind_is_a_problem_not_a_crash(lines: list[str], name: str, value: object) -> None:
    changed = json.loads(lines[3])
    changed[name] = value
    lines[3] = json.dumps(changed, ensure_ascii=True) + "\n"
    assert verify_export(lines).ok == (name == "case_id" and value is None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_changed_character_is_found(lines: list[str], data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(lines) - 1))
    line = lines[number].rstrip("\n")
    place = data.draw(st.integers(0, len(line) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"]).filter(lambda c: c != line[place]))
    changed = line[:place] + other + line[place + 1 :]
    report = verify_export([*lines[:number], changed + "\n", *lines[number + 1 :]])
    assert report.ok == _only_the_id_differs(line, changed)


def _only_the_id_differs(line: str, changed: str) -> bool:
    """An event's id says where it stands in the table, no more."""
    try:
        return {**json.loads(line), "id": 0} == {**json.loads(changed), "id": 0}
    except (ValueError, TypeError):
        return False


@pytest.mark.parametrize(
    "content", [[], [""], ["\x00\x01"], ["[]"], ['{"format":"x"}'], ["[" * 100_000], ["{}", "{}"]]
)
def test_what_is_no_export_is_refused(content: list[str]) -> None:
    with pytest.raises(InputRefused, match="履歴の書き出しではありません"):
        verify_export(content)
