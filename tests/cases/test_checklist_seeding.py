"""The templates a new instance begins with are usable as they are."""

from datetime import datetime

from sqlalchemy.orm import Session

from cases.checklist_seeding import seed_checklists
from cases.checklists import DUTIES, templates
from cases.kinds import KINDS


def test_every_duty_and_every_kind_but_the_plain_inquiry_has_a_list(session: Session, now: datetime) -> None:
    assert seed_checklists(session, now=now) == 5
    found = templates(session)
    assert {template.duty for template in found} - {""} == set(DUTIES)
    assert {kind for template in found for kind in template.case_kinds} == set(KINDS) - {"inquiry"}
    assert all(template.items and template.is_active for template in found)
