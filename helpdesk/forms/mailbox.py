"""デモ用メールの入力."""

from collections.abc import Mapping

from werkzeug.datastructures import FileStorage, MultiDict

from helpdesk.errors import Problem
from helpdesk.forms.fields import FormReader
from helpdesk.workflows.play_business import Letter

_LARGEST = 10 * 1024 * 1024


def read_letter(values: Mapping[str, str], files: MultiDict[str, FileStorage], senders: set[str]) -> Letter:
    """The letter's form. Raises `Refused` with every problem."""
    reader = FormReader(values)
    sender = reader.choice("sender", "差出人", dict.fromkeys(senders, ""), required=True)
    subject = reader.text("subject", "件名", required=True, most=200).replace("\n", " ")
    body = reader.text("body", "本文", required=True, most=20_000)
    attachments = []
    for file in files.getlist("files"):
        content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            reader.problems.append(Problem("添付ファイル", f"{file.filename} は 10 MB を超えています"))
        elif file.filename:
            attachments.append((file.filename, file.mimetype or "application/octet-stream", content))
    reader.refuse_if_wrong()
    return Letter(sender, subject, body, reader.text("reply_to", "返信先", most=200), tuple(attachments))
