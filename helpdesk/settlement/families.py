"""精算の種類: which function computes a family's statements of a month?

`compute` asks it. Each takes `(session, fiscal_year, delivery_month, *, business_id, parameters)`: `business_id` None is everybody,
`parameters` is what is configured (`register.parameter_sets.InForce.configuration`, or None). It reads only, names in
`Computation.refused` who cannot be computed, and raises `Refused` where nothing can be. Those in `ON_A_DAY` look at what
is overdue and take the day of the computation in Japan as `on` as well; their inputs keep it.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from calc_core.configuration import Configuration
from helpdesk.settlement.capacity import compute_capacity
from helpdesk.settlement.computed import Computation as Computation
from helpdesk.settlement.contribution import compute_contribution
from helpdesk.settlement.provisional import compute_provisional
from helpdesk.settlement.refund import compute_refund
from helpdesk.settlement.surcharge import compute_surcharge
from helpdesk.settlement.utility_share import compute_utility_share

COMPUTE: Mapping[str, Callable[..., Computation]] = {
    "capacity": compute_capacity,
    "contribution": compute_contribution,
    "utility_share": compute_utility_share,
    "provisional": compute_provisional,
    "surcharge": compute_surcharge,
    "refund": compute_refund,
}
ON_A_DAY = frozenset({"surcharge"})


def compute(
    session: Session,
    family: str,
    fiscal_year: int,
    delivery_month: int,
    *,
    business_id: int | None = None,
    parameters: Configuration | None = None,
    on: date,
) -> Computation:
    """The statements of a family's month, of everybody or one business, as of this day in Japan."""
    more: dict[str, Any] = {"on": on} if family in ON_A_DAY else {}
    return COMPUTE[family](
        session, fiscal_year, delivery_month, business_id=business_id, parameters=parameters, **more
    )
