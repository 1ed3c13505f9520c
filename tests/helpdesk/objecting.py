"""One objection of 北浜エナジー against its notice of May 2026, done step by step through the real workflows."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from cases.models import Case, Event, Objection
from cases.objections import Decision
from helpdesk.register.models import NotifiedResult
from helpdesk.workflows.decide_objection import Outcome, decide_objection, foresee, review_objection
from helpdesk.workflows.receive_mail import receive_raw
from helpdesk.workflows.receive_objection import receive_objection
from tests.helpdesk.letters import letter
from tests.world import World

GROUNDS = "5月23日と24日の停止計画は、調整済みの差替です。倍率は1のはずです。"
HALF_A_DAY = {
    "kind": "multiplier",
    "resource": "R-2",
    "value": "1",
    "first_date": "2026-05-24",
    "last_slot": "12",
}  # 12 slots that count once instead of five times: 48 shortfall slots fewer
ANOTHER_DAY = {"kind": "multiplier", "resource": "R-2", "value": "1", "first_date": "2026-05-23"}
PENALTY = "resource.R-2.penalty_yen"
PENALTY_WITH_HALF_A_DAY_YEN = 3_499_200  # 100,000 kW × 5,832 yen × 48 slots × 0.0125 %


class Objecting:
    """The story's hand: each step in a session of its own, as a request would have it."""

    def __init__(self, world: World) -> None:
        self.world, self.desk = world, world.desk
        self.sato, self.leader, self.manager = (world.people[each] for each in ("sato", "leader", "manager"))

    def mail(self, **headers: str) -> str:
        """A mail comes in; the number of its case."""
        values = {"subject": "5月分の交付額通知書に対する異議申立て", **headers}
        return receive_raw(self.desk, letter(GROUNDS, **values), source="import").case_number

    def receive(self, **changed: Any) -> Objection:
        number = changed.pop("number", None)
        with self.desk.database.open_session(writes=True) as session:
            case = session.scalars(select(Case).where(Case.number == number)).one() if number else None
            values = {
                "notice_id": self.world.notice.id,
                "grounds": GROUNDS,
                "claims": [HALF_A_DAY, ANOTHER_DAY],
                "claimed_figures": {PENALTY: "0"},
                "channel": "phone",
                "by": self.sato,
            }
            return receive_objection(session, self.desk, case=case, **{**values, **changed})

    def act(self, workflow: Callable, *arguments: Any, by: Any = None, **options: Any) -> Any:
        """Call a workflow on the only objection there is, as it is now."""
        with self.desk.database.open_session(writes=True) as session:
            objection = session.scalars(select(Objection)).one()
            return workflow(session, self.desk, objection, *arguments, by=by or self.sato, **options)

    def review(self, by: Any = None) -> None:
        self.act(review_objection, by=by)

    def foresee(self, accepted: set[int]) -> dict[str, str]:
        run = self.act(foresee, accepted, by=self.leader)
        return {figure[0]: figure[3] for figure in run.figures}

    def decide(
        self, decision: str, accepted: set[int], *, by: Any = None, version: int | None = None
    ) -> Outcome:
        decided = Decision(decision, "確認の結果による。", frozenset(accepted))
        now = self.now().version if version is None else version
        return self.act(decide_objection, decided, version=now, by=by or self.leader)

    def now(self) -> Objection:
        with self.desk.database.read_session() as session:
            objection = session.scalars(select(Objection)).one()
            assert objection.case.kind == "objection"
            return objection

    def notices(self) -> list[NotifiedResult]:
        with self.desk.database.read_session() as session:
            return list(session.scalars(select(NotifiedResult).order_by(NotifiedResult.id)))

    def events(self) -> list[str]:
        with self.desk.database.read_session() as session:
            return list(
                session.scalars(select(Event.kind).where(Event.case_id.is_not(None)).order_by(Event.id))
            )
