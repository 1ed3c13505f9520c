"""延滞利息: what does an amount cost that was paid after its due day?

No document at hand tells a rate or a formula (約款 is not published): simple interest by the day, from the day after the
due day to the day of payment, and only where a rate is configured.
"""

from calendar import isleap
from datetime import date

from calc_core import rounding
from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import day, yen
from calc_core.rule import Derivation, Output, rule

SOURCE = "公表資料に定めなし（延滞利息）"


@rule(
    "settlement/late_interest",
    title="延滞利息",
    inputs=(
        yen("amount_yen", "期限後に支払われた額"),
        day("due_on", "支払期限"),
        day("paid_on", "支払日"),
    ),
    results=(Output("interest_yen", "延滞利息", "yen"),),
    terms={
        "days_after_due": "支払期限から支払日までの日数",
        "late_days": "遅延日数",
        "days_of_year": "年の日数",
    },
)
def late_interest(
    *, fiscal_year: int, amount_yen: int, due_on: date, paid_on: date, parameters: RuleParameters
) -> Result:
    """延滞利息 = floor(amount × annual rate × days after the due day / 365); paid in time: 0."""
    derivation = Derivation(SOURCE)
    rate, year = parameters.number("annual_rate"), parameters.policy("year_length")
    days_after_due = (paid_on - due_on).days
    late_days = derivation.step(
        "遅延日数（支払期限の翌日から支払日まで）",
        "max(days_after_due, 0)",
        max(days_after_due, 0),
        "days",
        days_after_due=days_after_due,
        due_on=due_on,
        paid_on=paid_on,
    )
    days_of_year = 366 if year.value == "leap_years_longer" and isleap(due_on.year) else 365
    interest_yen = derivation.step(
        "延滞利息（円未満切り捨て）",
        "floor(amount_yen * annual_rate * late_days / days_of_year)",
        rounding.floor(amount_yen * rate.value * late_days / days_of_year),
        "yen",
        rate,
        year,
        amount_yen=amount_yen,
        late_days=late_days,
        days_of_year=days_of_year,
    )
    return derivation.result(late_interest.rule, fiscal_year, interest_yen=interest_yen)
