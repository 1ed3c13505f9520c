"""異議申立ての入力 (requirement B1.3): against which notice, why, and what the business says the values should be."""

from dataclasses import dataclass

from werkzeug.datastructures import FileStorage, MultiDict

from helpdesk.errors import Problem
from helpdesk.forms.calculations import changes_of, read_rows
from helpdesk.forms.portal_cases import read_files
from helpdesk.workflows.receive_form import SentFile

MORE_ROWS = 3
_MOST_ROWS = 20
_AMOUNT = "amount."


@dataclass(frozen=True, slots=True)
class ObjectionForm:
    """申立て as typed: `rows` for showing again, `claims` those of them that say something."""

    grounds: str
    rows: list[dict[str, str]]
    claims: list[dict[str, str | int]]
    amounts: dict[str, str]
    files: tuple[SentFile, ...]
    problems: list[Problem]


def read_objection(values: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> ObjectionForm:
    """Everything as typed; what is wrong with the claims the workflow says, with the files' `problems` beside it."""
    rows = read_rows(values)
    problems: list[Problem] = []
    sent = read_files(files, problems)
    if values.get("do") == "more":
        rows += [dict.fromkeys(rows[0], "") for _ in range(MORE_ROWS)]
    amounts = {name.removeprefix(_AMOUNT): text for name, text in values.items() if name.startswith(_AMOUNT)}
    return ObjectionForm(
        grounds=values.get("grounds", "").replace("\r\n", "\n").strip(),
        rows=rows[:_MOST_ROWS],
        claims=changes_of(rows),
        amounts={key: text.strip() for key, text in amounts.items() if text.strip()},
        files=sent,
        problems=problems,
    )
