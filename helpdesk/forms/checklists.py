"""チェックリストと対応時間の入力."""

from collections.abc import Mapping
from dataclasses import dataclass

from cases.checklists import DUTIES
from cases.kinds import KINDS
from cases.working_time import MOST_MINUTES
from helpdesk.forms.fields import FormReader, row_number


@dataclass(frozen=True, slots=True)
class TickForm:
    """One tick."""

    template_id: int
    position: int
    done: bool
    note: str


@dataclass(frozen=True, slots=True)
class MinutesForm:
    """対応時間 as typed."""

    minutes: int
    note: str


@dataclass(frozen=True, slots=True)
class TemplateForm:
    """ひな型 as typed; items one a line."""

    title: str
    duty: str
    case_kinds: tuple[str, ...]
    items: tuple[str, ...]
    is_active: bool
    version: int


def read_tick(values: Mapping[str, str]) -> TickForm:
    """A tick; a list or an item that does not exist is refused where it is looked for."""
    return TickForm(
        template_id=row_number(values.get("template", "")),
        position=row_number(values.get("position", "")),
        done=values.get("done", "") == "1",
        note=values.get("note", "").replace("\0", ""),
    )


def read_minutes(values: Mapping[str, str]) -> MinutesForm:
    """Minutes worked. Raises `Refused`."""
    reader = FormReader(values)
    form = MinutesForm(
        minutes=reader.whole("minutes", "対応時間（分）", required=True, least=1, most=MOST_MINUTES) or 0,
        note=reader.text("note", "内容", most=200),
    )
    reader.refuse_if_wrong()
    return form


def read_template(values: Mapping[str, str], case_kinds: list[str]) -> TemplateForm:
    """A template; what is wrong with its content is said by `cases.checklists`. Raises `Refused`."""
    reader = FormReader(values)
    form = TemplateForm(
        title=reader.text("title", "名称", most=200),
        duty=reader.choice("duty", "毎日の業務", DUTIES),
        case_kinds=tuple(kind for kind in case_kinds if kind in KINDS),
        items=tuple(reader.text("items", "項目", most=40_000).splitlines()),
        is_active=values.get("is_active", "") == "1",
        version=reader.whole("version", "版") or 0,
    )
    reader.refuse_if_wrong()
    return form
