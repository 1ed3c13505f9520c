"""精算の種類: which function computes a family's statements of a month?

Each takes `(session, fiscal_year, delivery_month, *, business_id, parameters)`: `business_id` None is everybody,
`parameters` is what is configured (`register.parameter_sets.InForce.configuration`, or None). It reads only, names in
`Computation.refused` who cannot be computed, and raises `Refused` where nothing can be.
"""

from collections.abc import Callable, Mapping

from helpdesk.settlement.capacity import compute_capacity
from helpdesk.settlement.computed import Computation as Computation

COMPUTE: Mapping[str, Callable[..., Computation]] = {
    "capacity": compute_capacity,
}
