"""値のない数式: which cells of a sheet hold a formula that nothing has computed, so that nobody knows what they say?

Excel keeps with every formula what it last came to. A program that wrote the workbook may have left that out; such a
cell would be read as empty.
"""

import re

_FORMULA = re.compile(
    rb"<(?:\w+:)?c(?=\s)([^>]*)>\s*"
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|(?<!/)>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb'\sr="([A-Z]{1,3})([0-9]{1,7})"')
_EMPTY_TEXT = re.compile(rb'\st="str"')  # what it came to is an empty text


def cells_without_value(sheet: bytes) -> list[tuple[int, str]]:
    """Row and letters of the column of each such cell, from the sheet as it is stored (XML)."""
    found = []
    for cell in _FORMULA.finditer(sheet):
        place = _PLACE.search(cell[1])
        if place is not None and not _EMPTY_TEXT.search(cell[1]):
            found.append((int(place[2]), place[1].decode()))
    return found
