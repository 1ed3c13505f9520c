"""A desk that watches a feed server of the test: what it publishes, one round after the other, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from alerts.models import Incident, Notice
from cases.models import Event
from helpdesk.demo.feed_server import FeedServer, Reply
from helpdesk.desk import Desk
from helpdesk.mail.models import OutboxMail
from helpdesk.watch_models import FeedTrouble
from helpdesk.workflows.watch_feeds import WatchRound, watch
from tests.alerts.published import Margins, japan, official, official_rows
from tests.world import WorldClock

DUTY = ("night@duty.example", "lead@duty.example")


def publication(stamp: str, margins: Margins | None = None, *, days: Sequence[str] = ()) -> bytes:
    """The official bytes of a healthy day but for these slots; of its stamp's day unless other days are named."""
    wanted = [japan(f"{day} 00:00").date() for day in days] or [japan(stamp).date()]
    return official(stamp, [row for day in wanted for row in official_rows(margins, day=day)])


@dataclass
class Watching:
    """The desk, its clock, the server it asks."""

    desk: Desk
    clock: WorldClock
    server: FeedServer

    def serve(self, answer: bytes | Reply) -> None:
        """What the server answers from now on."""
        reply = answer if isinstance(answer, Reply) else Reply(answer)
        self.server.publisher = lambda wanted: reply

    def at(self, moment: str) -> "Watching":
        """It is now this time in Japan."""
        self.clock.at = japan(moment)
        return self

    def round(self, answer: bytes | Reply | None = None, *, after_minutes: int = 0) -> WatchRound:
        """One round, after the server has changed its answer and time has gone by."""
        self.clock.at += timedelta(minutes=after_minutes)
        if answer is not None:
            self.serve(answer)
        return watch(self.desk)

    def published(self, stamp: str, margins: Margins | None = None) -> WatchRound:
        """A publication comes out, and two minutes later a round looks."""
        self.clock.at = japan(stamp) + timedelta(minutes=2)
        return self.round(publication(stamp, margins))

    def rows(self, model: type, *conditions: object) -> list:
        """Every row of a table, in order."""
        key = model.__table__.primary_key.columns.values()[0]
        with self.desk.database.read_session() as session:
            return list(session.scalars(select(model).where(*conditions).order_by(key)))

    def sent_events(self) -> list[tuple[str, list[str]]]:
        """What was decided to be told, in order: event and areas."""
        return [(each.event, each.areas) for each in self.rows(Notice, Notice.decision == "send")]

    def subjects(self) -> list[str]:
        """The subjects of the mails to the first on duty, in order."""
        return [row.subject for row in self.rows(OutboxMail, OutboxMail.to_address == DUTY[0])]

    def events(self, kind: str) -> list[Event]:
        """The events of this kind."""
        return self.rows(Event, Event.kind == kind)

    def incident(self) -> Incident:
        """The one incident."""
        [found] = self.rows(Incident)
        return found

    def troubles(self) -> list[tuple[str, int, bool, datetime | None]]:
        """Kind, rounds, whether it was told, when it ended."""
        return [
            (each.kind, each.rounds, each.told_at is not None, each.ended_at)
            for each in self.rows(FeedTrouble)
        ]
