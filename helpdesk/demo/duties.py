"""デモの日々の業務: the daily checklists of the past two weeks, ticked by who was there; a few items were left."""

from datetime import timedelta

from cases.checklists import DUTIES, lists_of_day, tick
from helpdesk.demo.stage import Play

_DAYS_BACK = range(9, -1, -1)
_WHO = {"operations": ("sato", "suzuki", "kobayashi"), "reserve": ("reserve",)}
_BEGINS = "09:05"
_LEFT = 17  # every so many-th item was forgotten


def tick_past_duties(play: Play) -> int:
    """Tick the lists of the last working days; how many items."""
    ticked = 0
    for ago in _DAYS_BACK:
        began = play.moment(ago, _BEGINS)
        with play.desk.database.write_session() as session:
            for duty in DUTIES:
                for shown in lists_of_day(session, duty, began.date()):
                    for item in shown.items:
                        if (ago * 31 + item.position * 7) % _LEFT == 0:
                            continue
                        who = _WHO[duty][(ago + item.position) % len(_WHO[duty])]
                        tick(
                            session,
                            shown.template_id,
                            item.position,
                            subject=began.date(),
                            done=True,
                            by=play.people[who],
                            now=began + timedelta(minutes=55 * item.position),
                        )
                        ticked += 1
    return ticked
