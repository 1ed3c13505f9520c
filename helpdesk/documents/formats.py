"""形式: in which formats can a document be had, and what is each called?"""

from dataclasses import dataclass
from types import MappingProxyType

from helpdesk.documents.csv_lines import write_csv
from helpdesk.documents.document import Document
from helpdesk.errors import Problem, Refused

_OFFICE = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES = MappingProxyType(
    {
        "pdf": "application/pdf",
        "docx": f"{_OFFICE}.wordprocessingml.document",
        "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
        "csv": "text/csv; charset=utf-8",
    }
)
LABELS = MappingProxyType({"pdf": "PDF", "docx": "Word", "xlsx": "Excel", "csv": "CSV"})


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """文書のファイル: its bytes, name, type and digest."""

    content: bytes
    file_name: str
    content_type: str
    sha256: str


def write(document: Document, file_format: str) -> bytes:
    """The document in one of `CONTENT_TYPES`. The same description gives the same bytes. Raises `Refused`."""
    check(file_format)
    if file_format == "pdf":
        from helpdesk.documents.pdf import write_pdf

        return write_pdf(document)
    if file_format == "docx":
        from helpdesk.documents.word import write_word

        return write_word(document)
    if file_format == "xlsx":
        from helpdesk.documents.excel import write_excel

        return write_excel(document)
    return write_csv(document)


def check(file_format: str) -> None:
    """Raises `Refused` for a format that there is not."""
    if file_format not in CONTENT_TYPES:
        known = "・".join(CONTENT_TYPES)
        raise Refused([Problem("形式", f"「{file_format[:20]}」はありません。{known} から選んでください")])
