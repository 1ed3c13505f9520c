"""電源等差替の取り込み: from a slot to a slot another resource answers for a contract, or for some kW of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import fiscal_year_of
from calc_core.slots import SLOTS_PER_DAY
from helpdesk.imports.checked import Checked, RowKeys
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.quantities import read_kw
from helpdesk.imports.resources import KnownResources
from helpdesk.imports.slot_times import SlotPlace
from helpdesk.imports.spans import SPAN_COLUMNS, WITHDRAWN_COLUMN, Span, read_span, read_withdrawn
from helpdesk.imports.table_file import Row, Table
from helpdesk.imports.versioned import Words, in_words, keep_versions
from helpdesk.register.models import Contract, Resource, Substitution

COLUMNS = (
    Column("number", "差替番号", ("電源等差替番号", "番号", "number"), example="SG-2026-0004"),
    Column("from", "差替元", ("差替元の電源等コード", "差替元コード", "from"), example="P001-0601"),
    Column("to", "差替先", ("差替先の電源等コード", "差替先コード", "to"), example="P001-0602"),
    Column("kw", "差替容量", ("容量", "差替kW", "kw"), example="50,000", may_be_empty=True),
    *SPAN_COLUMNS,
    WITHDRAWN_COLUMN,
)
_LABELS = {
    "from_resource_id": "差替元",
    "to_resource_id": "差替先",
    "kw": "差替容量",
    "first_date": "開始日",
    "first_slot": "開始コマ",
    "last_date": "終了日",
    "last_slot": "終了コマ",
    "withdrawn": "取消",
}


@dataclass(frozen=True, slots=True)
class _Part:
    """What moves away from a resource, and what a reader knows it by."""

    number: str
    kw: int | None
    first: SlotPlace
    last: SlotPlace


def read_substitutions(session: Session, table: Table, today: date) -> Checked:
    """All substitutions of the table. Raises `Refused` with every problem, by row and column."""
    reader, resources, contracts = TableReader(table, COLUMNS), KnownResources(session), _Contracts(session)
    keys, entries, shown, places = RowKeys(reader), [], [], []
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        number = reader.text("number")
        source, target = resources.id_of(reader, "from"), resources.id_of(reader, "to")
        kw, span, withdrawn = reader.value("kw", read_kw), read_span(reader), read_withdrawn(reader)
        if number:
            keys.add(number, "number", f"差替「{number}」")
        if source is not None and source == target:
            reader.note("to", "差替元と同じ電源等です。別の電源等にしてください")
        if len(reader.problems) == before and span is not None and not withdrawn:
            contracts.check(reader, source, target, kw, span)
        if len(reader.problems) > before or span is None:
            continue
        sides = {"from_resource_id": source, "to_resource_id": target}
        entries.append({"number": number, **sides, "kw": kw, **span.columns(), "withdrawn": withdrawn})
        words = in_words(kw) if kw is not None else "全量"
        labels = [resources.label_of(source), resources.label_of(target)]
        shown.append([number, *labels, words, *span.shown(), "取消" if withdrawn else ""])
        places.append(row)
    _note_excess(session, reader, contracts, entries, places)
    reader.refuse_if_wrong()
    headings = ["差替番号", "差替元", "差替先", "差替容量（kW）", "開始", "終了", "取消"]
    return Checked(entries, headings, shown, reader.warnings)


class _Contracts:
    """Contracts by resource and fiscal year."""

    def __init__(self, session: Session) -> None:
        rows = session.execute(
            select(
                Contract.resource_id, Contract.fiscal_year, Contract.contract_kw, Contract.price_yen_per_kw
            )
        )
        self._by_key = {(row[0], row[1]): (row[2], row[3]) for row in rows}

    def kw_of(self, resource_id: int, fiscal_year: int) -> int:
        """The contract capacity, 0 without a contract."""
        return self._by_key.get((resource_id, fiscal_year), (0, 0))[0]

    def check(self, reader: TableReader, source: int, target: int, kw: int | None, span: Span) -> None:
        """Note what these contracts do not allow."""
        year = fiscal_year_of(span.first[0])
        if span.last is not None and fiscal_year_of(span.last[0]) != year:
            reader.note("end", f"{year}年度の終わりを越えています。実需給年度ごとに行を分けてください")
            return
        own, others = self._by_key.get((source, year)), self._by_key.get((target, year))
        if own is None:
            reader.note(
                "from", f"{year}年度の契約がありません。契約を先に取り込むか、開始日を確かめてください"
            )
            return
        if kw is not None and kw == 0:
            reader.note("kw", "1 kW 以上にしてください。全量の差替なら空欄にします")
        if kw is not None and kw > own[0]:
            reader.note("kw", f"差替元の契約容量 {own[0]:,} kW を超えています")
        if others is not None and others[1] != own[1]:
            words = f"差替先は {year}年度に別の単価（{others[1]:,}円/kW、差替元は {own[1]:,}円/kW）の契約があります"
            reader.note(
                "to", f"{words}。単価の違う契約は合わせられないため、別の電源等コードを使ってください"
            )


def _note_excess(
    session: Session,
    reader: TableReader,
    contracts: _Contracts,
    entries: list[dict[str, Any]],
    places: list[Row],
) -> None:
    """Note rows with which more would move away from a resource at some slot than its contract holds."""
    said_anew = {entry["number"] for entry in entries}
    sources = {entry["from_resource_id"] for entry in entries}
    rows = session.scalars(select(Substitution).order_by(Substitution.version))
    in_force = {row.number: row for row in rows}
    parts: dict[int, list[_Part]] = {}
    for row in in_force.values():
        if row.from_resource_id in sources and row.number not in said_anew and not row.withdrawn:
            last = None if row.last_date is None else (row.last_date, row.last_slot or SLOTS_PER_DAY)
            part = _part(row.number, row.kw, (row.first_date, row.first_slot), last)
            parts.setdefault(row.from_resource_id, []).append(part)
    for entry, row in zip(entries, places, strict=True):
        if entry["withdrawn"]:
            continue
        last = None if entry["last_date"] is None else (entry["last_date"], entry["last_slot"])
        part = _part(entry["number"], entry["kw"], (entry["first_date"], entry["first_slot"]), last)
        there = parts.setdefault(entry["from_resource_id"], [])
        there.append(part)
        whole = contracts.kw_of(entry["from_resource_id"], fiscal_year_of(part.first[0]))
        moved, numbers = _most_moved(part, there, whole)
        if moved > whole:
            reader.at_again(row)
            others = "・".join(sorted(numbers - {part.number}))
            words = f"重なる差替（{others}）と合わせて {moved:,} kW になり、契約容量 {whole:,} kW を超えます"
            reader.note("kw", f"{words}。期間か容量を直してください")


def _part(number: str, kw: int | None, first: SlotPlace, last: SlotPlace | None) -> _Part:
    """An open one ends with the fiscal year in which it begins."""
    end = (date(fiscal_year_of(first[0]) + 1, 3, 31), SLOTS_PER_DAY)
    return _Part(number, kw, first, last or end)


def _most_moved(part: _Part, others: list[_Part], whole: int) -> tuple[int, set[str]]:
    """The most kW that move at one time while `part` does, and what moves then. It changes only where one begins."""
    meeting = [each for each in others if each.first <= part.last and part.first <= each.last]
    most, numbers = 0, set()
    for start in sorted({max(each.first, part.first) for each in meeting}):
        active = [each for each in meeting if each.first <= start <= each.last]
        moved = sum(whole if each.kw is None else each.kw for each in active)
        if moved > most:
            most, numbers = moved, {each.number for each in active}
    return most, numbers


def _resource_names(session: Session) -> Words:
    codes = {row.id: row.code for row in session.execute(select(Resource.id, Resource.code))}
    return {"from_resource_id": codes, "to_resource_id": codes}


SUBSTITUTIONS: Final = ImportKind(
    "substitutions",
    "電源等差替",
    COLUMNS,
    read_substitutions,
    keep_versions(Substitution, key=("number",), labels=_LABELS, words=_resource_names),
    about="契約の全部か一部を別の電源等が担う期間です。差替容量が空欄なら全量、終了が空欄なら年度の終わりまでです。",
)
