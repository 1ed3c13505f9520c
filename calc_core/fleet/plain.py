"""契約が1つの電源等の年: penalties and payments of all resources with one contract all year, in exact whole numbers at once.

floor(A·X/(T·d)) with the amount A, the excess X/T in slots and the rate n/d: X = q·T + r, so it is
floor((A·n·q + floor(A·n·r/T))/d), in which nothing exceeds 64 bits where `fits_in_64_bits` says so. Tests hold it equal to the rule.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from calc_core.contract_period import ContractPeriod
from calc_core.fiscal_year import LAST_DELIVERY_MONTH
from calc_core.fleet.month import PlainMonths
from calc_core.fleet.terms import FleetTerms
from calc_core.fleet.year import contract_amount_yen

MOST_SLOTS = 127 * 366 * 48  # shortfall slots of a year at the highest multiplier
LARGEST = 2**62


def fits_in_64_bits(terms: FleetTerms) -> Callable[[ContractPeriod], bool]:
    """Tells of a contract whether every step stays within 64 bits."""
    allowed, rate = terms.allowed_outage_slots, terms.penalty_rate_per_slot
    ratios = (terms.payable_ratio(True), terms.payable_ratio(False), *_caps(terms))
    if not all(_fits(each) for each in ratios):
        return lambda period: False
    share = max(each.numerator for each in ratios)
    most_kw = LARGEST // (max(MOST_SLOTS, allowed.numerator) * allowed.denominator)
    most_yen = LARGEST // max(rate.numerator * MOST_SLOTS, share)

    def fits(period: ContractPeriod) -> bool:
        amount_yen = contract_amount_yen(period)
        assessed_kw = period.assessed_kw
        return (
            assessed_kw <= most_kw
            and amount_yen <= most_yen
            and amount_yen * rate.numerator * assessed_kw * allowed.denominator <= LARGEST
        )

    return fits


def plain_months(
    terms: FleetTerms,
    contracts: Sequence[ContractPeriod | None],
    delivery_months: Sequence[int],
    weighted_kw: np.ndarray,
    short_slots: np.ndarray,
) -> PlainMonths:
    """The months of every row with a contract; `weighted_kw` and `short_slots` are rows × months."""
    assessed_kw = np.array([1 if each is None else each.assessed_kw for each in contracts], np.int64)
    amount_yen = np.array([0 if each is None else contract_amount_yen(each) for each in contracts], np.int64)
    coal = np.array([each is not None and each.inefficient_coal for each in contracts], np.bool_)
    cumulative_kw = np.cumsum(weighted_kw, axis=1)
    to_date_yen = _penalty_to_date(terms, amount_yen[:, None], cumulative_kw, assessed_kw[:, None])
    penalty_yen = np.diff(to_date_yen, axis=1, prepend=0)
    total_yen = _capped(terms, amount_yen, penalty_yen)
    payment_yen = np.empty_like(penalty_yen)
    payment_yen[:] = np.where(coal, _share(terms, amount_yen, True), _share(terms, amount_yen, False))[
        :, None
    ]
    if delivery_months and delivery_months[-1] == LAST_DELIVERY_MONTH:
        payment_yen[:, -1] = amount_yen - payment_yen[:, :-1].sum(axis=1)
    return PlainMonths(
        weighted_kw, cumulative_kw, short_slots, penalty_yen, total_yen, payment_yen, assessed_kw, amount_yen
    )


def _penalty_to_date(
    terms: FleetTerms, amount_yen: np.ndarray, cumulative_kw: np.ndarray, assessed_kw: np.ndarray
) -> np.ndarray:
    allowed, rate = terms.allowed_outage_slots, terms.penalty_rate_per_slot
    divided_by = assessed_kw * allowed.denominator
    excess = np.maximum(cumulative_kw * allowed.denominator - assessed_kw * allowed.numerator, 0)
    whole, rest = np.divmod(excess, divided_by)
    charged = amount_yen * rate.numerator
    return (charged * whole + charged * rest // divided_by) // rate.denominator


def _fits(ratio: Fraction) -> bool:
    return max(ratio.numerator, ratio.denominator) < LARGEST


def _caps(terms: FleetTerms) -> list[Fraction]:
    return [each for each in (terms.monthly_cap_ratio, terms.annual_cap_ratio) if each is not None]


def _capped(terms: FleetTerms, amount_yen: np.ndarray, penalty_yen: np.ndarray) -> np.ndarray:
    """The months after both caps; with one amount all year no month is a correction in favour."""
    total_yen = penalty_yen.copy()
    if terms.monthly_cap_ratio is not None:
        np.minimum(total_yen, _part_of(amount_yen, terms.monthly_cap_ratio)[:, None], out=total_yen)
    if terms.annual_cap_ratio is not None:
        to_date_yen = np.minimum(
            np.cumsum(total_yen, axis=1), _part_of(amount_yen, terms.annual_cap_ratio)[:, None]
        )
        total_yen = np.diff(to_date_yen, axis=1, prepend=0)
    return total_yen


def _part_of(amount_yen: np.ndarray, ratio: Fraction) -> np.ndarray:
    if not _fits(ratio):
        return np.zeros_like(amount_yen)  # no row is computed here then
    return amount_yen * ratio.numerator // ratio.denominator


def _share(terms: FleetTerms, amount_yen: np.ndarray, inefficient_coal: bool) -> np.ndarray:
    return _part_of(amount_yen, terms.payable_ratio(inefficient_coal))
