"""監視の言葉: the labels and figures of the watch as its pages say them."""

from typing import Any

from alerts.stages.routing import DUTY_DESK
from alerts.words import (
    AREA_CODES,
    DECISION_LABELS,
    EVENT_LABELS,
    INCIDENT_LABELS,
    PUBLICATION_LABELS,
    STAGE_LABELS,
)
from helpdesk.presentation import percent
from helpdesk.queries.margin_map import level_of, span

WATCH_WORDS: dict[str, Any] = {
    "area_codes": AREA_CODES,
    "decisions": DECISION_LABELS,
    "events": EVENT_LABELS,
    "incident_states": INCIDENT_LABELS,
    "publication_states": PUBLICATION_LABELS,
    "stages": STAGE_LABELS,
    "receivers": {DUTY_DESK: "当番席"},
    "level_of": level_of,
    "percent": percent,
    "span": span,
}
