"""エリア: the area of a cell as it is published, for the capacity market (without 沖縄)."""

from typing import Final

from alerts.words import AREAS
from helpdesk.imports.cells import NotReadable, plain

OKINAWA: Final = "沖縄"
CAPACITY_AREAS: Final = tuple(area for area in AREAS if area != OKINAWA)


def read_area(cell: str) -> str:
    """One of the nine areas of the capacity market; 「関西エリア」 is 関西."""
    area = plain(cell).removesuffix("エリア")
    if area == OKINAWA:
        raise NotReadable("沖縄エリアは容量市場の対象外です。この行を除いてください")
    if area not in CAPACITY_AREAS:
        raise NotReadable(
            f"「{area[:30]}」というエリアはありません。{'・'.join(CAPACITY_AREAS)} のどれかにしてください"
        )
    return area
