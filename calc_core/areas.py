"""エリア: which areas take part in the capacity market, in the order of their codes (北海道 01 … 九州 09)?

沖縄 is outside the capacity market. Where two areas would come out alike, the one with the lower code comes first.
"""

from collections.abc import Mapping
from typing import Any

CAPACITY_AREAS = ("北海道", "東北", "東京", "中部", "北陸", "関西", "中国", "四国", "九州")


def by_area_code(amounts: Mapping[str, Any]) -> dict[str, Any]:
    """The same by area, in the order of the areas' codes."""
    return {area: amounts[area] for area in CAPACITY_AREAS if area in amounts}
