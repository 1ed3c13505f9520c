"""Results of months without computing any: a run whose figures a test writes down."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases.history import SYSTEM
from helpdesk.register.fleet_runs import ComputedMonth, Recorded, record_run
from helpdesk.register.month_results import FIGURES

YEAR = 2026
PLAIN = dict.fromkeys(FIGURES, "0") | {"contract_amount_yen": "5832000", "payment_yen": "486000"}


def month(
    resource_id: int,
    business_id: int,
    delivery_month: int = 4,
    *,
    inputs: Mapping[str, Any] = {},
    **figures: str,
) -> ComputedMonth:
    """One computed month; what is not named is plain."""
    return ComputedMonth(resource_id, business_id, delivery_month, PLAIN | figures, dict(inputs))


def record(session: Session, months: Sequence[ComputedMonth], *, now: datetime, **changed: Any) -> Recorded:
    """Keep a run of all with these months."""
    given: dict[str, Any] = {
        "fiscal_year": YEAR,
        "last_month": months[-1].delivery_month,
        "scope": {},
        "inputs": {},
        "by": SYSTEM,
        "now": now,
    }
    return record_run(session, months=months, **(given | changed))
