"""デモの取り込み: what was submitted for April to June, as files through the import, and the slots that follow from it.

Before that the unpublished numbers are put in force: made up for the demonstration, and marked as such.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial

from helpdesk.clock import JAPAN
from helpdesk.demo import packaged
from helpdesk.demo.outage_plan_file import outage_plan_file
from helpdesk.desk import Desk
from helpdesk.lease import new_holder
from helpdesk.task_worker import run_next
from helpdesk.users.models import User
from helpdesk.workflows import derive_slots
from helpdesk.workflows.change_parameters import approve_parameters, propose_parameters
from helpdesk.workflows.import_file import import_file

_PROPOSED, _APPROVED = date(2026, 3, 10), date(2026, 3, 12)
_DERIVED = date(2026, 7, 6)
_MORNING, _AFTERNOON = time(10, 0), time(15, 0)


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file of a kind, under the name that it had, imported on a day."""

    kind: str
    name: str
    on: date
    content: Callable[[], bytes]


def _of_package(kind: str, name: str, on: date) -> InputFile:
    return InputFile(kind, name, on, lambda: packaged.read_bytes(f"{kind}.csv"))


FILES = (
    InputFile("outage_plans", "容量停止計画_2026年4-6月.csv", date(2026, 7, 2), outage_plan_file),
    _of_package("low_reserve_slots", "低予備率コマ_2026年4-6月.csv", date(2026, 7, 2)),
    _of_package("substitutions", "電源等差替_2026年6月.csv", date(2026, 7, 2)),
    _of_package("generation_limits", "発電上限・発電計画_中京.csv", date(2026, 7, 3)),
    _of_package("market_offers", "市場応札量_中京.csv", date(2026, 7, 3)),
    _of_package("supply_instructions", "供給指示_20260521.csv", date(2026, 7, 3)),
    _of_package("dispatch_orders", "発動指令_2026年度.csv", date(2026, 7, 3)),
    _of_package("metered", "計量値_20260521_20260601.csv", date(2026, 7, 6)),
    _of_package("baselines", "ベースライン_発動指令.csv", date(2026, 7, 6)),
    _of_package("coal_metering", "稼働抑制の計量値_七尾.csv", date(2026, 7, 6)),
    _of_package("requirement_states", "リクワイアメントの状態.csv", date(2026, 7, 6)),
)


def moment(on: date, clock: time = _MORNING, *, minutes: int = 0) -> datetime:
    """A time of a day in Japan."""
    return datetime.combine(on, clock, JAPAN) + timedelta(minutes=minutes)


def at(desk: Desk, on: date, clock: time = _MORNING, *, minutes: int = 0) -> Desk:
    """The instance at a moment of the demonstration's past."""
    then = moment(on, clock, minutes=minutes)
    return replace(desk, clock=lambda: then)


def configure(desk: Desk, people: Mapping[str, User]) -> None:
    """The demonstration's numbers are proposed by one person and put in force by another."""
    content = packaged.read_bytes("parameters.toml").decode("utf-8")
    reason = "2026年度の一括算定に使う値（デモ用の設定値。公表されていない）"
    with desk.database.open_session(writes=True) as session:
        made = propose_parameters(
            session, at(desk, _PROPOSED), content, reason, based_on=None, by=people["payment"]
        )
        approve_parameters(session, at(desk, _APPROVED), made.version, by=people["payment-head"])


def import_inputs(desk: Desk, people: Mapping[str, User]) -> int:
    """Import all files, then make the slots as a worker does, which the imports asked for; how many files."""
    for number, file in enumerate(FILES):
        _import(at(desk, file.on, minutes=7 * number), file, by=people["payment"])
    worker = at(desk, _DERIVED, _AFTERNOON)
    handlers = {derive_slots.KIND: partial(derive_slots.run_derivation, worker)}
    while run_next(desk.database, handlers, clock=worker.clock, holder=new_holder()):
        pass
    return len(FILES)


def import_packaged(desk: Desk, kind: str, on: date, *, by: User) -> None:
    """Import the packaged file of a kind on a day."""
    _import(at(desk, on), _of_package(kind, f"{kind}.csv", on), by=by)


def _import(then: Desk, file: InputFile, *, by: User) -> None:
    with then.database.open_session(writes=True) as session:
        import_file(session, then, file.kind, file.name, file.content(), keep=True, by=by)
