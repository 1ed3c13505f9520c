"""エリアの一般送配電事業者の照会: which business pays the utility's share of each area on a day?"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.areas import by_area_code
from helpdesk.register.models import AreaUtility


def utilities_in_force(session: Session, on: date) -> dict[str, int]:
    """The business id by area, in the order of the areas' codes: the latest that has begun, of that day its last version."""
    rows = session.execute(
        select(AreaUtility.area, AreaUtility.business_id)
        .where(AreaUtility.valid_from <= on)
        .order_by(AreaUtility.valid_from, AreaUtility.version)
    )
    return by_area_code({row[0]: row[1] for row in rows})
