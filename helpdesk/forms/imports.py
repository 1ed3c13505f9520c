"""取込みの入力: a file with the kind it is of."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from werkzeug.datastructures import FileStorage, MultiDict

from helpdesk.errors import Problem, Refused
from helpdesk.forms.fields import FormReader
from helpdesk.imports.import_kind import ImportKind

LARGEST_MEGABYTES = 30
LARGEST_FILE = LARGEST_MEGABYTES * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it was sent: the kind chosen, its name, its bytes."""

    kind: str
    name: str
    content: bytes


def read_file(
    values: Mapping[str, str], files: MultiDict[str, FileStorage], kinds: Mapping[str, ImportKind]
) -> SentFile:
    """The file that was chosen, of one of these kinds. Raises `Refused` with every problem."""
    reader = FormReader(values)
    kind = reader.choice("kind", "種類", {key: each.label for key, each in kinds.items()}, required=True)
    sent = files.get("file")
    content = sent.read(LARGEST_FILE + 1) if sent is not None else b""
    name = PurePath((sent.filename or "").replace("\\", "/")).name[:100] if sent is not None else ""
    if not name:
        reader.problems.append(Problem("ファイル", "ファイルを選んでください"))
    elif len(content) > LARGEST_FILE:
        words = f"{LARGEST_MEGABYTES} MB を超えています。分けて取り込んでください"
        reader.problems.append(Problem("ファイル", words))
    if reader.problems:
        raise Refused(reader.problems)
    return SentFile(kind, name, content)
