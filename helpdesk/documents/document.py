"""文書: what stands in a document, described once; Word, PDF, Excel and CSV are made from the same description.

A figure is a whole number or exact text, never a float. Texts are plain: a line break is kept, nothing in them is markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

Kind = Literal["text", "whole", "yen", "figure", "moment", "day"]
NUMERIC: frozenset[str] = frozenset({"whole", "yen", "figure"})


@dataclass(frozen=True, slots=True)
class Column:
    """列: heading, kind of its cells, width in characters.

    `whole` and `yen` are integers, `figure` an integer or an exact text set like a number (`2/3`, `1,234.5`), `moment`
    an aware time shown in Japan time, `day` a date; None is an empty cell.
    """

    label: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True, slots=True)
class Table:
    """表: a captioned table; `notes` say period, cut-off, what is counted; `total` is a last row set apart.

    `wide` gives it landscape pages of its own in Word and PDF. Without rows it says 「該当なし」.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()
    total: Sequence[Any] | None = None
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """項目と値: one line of `KeyValues`; `value` is of the named kind."""

    label: str
    value: Any
    kind: Kind = "text"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class KeyValues:
    """項目の一覧: what it is about, line by line. In Excel it stands on the cover sheet."""

    rows: Sequence[Fact]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """系列: one named row of values, one for each category; None is a gap."""

    name: str
    values: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """図: the same picture in Word, PDF and Excel. Bars stand on zero. `alt` says in words what it shows."""

    title: str
    kind: Literal["bar", "stacked", "line"]
    categories: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """見出し: level 1 to 3; the title of the document is no heading."""

    text: str
    level: Literal[1, 2, 3] = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """段落: `note` is small and grey, `strong` is what must not be missed."""

    text: str
    look: Literal["plain", "note", "strong"] = "plain"


@dataclass(frozen=True, slots=True)
class LargeAmount:
    """金額の表示: the one amount that the document is about, in yen, set large; `remark` says what it is and is not."""

    label: str
    yen: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """引用: what somebody wrote, line by line as written, set apart from the desk's own words."""

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """箇条書き; `numbered` for an order that matters."""

    items: Sequence[str]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class DerivationStep:
    """算定の一段: what was computed, the formula in words and in numbers, the clause, the mark of a policy."""

    label: str
    value: str
    words: str
    numbers: str
    source: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Derivation:
    """算定の過程: how one result came about, step by step."""

    title: str
    steps: Sequence[DerivationStep]
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SignatureBoxes:
    """確認欄: empty boxes to sign or stamp in, each under its label."""

    labels: Sequence[str]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """改ページ."""


Block = (
    Heading
    | Paragraph
    | LargeAmount
    | Quotation
    | Listing
    | KeyValues
    | Table
    | Chart
    | Derivation
    | SignatureBoxes
    | PageBreak
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """文書. `created` stands in the file's properties: the same description gives the same bytes.

    A letter has `addressee` and `sender` (a line each), `number` (文書番号) and `dated`; a report a `subtitle`.
    """

    title: str
    blocks: Sequence[Block]
    created: datetime
    subtitle: str = ""
    number: str = ""
    dated: date | None = None
    addressee: Sequence[str] = ()
    sender: Sequence[str] = ()

    def of_kind(self, kind: type) -> list[Any]:
        """The blocks of one kind, in their order."""
        return [block for block in self.blocks if isinstance(block, kind)]
