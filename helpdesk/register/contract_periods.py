"""契約の期間: who answers for how many kW from which slot to which, once substitutions (電源等差替) have moved them?

Policies: substitutions in force at one time are carried out in the order of their beginning (then of their number), so
that what A handed to B can be handed on by B to C; more kW than the source holds moves all of it. In part, the assessed
kW and the deduction move in proportion, the fraction staying with the source (at least 1 assessed kW each). Where the
substitute has a contract at another price, the period carries the higher price and a deduction that makes the amount
the sum of both. Whether it is inefficient coal follows the resource that answers.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.contract_period import ContractPeriod, SlotPlace
from calc_core.fiscal_year import first_day, last_day
from calc_core.slots import SLOTS_PER_DAY
from helpdesk.register.models import Contract, Resource, Substitution


@dataclass(frozen=True, slots=True)
class Moved:
    """電源等差替 in force: `kw` (none: all) of what `source` answers for is answered for by `target`, both ends inclusive."""

    number: str
    source: int
    target: int
    kw: int | None
    first: SlotPlace
    last: SlotPlace | None


@dataclass(slots=True)
class YearPeriods:
    """契約の期間 of a fiscal year by resource id, each in time order; what could not be moved as told is a warning."""

    periods: dict[int, tuple[ContractPeriod, ...]]
    warnings: list[str] = field(default_factory=list)


def contract_periods(
    session: Session, fiscal_year: int, resource_ids: Collection[int] | None = None
) -> YearPeriods:
    """契約の期間 of these resources, or of all that answer for something in the year.

    A resource without a contract of its own has periods only while it substitutes; one that never does is left out.
    """
    moved = substitutions_in_force(session, fiscal_year)
    wanted = None if resource_ids is None else connected(resource_ids, moved)
    rows = select(Contract).where(Contract.fiscal_year == fiscal_year)
    coal = select(Resource.id).where(Resource.inefficient_coal)
    if wanted is not None:
        rows = rows.where(Contract.resource_id.in_(wanted))
        moved = [each for each in moved if each.source in wanted]
    contracts = {
        row.resource_id: ContractPeriod(
            row.contract_kw,
            row.assessed_kw,
            row.price_yen_per_kw,
            row.transitional_deduction_yen,
            row.inefficient_coal,
        )
        for row in session.scalars(rows)
    }
    targets = {each.target for each in moved} - contracts.keys()
    coal_ids = set(session.scalars(coal.where(Resource.id.in_(targets)))) if targets else set()
    coal_ids |= {each for each, period in contracts.items() if period.inefficient_coal}
    found = periods_of_year(fiscal_year, contracts, moved, coal_ids)
    if resource_ids is not None:
        found.periods = {each: found.periods[each] for each in resource_ids if each in found.periods}
    return found


def substitutions_in_force(session: Session, fiscal_year: int) -> list[Moved]:
    """The newest version of each substitution that touches the year and was not withdrawn."""
    rows = session.scalars(select(Substitution).order_by(Substitution.version))
    newest = {row.number: row for row in rows}
    begin, end = first_day(fiscal_year), last_day(fiscal_year)
    return [
        Moved(
            number,
            row.from_resource_id,
            row.to_resource_id,
            row.kw,
            (row.first_date, row.first_slot),
            None if row.last_date is None else (row.last_date, row.last_slot or SLOTS_PER_DAY),
        )
        for number, row in sorted(newest.items())
        if not row.withdrawn and _touches(row, begin, end)
    ]


def ever_substituted(session: Session, fiscal_year: int) -> set[int]:
    """Every resource that some version of a substitution named in the year, also one corrected or withdrawn since."""
    begin, end = first_day(fiscal_year), last_day(fiscal_year)
    rows = [row for row in session.scalars(select(Substitution)) if _touches(row, begin, end)]
    return {row.from_resource_id for row in rows} | {row.to_resource_id for row in rows}


def connected(resource_ids: Collection[int], moved: Iterable[Moved]) -> set[int]:
    """These resources and all that substitutions connect them with, over any number of steps."""
    found, moved = set(resource_ids), list(moved)
    grew = True
    while grew:
        touching = [each for each in moved if each.source in found or each.target in found]
        more = {each.source for each in touching} | {each.target for each in touching}
        grew = not more <= found
        found |= more
    return found


def periods_of_year(
    fiscal_year: int,
    contracts: Mapping[int, ContractPeriod],
    moved: Sequence[Moved],
    coal_ids: Collection[int] = (),
) -> YearPeriods:
    """The periods from contracts (by resource, for the whole year) and the substitutions in force."""
    moved = sorted(moved, key=lambda each: (each.first, each.number))
    touched = {each.source for each in moved} | {each.target for each in moved}
    result = YearPeriods({each: (period,) for each, period in contracts.items() if each not in touched})
    begin, end = (first_day(fiscal_year), 1), (last_day(fiscal_year), SLOTS_PER_DAY)
    starts = {begin}
    for each in moved:
        starts |= {each.first} | ({_after(each.last)} if each.last else set())
    cuts = sorted(place for place in starts if begin <= place <= end)
    pieces: dict[int, list[ContractPeriod]] = {}
    for number, first in enumerate(cuts):
        last = _before(cuts[number + 1]) if number + 1 < len(cuts) else end
        active = [each for each in moved if each.first <= first and (each.last is None or first <= each.last)]
        held = {each: contracts[each] for each in touched if each in contracts}
        for each in active:
            _move(held, each, coal_ids, result.warnings)
        for resource_id, period in held.items():
            pieces.setdefault(resource_id, []).append(replace(period, first=first, last=last))
    for resource_id, found in pieces.items():
        result.periods[resource_id] = tuple(_joined(found, begin, end))
    return result


def _move(
    held: dict[int, ContractPeriod], each: Moved, coal_ids: Collection[int], warnings: list[str]
) -> None:
    """Carry one substitution out on what the resources answer for in a stretch of slots."""
    source = held.get(each.source)
    if source is None:
        _warn(warnings, f"電源等差替 {each.number}: 差替元に、その期間の契約がありません")
        return
    if each.kw is not None and each.kw > source.contract_kw:
        message = f"差替の {each.kw:,} kW が差替元の {source.contract_kw:,} kW を超えるため、全量としました"
        _warn(warnings, f"電源等差替 {each.number}: {message}")
    if each.kw is None or each.kw >= source.contract_kw:
        part = source
        del held[each.source]
    else:
        part, held[each.source] = _divided(source, each.kw)
    own = held.get(each.target)
    coal = each.target in coal_ids if own is None else own.inefficient_coal
    held[each.target] = replace(part if own is None else _sum(own, part), inefficient_coal=coal)


def _divided(source: ContractPeriod, kw: int) -> tuple[ContractPeriod, ContractPeriod]:
    """What moves, and what stays with the source."""
    assessed = max(source.assessed_kw * kw // source.contract_kw, 1)
    deduction = source.transitional_deduction_yen * kw // source.contract_kw
    part = replace(source, contract_kw=kw, assessed_kw=assessed, transitional_deduction_yen=deduction)
    rest = replace(
        source,
        contract_kw=source.contract_kw - kw,
        assessed_kw=max(source.assessed_kw - assessed, 1),
        transitional_deduction_yen=source.transitional_deduction_yen - deduction,
    )
    return part, rest


def _sum(own: ContractPeriod, part: ContractPeriod) -> ContractPeriod:
    """Both obligations as one period with the same amount."""
    price = max(own.price_yen_per_kw, part.price_yen_per_kw)
    evened = sum((price - each.price_yen_per_kw) * each.contract_kw for each in (own, part))
    return replace(
        own,
        contract_kw=own.contract_kw + part.contract_kw,
        assessed_kw=own.assessed_kw + part.assessed_kw,
        price_yen_per_kw=price,
        transitional_deduction_yen=own.transitional_deduction_yen + part.transitional_deduction_yen + evened,
    )


def _joined(pieces: list[ContractPeriod], begin: SlotPlace, end: SlotPlace) -> Iterable[ContractPeriod]:
    """Neighbouring stretches that are alike as one; the year's own ends are open."""
    current = pieces[0]
    for piece in pieces[1:]:
        assert current.last is not None
        alike = replace(current, first=None, last=None) == replace(piece, first=None, last=None)
        if alike and piece.first == _after(current.last):
            current = replace(current, last=piece.last)
        else:
            yield _open_ends(current, begin, end)
            current = piece
    yield _open_ends(current, begin, end)


def _open_ends(period: ContractPeriod, begin: SlotPlace, end: SlotPlace) -> ContractPeriod:
    first = None if period.first == begin else period.first
    return replace(period, first=first, last=None if period.last == end else period.last)


def _warn(warnings: list[str], message: str) -> None:
    if message not in warnings:
        warnings.append(message)


def _after(place: SlotPlace) -> SlotPlace:
    day, slot = place
    return (day, slot + 1) if slot < SLOTS_PER_DAY else (day + timedelta(days=1), 1)


def _before(place: SlotPlace) -> SlotPlace:
    day, slot = place
    return (day, slot - 1) if slot > 1 else (day - timedelta(days=1), SLOTS_PER_DAY)


def _touches(row: Substitution, begin: date, end: date) -> bool:
    return row.first_date <= end and (row.last_date is None or row.last_date >= begin)
