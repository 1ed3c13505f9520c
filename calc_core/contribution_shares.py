"""容量拠出金の配分の計算: what does each retailer of an area bear, in plain integers, for an area of a thousand of them?

The same arithmetic as `settlement/contribution_share` and `settlement/contribution_provisional`, which explain it step by
step: what is asked of a whole area is computed here, what one retailer asks is explained there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import gcd, lcm

from calc_core import exact
from calc_core.configuration import RuleParameters
from calc_core.fiscal_year import LAST_DELIVERY_MONTH
from calc_core.proportion import floored_shares_of_whole

SUMMER, WINTER = "peak_kw_summer", "peak_kw_winter"
CONTRACT, AT_PEAK, SUBSTITUTE = "contract_kw", "contract_kw_at_peak", "substitute_kw"

Ratio = tuple[int, int]  # over a denominator above 0, in lowest terms


@dataclass(frozen=True, slots=True)
class AreaShares:
    """エリアの配分: of each retailer in the order given the kW and the yen, and what is left of the area.

    `scaled` are the kW as whole numbers, `scale` of which are one kW.
    """

    kw: Sequence[Ratio]
    scaled: Sequence[int]
    scale: int
    yen: Sequence[int]
    remainder_yen: int


def month_shares(
    total_yen: int, delivery_month: int, retailers: Sequence[Mapping[str, str]], settings: RuleParameters
) -> AreaShares:
    """当月分 of an area, by the kW after the change of shares; the kW of each as exact text.

    Raises `ValueError` or `ZeroDivisionError` for whatever the rule refuses: the rule says what it is.
    """
    names, payments = peak_names(settings, delivery_month), int(settings.number("payments_per_year").value)
    kw = [_kw_after_change(row, names) for row in retailers]
    return _shares(total_yen, kw, payments, amount_of_month(total_yen, payments, delivery_month))


def year_shares(total_yen: int, retailers: Sequence[Mapping[str, str]]) -> AreaShares:
    """仮算定の年間額 of an area, by the summer peaks; the kW of each as exact text. Raises as `month_shares`."""
    kw = [_reduced(*_provisional_kw(row)) for row in retailers]
    return _shares(total_yen, kw, 1, total_yen)


def peak_names(settings: RuleParameters, delivery_month: int) -> tuple[str, ...]:
    """Which peak of the year before counts in a month; of both the larger one."""
    if settings.policy("peak_basis").value == "annual":
        return SUMMER, WINTER
    first, last = settings.number("summer_first_month"), settings.number("summer_last_month")
    return (SUMMER,) if first.value <= delivery_month <= last.value else (WINTER,)


def amount_of_month(total_yen: int, payments: int, delivery_month: int) -> int:
    """What a month has of the year: a twelfth, in the last month also what the twelfths leave."""
    twelfth = total_yen // payments
    return total_yen - (payments - 1) * twelfth if delivery_month == LAST_DELIVERY_MONTH else twelfth


def _kw_after_change(row: Mapping[str, str], names: tuple[str, ...]) -> Ratio:
    peaks = {name: _quantity(row[name]) for name in (SUMMER, WINTER)}
    contract, at_peak = _quantity(row[CONTRACT]), _quantity(row[AT_PEAK])
    substitute = _quantity(row[SUBSTITUTE]) if SUBSTITUTE in row else None
    peak = peaks[names[0]]
    if len(names) > 1 and peaks[names[1]][0] * peak[1] > peak[0] * peaks[names[1]][1]:
        peak = peaks[names[1]]
    if peak[0]:
        return _reduced(peak[0] * contract[0] * at_peak[1], peak[1] * contract[1] * at_peak[0])
    if substitute is None:
        raise ValueError("no peak, and nothing instead of it")
    return _reduced(*substitute)


def _provisional_kw(row: Mapping[str, str]) -> Ratio:
    peak = _quantity(row[SUMMER])
    substitute = _quantity(row[SUBSTITUTE]) if SUBSTITUTE in row else None
    if peak[0]:
        return peak
    if substitute is None:
        raise ValueError("no summer peak, and nothing instead of it")
    return substitute


def _quantity(text: str) -> Ratio:
    ratio = exact.ratio(text)
    if ratio[0] < 0:
        raise ValueError("a quantity below 0")
    return ratio


def _reduced(top: int, bottom: int) -> Ratio:
    if not bottom:
        raise ZeroDivisionError("a contract of 0 kW at the peak")
    common = gcd(top, bottom)
    return top // common, bottom // common


def _shares(total_yen: int, kw: Sequence[Ratio], parts: int, shared_yen: int) -> AreaShares:
    denominators = {bottom for _, bottom in kw}
    scale = lcm(*denominators)
    times = {bottom: scale // bottom for bottom in denominators}
    scaled = [top * times[bottom] for top, bottom in kw]
    yen = floored_shares_of_whole(total_yen, scaled, parts)
    return AreaShares(kw, scaled, scale, yen, shared_yen - sum(yen))
