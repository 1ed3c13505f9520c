"""実需給年度と対象月の列: how files name a fiscal year of delivery and a month of it."""

from helpdesk.imports.cells import read_whole
from helpdesk.imports.columns import Column

FIRST_YEAR = 2024  # of delivery in the capacity market
YEAR_COLUMN = Column("fiscal_year", "実需給年度", ("年度", "fiscal_year"), example="2026")
MONTH_COLUMN = Column(
    "delivery_month", "対象月", ("月", "対象実需給月", "delivery_month", "month"), example="7"
)


def read_year(cell: str) -> int:
    """A fiscal year of delivery."""
    return read_whole(cell, least=FIRST_YEAR, most=2099, units="年度|年")


def read_month(cell: str) -> int:
    """A month of delivery, 1 … 12."""
    return read_whole(cell, least=1, most=12, units="月分|月")
