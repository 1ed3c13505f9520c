"""仮の条件と契約の期間: what becomes of a contract and its periods when one of its values is another?

A contract that a substitution has moved stands in periods of their own values. The difference between the new value and
the contract's is carried into every period (policy): 1,000 kW of which 400 moved away are 1,000 and then 600 kW; with
1,200 kW they are 1,200 and then 800. Whether it is inefficient coal is said for all periods alike.
"""

from collections.abc import Iterable
from dataclasses import replace

from calc_core.contract_period import ContractPeriod
from calc_core.contract_stretches import period_text
from helpdesk.errors import Problem
from helpdesk.register.statement_inputs import ResourceMaterial

Value = int | bool
_LOWEST = {"contract_kw": 1, "assessed_kw": 1, "price_yen_per_kw": 0, "transitional_deduction_yen": 0}


def change_contract(resource: ResourceMaterial, kind: str, value: Value) -> list[tuple[str, Value, Value]]:
    """Change a value in the contract and its periods, in place; the periods told apart: (period, before, after)."""
    contract_before = resource.contract[kind]
    after = _shifted(resource.periods, kind, contract_before, value)
    told = [
        (period_text(old), getattr(old, kind), getattr(new, kind))
        for old, new in zip(resource.periods, after, strict=True)
        if getattr(old, kind) != contract_before
    ]
    resource.contract[kind] = value
    resource.periods = after
    return told


def contract_problems(resource: ResourceMaterial, changes: Iterable[tuple[str, Value]]) -> list[Problem]:
    """What the changes together would make impossible: a value below its least, a deduction beyond price × kW."""
    values, periods = dict(resource.contract), resource.periods
    for kind, value in changes:
        periods = _shifted(periods, kind, values[kind], value)
        values[kind] = value
    where = f"電源等 {resource.name}"
    whole_year = ContractPeriod(**values)
    return [
        Problem(where, f"{f'{period_text(each)}の契約では、' if periods else ''}{fault}")
        for each in periods or (whole_year,)
        for fault in _faults(each)
    ]


def _shifted(
    periods: tuple[ContractPeriod, ...], kind: str, before: Value, value: Value
) -> tuple[ContractPeriod, ...]:
    if kind == "inefficient_coal":
        return tuple(replace(each, inefficient_coal=bool(value)) for each in periods)
    return tuple(replace(each, **{kind: getattr(each, kind) + value - before}) for each in periods)


def _faults(period: ContractPeriod) -> Iterable[str]:
    if any(getattr(period, name) < lowest for name, lowest in _LOWEST.items()):
        yield "契約の値が小さくなりすぎます（差替で移った分を引くと残りません）。値を確かめてください"
    elif period.transitional_deduction_yen > period.price_yen_per_kw * period.contract_kw:
        yield "経過措置控除額が契約単価 × 契約容量を超えます。値を確かめてください"
