"""事業者の返信の入力: what a business writes into its case, and the files that it adds to any form of the portal."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from werkzeug.datastructures import FileStorage, MultiDict

from helpdesk.errors import Problem
from helpdesk.forms.fields import FormReader
from helpdesk.presentation import file_size
from helpdesk.workflows.receive_form import SentFile

MOST_FILES = 10
LARGEST_BYTES = 10 * 1024 * 1024
WHERE_FILES = "添付ファイル"
KINDS = frozenset(
    [
        "pdf",
        "xlsx",
        "xls",
        "xlsm",
        "csv",
        "docx",
        "doc",
        "pptx",
        "ppt",
        "txt",
        "png",
        "jpg",
        "jpeg",
        "gif",
        "eml",
        "msg",
        "zip",
        "xml",
    ]
)
ACCEPT = ",".join(sorted(f".{kind}" for kind in KINDS))
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class ReplyForm:
    """返信 as typed."""

    text: str
    files: tuple[SentFile, ...]


def read_reply(values: Mapping[str, str], files: MultiDict[str, FileStorage]) -> ReplyForm:
    """The reply's form. Raises `Refused` with every problem."""
    reader = FormReader(values)
    text = reader.text("text", "本文", required=True, most=LONGEST_TEXT)
    sent = read_files(files, reader.problems)
    reader.refuse_if_wrong()
    return ReplyForm(text, sent)


def read_files(files: MultiDict[str, FileStorage], problems: list[Problem]) -> tuple[SentFile, ...]:
    """The files of the field `files`, checked; what is wrong is added to `problems`, each file with its name."""
    given = [file for file in files.getlist("files") if file.filename]
    if len(given) > MOST_FILES:
        problems.append(
            Problem(WHERE_FILES, f"一度に送れるのは {MOST_FILES} 個までです（いま {len(given)} 個）")
        )
        return ()
    sent = []
    for file in given:
        name = PurePosixPath((file.filename or "").replace("\\", "/")).name[-200:]
        content = file.read(LARGEST_BYTES + 1)
        if name.rpartition(".")[2].lower() not in KINDS or "." not in name:
            problems.append(
                Problem(
                    WHERE_FILES,
                    f"「{name}」の種類は受け付けられません。PDF、Excel、Word、画像などで送ってください",
                )
            )
        elif not content:
            problems.append(Problem(WHERE_FILES, f"「{name}」は空です。ファイルを選び直してください"))
        elif len(content) > LARGEST_BYTES:
            problems.append(
                Problem(
                    WHERE_FILES,
                    f"「{name}」は {file_size(LARGEST_BYTES)} を超えています。分けて送ってください",
                )
            )
        else:
            sent.append(SentFile(name, (file.mimetype or "application/octet-stream")[:200], content))
    if problems and given:
        problems.append(Problem(WHERE_FILES, "ファイルは送られていません。もう一度選んでください"))
    return tuple(sent)
