"""The account and the addressee in force: the latest that has begun, of that day the highest version."""

from datetime import date

import pytest

from helpdesk.register.addressing import account_in_force, addressee_in_force
from helpdesk.register.models.addressing import BillingAddressee
from tests.helpdesk.paying import add_account


@pytest.mark.parametrize(
    ("on", "number"),
    [
        (date(2026, 3, 31), None),
        (date(2026, 4, 1), "0000002"),
        (date(2026, 6, 30), "0000002"),
        (date(2026, 7, 1), "0000003"),
    ],
)
def test_the_latest_account_that_has_begun_is_in_force(desk, businesses, on, number) -> None:
    with desk.database.write_session() as session:
        business = businesses["P001"]
        for version, since, digits in (
            (1, date(2026, 7, 1), "0000003"),
            (2, date(2026, 4, 1), "0000002"),
            (1, date(2026, 4, 1), "0000001"),
        ):
            add_account(session, desk, business, since=since, version=version, account_number=digits)
        found = account_in_force(session, list(businesses.values()), on)
        assert {key: each.account_number for key, each in found.items()} == (
            {business: number} if number else {}
        )


def test_the_addressee_is_found_the_same_way(desk, businesses) -> None:
    with desk.database.write_session() as session:
        for since, department in ((date(2026, 4, 1), "経理部"), (date(2026, 7, 1), "財務部")):
            session.add(
                BillingAddressee(
                    business_id=businesses["P002"],
                    valid_from=since,
                    version=1,
                    department=department,
                    recorded_at=desk.clock(),
                )
            )
        session.flush()
        found = addressee_in_force(session, businesses.values(), date(2026, 6, 30))
        assert {key: each.department for key, each in found.items()} == {businesses["P002"]: "経理部"}
