"""非効率石炭の計量値と契約容量の按分: which part of a metering with mixed units is inefficient coal?

Supplementary document on the penalty and contract amount manual, October 2024, p. 6: note 3 (energy by the units' gross
generation), note 7 (contract capacity by their installed kW), note 4 (corrected where installed and contracted capacity
differ), note 5 (partial substitution: each period by itself). Nothing is rounded before the utilisation is.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from calc_core.configuration import RuleParameters, Setting
from calc_core.errors import Problem
from calc_core.explanation import Result
from calc_core.inputs import flag, quantity, rows, whole
from calc_core.rule import Derivation, Output, rule

SOURCE = "意見募集補足説明資料 p.6 年間設備利用率"
SOURCE_ENERGY = "意見募集補足説明資料 p.6 ※3"
SOURCE_CAPACITY = "意見募集補足説明資料 p.6 ※7"
SOURCE_CORRECTION = "意見募集補足説明資料 p.6 ※4"


def _refuse(inputs: Mapping[str, Any]) -> Iterable[Problem]:
    if "units" not in inputs:
        return
    if not inputs["units"]:
        yield Problem("units", "ユニットがありません。1つ以上指定してください")
        return
    for name, label in (("gross_kwh", "計量値（発電端）"), ("installed_kw", "設備容量")):
        if sum(unit[name] for unit in inputs["units"]) == 0:
            yield Problem("units", f"ユニットの{label} {name} の合計が0です。按分できる値を指定してください")


@rule(
    "assessment/coal_apportioning",
    title="非効率石炭の計量値・契約容量の按分",
    inputs=(
        rows(
            "units",
            "1計量単位内のユニット",
            flag("coal", "非効率石炭のユニットか"),
            quantity("gross_kwh", "計量値（発電端）", "kwh"),
            quantity("installed_kw", "設備容量", "kw"),
        ),
        quantity("metered_kwh", "計量値（送電端）", "kwh"),
        whole("contract_kw", "契約容量", "kw", positive=True),
        quantity("installed_kw", "設備容量", "kw", positive=True),
    ),
    results=(
        Output("coal_kwh", "非効率石炭の計量値（送電端）相当", "kwh"),
        Output("coal_contract_kw", "非効率石炭の契約容量相当", "kw"),
    ),
    terms={
        "coal_gross_kwh": "非効率石炭のユニットの計量値（発電端）の合計",
        "total_gross_kwh": "全ユニットの計量値（発電端）の合計",
        "coal_installed_kw": "非効率石炭のユニットの設備容量の合計",
        "total_installed_kw": "全ユニットの設備容量の合計",
        "contract_correction": "契約容量に応じた補正",
    },
    refuse=_refuse,
)
def coal_apportioning(
    *,
    fiscal_year: int,
    units: tuple[dict[str, Any], ...],
    metered_kwh: Fraction,
    contract_kw: int,
    installed_kw: Fraction,
    parameters: RuleParameters,
) -> Result:
    """計量値相当 = metered × coal gross / gross; 契約容量相当 = contract × coal installed / installed; both corrected."""
    derivation = Derivation(SOURCE)
    coal_units = tuple(unit for unit in units if unit["coal"])
    gross = {
        "coal_gross_kwh": _sum(derivation, "非効率石炭のユニットの", "gross_kwh", coal_units),
        "total_gross_kwh": _sum(derivation, "全ユニットの", "gross_kwh", units),
    }
    installed = {
        "coal_installed_kw": _sum(derivation, "非効率石炭のユニットの", "installed_kw", coal_units),
        "total_installed_kw": _sum(derivation, "全ユニットの", "installed_kw", units),
    }
    if installed["total_installed_kw"] != installed_kw:
        derivation.warn("ユニットの設備容量の合計が電源等の設備容量と一致しません。値を確かめてください")
    settings, correction = _correction(derivation, parameters, contract_kw, installed_kw)
    coal_kwh = _apportion(
        derivation,
        "非効率石炭の計量値（送電端）相当",
        SOURCE_ENERGY,
        "kwh",
        settings,
        {"metered_kwh": metered_kwh, **gross},
        correction,
    )
    both = not settings or settings[0].value == "both"
    coal_contract_kw = _apportion(
        derivation,
        "非効率石炭の契約容量相当",
        SOURCE_CAPACITY,
        "kw",
        settings,
        {"contract_kw": contract_kw, **installed},
        correction if both else None,
    )
    return derivation.result(
        coal_apportioning.rule, fiscal_year, coal_kwh=coal_kwh, coal_contract_kw=coal_contract_kw
    )


def _sum(derivation: Derivation, whose: str, name: str, units: tuple[dict[str, Any], ...]) -> Fraction:
    energy = name == "gross_kwh"
    return derivation.step(
        f"{whose}{'計量値（発電端）' if energy else '設備容量'}の合計",
        f"sum({name})",
        sum((unit[name] for unit in units), Fraction(0)),
        "kwh" if energy else "kw",
        source=SOURCE_ENERGY if energy else SOURCE_CAPACITY,
        **{name: [unit[name] for unit in units]},
    )


def _correction(
    derivation: Derivation, parameters: RuleParameters, contract_kw: int, installed_kw: Fraction
) -> tuple[tuple[Setting, ...], Fraction | None]:
    if contract_kw == installed_kw:
        return (), None
    corrected = parameters.policy("corrected_by_contract")
    correction = derivation.step(
        "契約容量に応じた補正（設備容量と契約容量が異なるため）",
        "contract_kw / installed_kw",
        contract_kw / installed_kw,
        "ratio",
        corrected,
        source=SOURCE_CORRECTION,
        contract_kw=contract_kw,
        installed_kw=installed_kw,
    )
    return (corrected,), correction


def _apportion(
    derivation: Derivation,
    label: str,
    source: str,
    unit: str,
    settings: tuple[Setting, ...],
    of: dict[str, int | Fraction],
    correction: Fraction | None,
) -> Fraction:
    """The coal part of a whole: `of` names the whole, the coal units' measure and all units' measure, in this order."""
    (whole_name, whole_), (coal_name, coal), (total_name, total) = of.items()
    formula = f"{whole_name} * {coal_name} / {total_name}"
    value = whole_ * coal / total
    if correction is not None:
        of = {**of, "contract_correction": correction}
        formula, value = f"{formula} * contract_correction", value * correction
    return derivation.step(label, formula, value, unit, *settings, source=source, **of)
