"""請求先・振込先: whom does a business's mail go to, and which account is it paid to, on a given day?

Of the rows that have begun by that day the one with the latest `valid_from` is in force, of that day its highest version.
"""

from collections.abc import Collection
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.register.models.addressing import BankAccount, BillingAddressee

_ASKED_AT_ONCE = 500

_Dated = TypeVar("_Dated", BankAccount, BillingAddressee)


def account_in_force(session: Session, business_ids: Collection[int], on: date) -> dict[int, BankAccount]:
    """振込先口座 on this day by business id; a business without one is left out."""
    return _in_force(session, BankAccount, business_ids, on)


def addressee_in_force(
    session: Session, business_ids: Collection[int], on: date
) -> dict[int, BillingAddressee]:
    """請求先 on this day by business id; a business without one is left out."""
    return _in_force(session, BillingAddressee, business_ids, on)


def _in_force(
    session: Session, model: type[_Dated], business_ids: Collection[int], on: date
) -> dict[int, _Dated]:
    found: dict[int, _Dated] = {}
    wanted = sorted(set(business_ids))
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        rows = session.scalars(
            select(model)
            .where(model.business_id.in_(wanted[start : start + _ASKED_AT_ONCE]), model.valid_from <= on)
            .order_by(model.valid_from, model.version)
        )
        found |= {row.business_id: row for row in rows}  # the last one stands
    return found
