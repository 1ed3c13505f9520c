"""A business is told of its notice at the address it wants, once; who cannot be written to is named."""

from datetime import date

import pytest

from cases.history import SYSTEM
from helpdesk.desk import Desk
from helpdesk.register.models import BillingAddressee
from helpdesk.workflows.statement_mail import tell_issued
from tests.helpdesk.chain import Chain


@pytest.fixture
def chain(desk: Desk) -> Chain:
    made = Chain(desk)
    made.contributions()
    return made


def addressee(chain: Chain, mail_address: str) -> None:
    with chain.desk.database.write_session() as session:
        session.add(
            BillingAddressee(
                business_id=chain.market.businesses["P001"],
                valid_from=date(2026, 4, 1),
                version=1,
                department="経理部",
                person="鈴木 一郎",
                mail_address=mail_address,
                recorded_at=chain.desk.clock(),
            )
        )


def tell(chain: Chain):
    with chain.desk.database.write_session() as session:
        statement = session.merge(chain.newest(family="contribution")[0])
        return tell_issued(session, chain.desk, statement, replaces=None, by=SYSTEM, now=chain.desk.clock())


@pytest.mark.any_database
def test_it_goes_to_the_billing_addressee_before_any_contact_and_once(chain: Chain) -> None:
    addressee(chain, "keiri@example.jp")
    first, again = tell(chain), tell(chain)
    assert (first.kind, first.content["to"]) == ("statement_mailed", "keiri@example.jp")
    assert first.content == again.content
    assert len(chain.mails()) == 1


@pytest.mark.any_database
def test_an_address_that_cannot_be_written_to_is_told_and_stops_nothing(chain: Chain) -> None:
    addressee(chain, "keiri at example")
    told = tell(chain)
    assert told.kind == "statement_not_mailed"
    assert "お知らせのメールを作れません" in told.content["reason"]
    assert chain.mails() == []
