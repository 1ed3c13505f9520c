"""デモの読み込み: fill an empty instance with the demonstration, once; an instance with other data is refused.

The file `demo` of the instance folder marks a demonstration. Empty: nothing loaded yet; `loading`: begun;
`ready`: complete.
"""

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import func, select

from cases.models import Business, Case
from helpdesk.demo import assessing, settling
from helpdesk.demo.market import Market, correct_slots, issue_notices, load_businesses, load_resources
from helpdesk.demo.people import load_people
from helpdesk.demo.stories import load_stories
from helpdesk.demo.submitted import at, configure, import_inputs
from helpdesk.desk import Desk
from helpdesk.errors import InstanceUnusable
from helpdesk.users.models import User
from helpdesk.workflows.edit_knowledge import note
from helpdesk.workflows.prepare_instance import prepare_instance
from kb.seeding import seed

CORRECTED = date(2026, 9, 24)  # after the notices
_LOADING, _READY = "loading", "ready"


def load(desk: Desk, *, progress: Callable[[str], None] = lambda line: None) -> bool:
    """Load the demonstration; False when it is there already. Raises `InstanceUnusable` for any other data."""
    marker = desk.settings.instance / "demo"
    state = marker.read_text(encoding="utf-8").strip() if marker.exists() else ""
    if state == _READY:
        return False
    if state == _LOADING:
        raise InstanceUnusable(
            f"デモの読み込みが途中で止まっています。{desk.settings.instance} を削除してから、もう一度始めてください"
        )
    _require_empty(desk)
    marker.write_text(_LOADING, encoding="utf-8")
    with desk.database.synced_at_the_end():
        _fill(desk, progress)
    marker.write_text(_READY, encoding="utf-8")
    return True


def _fill(desk: Desk, progress: Callable[[str], None]) -> None:
    now = desk.clock()
    prepare_instance(desk)
    with desk.database.write_session() as session:
        businesses = load_businesses(session)
        people = load_people(session, now=now)
        resources = load_resources(session, businesses)
        author, reviewer = people["sato"], people["leader"]
        happened = seed(session, author=author, reviewer=reviewer, now=now)
        for each in happened:
            by = reviewer if each.kind.endswith("published") else author
            note(session, each, by=by, now=now)
    progress(f"事業者 {len(businesses)} 件、利用者 {len(people)} 人、電源等 {len(resources)} 件")
    market = _assess(desk, people, businesses, resources, progress)
    progress(f"案件 {load_stories(desk, people, market, progress=progress)} 件")


def _assess(
    desk: Desk,
    people: Mapping[str, User],
    businesses: Mapping[str, int],
    resources: Mapping[str, int],
    progress: Callable[[str], None],
) -> Market:
    """Three months from what was submitted to what was told, with the mistakes that there are to find."""
    folder = desk.settings.slots_folder
    configure(desk, people)
    files = import_inputs(desk, people)
    progress(f"取り込み {files} 件")
    assessing.compute(desk, people)
    assessing.fix(desk, people, businesses)
    with desk.database.write_session() as session:
        market = issue_notices(session, folder, businesses, resources, by=people["payment-head"])
    settling.settle(desk, people, businesses)
    progress("4月分を支払い、5月分を承認し、6月分を承認に回しました")
    with desk.database.write_session() as session:
        correct_slots(session, folder, resources, now=at(desk, CORRECTED).clock())
    assessing.compute(desk, people, again=True)
    assessing.correct_one(desk, people, resources)
    settling.contribute(desk, people)
    progress("容量拠出金の7月分を請求し、8月分を承認に回しました")
    progress(f"4月から6月までを一括算定しました。通知 {len(market.notices)} 件")
    return market


def _require_empty(desk: Desk) -> None:
    with desk.database.read_session() as session:
        rows = sum(
            session.scalar(select(func.count()).select_from(model)) for model in (Business, Case, User)
        )
    if rows:
        raise InstanceUnusable(
            f"{desk.settings.instance} には業務のデータがあります。デモは空の場所でのみ始められます。"
            "HELPDESK_INSTANCE で別の場所を指定してください"
        )
