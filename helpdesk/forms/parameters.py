"""設定値の入力: the text of a parameter set with its reason, and one value to be put into it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from calc_core.configuration_check import check_configuration
from helpdesk.errors import Problem
from helpdesk.forms.fields import FormReader, row_number
from helpdesk.register.parameter_sets import LONGEST_CONTENT, LONGEST_REASON

SETTING, YEAR, VALUE, SOURCE = "設定", "年度", "値", "出典"
LONGEST_SOURCE = 300


@dataclass(frozen=True, slots=True)
class Edit:
    """編集中の設定ファイル: the text and reason as typed, and the set (id) it was begun on."""

    content: str
    reason: str = ""
    based_on: int | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    """加える値: a number, or the choice of a policy, in one fiscal year."""

    rule: str
    name: str
    year: int
    value: str
    source: str


def read_edit(values: Mapping[str, str]) -> Edit:
    """The text as typed; too long a text is cut where its check still finds it too long."""
    content = values.get("content", "").replace("\r\n", "\n").replace("\x00", "")[: LONGEST_CONTENT + 1]
    reason = values.get("reason", "").replace("\r\n", "\n").replace("\x00", "")[: LONGEST_REASON + 1]
    return Edit(content, reason, row_number(values.get("based_on", "")) or None)


def read_addition(values: Mapping[str, str], options: Mapping[str, str]) -> Addition:
    """The value to add. Raises `Refused` with every problem."""
    reader = FormReader(values)
    chosen = reader.choice("setting", SETTING, options, required=True)
    year = reader.whole("year", YEAR, required=True, least=1000, most=9990)
    source = reader.text("source", SOURCE, most=LONGEST_SOURCE)
    rule, name, choice = (*chosen.split("|"), "", "")[:3]
    value = choice
    if chosen and not choice:
        typed = reader.text("value", VALUE, required=True, most=60)
        value = unicodedata.normalize("NFKC", typed).replace(",", "").strip()
    if value and year is not None and not reader.problems:
        for each in check_configuration({rule: {name: {str(year): value}}}):
            reader.problems.append(Problem(VALUE, each.message))
    reader.refuse_if_wrong()
    assert year is not None
    return Addition(rule, name, year, value, source)
