"""振込の入力: the day of an order, a file of the bank."""

from collections.abc import Mapping
from datetime import date
from pathlib import PurePath

from werkzeug.datastructures import FileStorage, MultiDict

from helpdesk.errors import Problem, Refused
from helpdesk.forms.fields import FormReader

LARGEST_MEGABYTES = 30
_LARGEST = LARGEST_MEGABYTES * 1024 * 1024


def read_value_day(values: Mapping[str, str]) -> date:
    """取組日. Raises `Refused`."""
    reader = FormReader(values)
    day = reader.day("on", "取組日", required=True)
    reader.refuse_if_wrong()
    assert day is not None
    return day


def read_bank_upload(files: MultiDict[str, FileStorage]) -> tuple[str, bytes]:
    """The name and the bytes of the file that was chosen. Raises `Refused`."""
    sent = files.get("file")
    content = sent.read(_LARGEST + 1) if sent is not None else b""
    written = (sent.filename or "") if sent is not None else ""
    name = PurePath(written.replace("\\", "/").replace("\0", "")).name[:100]
    if not name:
        raise Refused([Problem("ファイル", "ファイルを選んでください")])
    if len(content) > _LARGEST:
        words = f"{LARGEST_MEGABYTES} MB を超えています。銀行から分けて受け取ってください"
        raise Refused([Problem("ファイル", words)])
    return name, content
