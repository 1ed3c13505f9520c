"""前月までのペナルティ額: yearly penalties are computed from April on; a month is charged what is not charged yet.

What earlier months of the year were charged by the same rule, before caps; a negative result is a correction in favour
of the business.
"""

from calc_core.inputs import yen
from calc_core.rule import Derivation

CHARGED_BEFORE = yen("charged_before_yen", "前月までのペナルティ額（上限適用前）", default=0)
TO_DATE_TERM = {"penalty_to_date_yen": "4月からのペナルティ額の累計"}


def charge_of_month(derivation: Derivation, *, penalty_to_date_yen: int, charged_before_yen: int) -> int:
    """当月の経済的ペナルティ額: the penalty of the year to date less what was charged before, as the last step."""
    return derivation.step(
        "当月の経済的ペナルティ額",
        "penalty_to_date_yen - charged_before_yen",
        penalty_to_date_yen - charged_before_yen,
        "yen",
        penalty_to_date_yen=penalty_to_date_yen,
        charged_before_yen=charged_before_yen,
    )
