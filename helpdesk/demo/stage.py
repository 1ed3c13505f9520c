"""デモの舞台: what every step of the demonstration's stories is handed, and the few questions that all of them ask."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.business_calendar import INQUIRY_DESK, Holidays
from cases.models import Case, Contact
from helpdesk.clock import JAPAN
from helpdesk.demo.market import Market
from helpdesk.demo.post import DemoPost
from helpdesk.desk import Desk
from helpdesk.register.models import NotifiedResult
from helpdesk.users.models import User
from helpdesk.workflows.send_mail import send_due

_SENT_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens to one story at one moment."""

    at: datetime
    story: int
    what: Mapping[str, Any]


@dataclass(slots=True)
class Play:
    """Everything the steps need: the instance at that moment, the people, the market, which case each story became."""

    desk: Desk
    people: Mapping[str, User]
    market: Market
    stories: list[dict[str, Any]]
    case_ids: dict[int, int]
    last_day: date
    holidays: Holidays

    def moment(self, ago: int, at: str) -> datetime:
        """A time of the working day that lies so many back from the last full one; negative: that comes after it."""
        day = INQUIRY_DESK.add_business_days(self.last_day, -ago, self.holidays)
        return datetime.combine(day, time.fromisoformat(at), JAPAN)

    def later(self, minutes: int) -> Desk:
        """The instance so many minutes later."""
        moment = self.desk.clock() + timedelta(minutes=minutes)
        return replace(self.desk, clock=lambda: moment)

    def who(self, step: Step) -> User:
        """The person of the desk who does the step."""
        return self.people[step.what["who"]]

    def case(self, session: Session, step: Step) -> Case:
        """The case that the step's story has become."""
        return session.get_one(Case, self.case_ids[step.story])

    def notice(self, session: Session, business_code: str, month: int) -> NotifiedResult:
        """The notice of a business's month, in the session at hand."""
        return session.get_one(NotifiedResult, self.market.notices[business_code, month].id)

    def send(self) -> None:
        """Deliver what the step queued, a minute later, into the demonstration's mailbox."""
        sent_at = self.desk.clock() + _SENT_AFTER
        desk = replace(self.desk, clock=lambda: sent_at)
        send_due(desk, transport=DemoPost(desk.settings.demo_mailbox_folder))


def contact_of(session: Session, mail_address: str) -> Contact | None:
    """The contact with this address, if it is one."""
    return session.scalars(select(Contact).where(Contact.mail_address == mail_address)).one_or_none()
