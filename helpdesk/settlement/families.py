"""精算の種類: which function computes a family's statements of a month?

Each takes `(session, fiscal_year, delivery_month, *, business_id, parameters)`: `business_id` None is everybody,
`parameters` is what is configured (`register.parameter_sets.InForce.configuration`, or None). It reads only, names in
`Computation.refused` who cannot be computed, and raises `Refused` where nothing can be.
"""

from collections.abc import Callable, Mapping

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
