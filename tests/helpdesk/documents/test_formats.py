"""A document can be had in four formats, and in no other."""

import subprocess
import sys

import pytest

from helpdesk.documents.formats import CONTENT_TYPES, LABELS, check, write
from helpdesk.errors import Refused
from tests.helpdesk.documents.sample_documents import every_block

BEGINS = {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK", "csv": b"\xef\xbb\xbf"}


@pytest.mark.parametrize("file_format", CONTENT_TYPES)
def test_each_format_is_written(file_format: str) -> None:
    assert write(every_block(), file_format).startswith(BEGINS[file_format])
    assert LABELS[file_format]


def test_another_format_is_refused_with_what_there_is() -> None:
    with pytest.raises(Refused, match="「odt」はありません。pdf・docx・xlsx・csv から"):
        check("odt")
    with pytest.raises(Refused):
        write(every_block(), "../x")


def test_the_web_application_starts_without_the_libraries_that_draw() -> None:
    program = (
        "import sys, helpdesk.app, helpdesk.views.blueprints; "
        "print(sorted({'matplotlib', 'typst', 'docx', 'xlsxwriter', 'fontTools'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
