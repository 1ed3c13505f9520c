"""新しい問合せの入力 (requirement B1.1): what 004 asks for: business, person, telephone, content; and what it is about."""

import re
import unicodedata
from collections.abc import Collection, Mapping

from werkzeug.datastructures import FileStorage, MultiDict

from cases.classification import TOPICS
from helpdesk.errors import Problem
from helpdesk.forms.fields import FormReader, row_number
from helpdesk.forms.portal_cases import LONGEST_TEXT, read_files
from helpdesk.workflows.receive_form import Inquiry

_TELEPHONE = re.compile(r"[+(]?[0-9][0-9() -]{7,24}")


def read_inquiry(
    values: Mapping[str, str], files: MultiDict[str, FileStorage], own_notices: Collection[int]
) -> Inquiry:
    """The inquiry's form; `own_notices` are the ids that may be chosen. Raises `Refused` with every problem."""
    reader = FormReader(values)
    inquiry = Inquiry(
        topic=reader.choice("topic", "区分", TOPICS) or None,
        subject=reader.text("subject", "件名", required=True, most=200).replace("\n", " "),
        text=reader.text("text", "内容", required=True, most=LONGEST_TEXT),
        person_name=reader.text("person_name", "担当者名", required=True, most=100).replace("\n", " "),
        telephone=read_telephone(reader),
        notice_id=read_notice(reader, values, own_notices),
        files=read_files(files, reader.problems),
    )
    reader.refuse_if_wrong()
    return inquiry


def read_telephone(reader: FormReader) -> str:
    """The number under which the person can be reached."""
    typed = reader.text("telephone", "電話番号", required=True, most=40)
    plain = unicodedata.normalize("NFKC", typed).translate(_DASHES).strip()
    digits = sum(letter.isdigit() for letter in plain)
    if plain and not (_TELEPHONE.fullmatch(plain) and 9 <= digits <= 15):
        message = "連絡の取れる番号を、数字とハイフンで入力してください（例 06-1234-5678）"
        reader.problems.append(Problem("電話番号", message))
    return plain


def read_notice(reader: FormReader, values: Mapping[str, str], own_notices: Collection[int]) -> int | None:
    """The chosen notice, one of the business's own; None when none was chosen."""
    typed = values.get("notice", "")
    if not typed:
        return None
    if row_number(typed) not in own_notices:
        reader.problems.append(Problem("対象の通知", "一覧から選んでください"))
        return None
    return row_number(typed)


_DASHES = str.maketrans(dict.fromkeys("‐‑–—−ー─", "-"))
