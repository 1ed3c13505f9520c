"""原稿: what an author writes, and every fault it may have; all of them are told at once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.categories import CATEGORIES, KINDS
from kb.errors import Problem

STEM = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
FIRST_FISCAL_YEAR = 2024  # the first year of delivery of the capacity market
MAX_BODY_CHARACTERS = 100_000


@dataclass(frozen=True)
class Manuscript:
    """原稿: everything an author writes; becomes the content of one revision."""

    title: str
    body: str
    questions: str = ""
    keywords: str = ""
    source: str = ""
    valid_from_fiscal_year: int | None = None
    valid_to_fiscal_year: int | None = None


CONTENT = tuple(Manuscript.__dataclass_fields__)


def problems_of_article(stem: str, kind: str, category: str) -> Iterator[Problem]:
    """All faults of the name, kind and category of a new article."""
    if not STEM.fullmatch(stem):
        yield Problem(
            "記事名", f"「{stem[:80]}」は使えません。半角の英小文字・数字・ハイフン80字以内にしてください。"
        )
    if kind not in KINDS:
        yield Problem("種別", f"「{kind}」はありません。{'・'.join(KINDS)} から選んでください。")
    if category not in CATEGORIES:
        yield Problem("分類", f"「{category}」はありません。{'・'.join(CATEGORIES)} から選んでください。")


def problems_of_manuscript(manuscript: Manuscript) -> Iterator[Problem]:
    """All faults of a text, in the order of the form."""
    if not manuscript.title.strip():
        yield Problem("題名", "題名を入力してください。")
    for name, text, most in (
        ("題名", manuscript.title, 200),
        ("キーワード", manuscript.keywords, 500),
        ("想定質問", manuscript.questions, 5_000),
        ("根拠", manuscript.source, 5_000),
        ("本文", manuscript.body, MAX_BODY_CHARACTERS),
    ):
        if len(text) > most:
            yield Problem(name, f"{len(text):,}字あります。{most:,}字以内にしてください。")
        if any(character == "\x00" or "\ud800" <= character <= "\udfff" for character in text):
            yield Problem(name, "保存できない文字(NUL など)が含まれています。取り除いてください。")
    if not manuscript.body.strip():
        yield Problem("本文", "本文を入力してください。")
    first, last = manuscript.valid_from_fiscal_year, manuscript.valid_to_fiscal_year
    for year in (first, last):
        if year is not None and not FIRST_FISCAL_YEAR <= year <= 2099:
            yield Problem(
                "対象実需給年度",
                f"{year}は範囲外です。{FIRST_FISCAL_YEAR}以降の年度を西暦で入力してください。",
            )
    if first is not None and last is not None and first > last:
        yield Problem("対象実需給年度", f"開始{first}年度が終了{last}年度より後です。順序を直してください。")
