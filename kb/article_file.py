"""記事ファイル: one article as a text file — TOML between +++ lines, then the Markdown body.

The same form serves the articles that come with the product, export and import.
"""

import json
import tomllib
from dataclasses import dataclass
from typing import Any

from kb.errors import InvalidArticle, Problem
from kb.manuscript import Manuscript, problems_of_article, problems_of_manuscript

FENCE = "+++"
KEYS = frozenset(
    {"stem", "kind", "category", "title", "questions", "keywords", "source"}
    | {"valid_from_fiscal_year", "valid_to_fiscal_year", "revision", "status"}
)


@dataclass(frozen=True)
class ArticleFile:
    """An article as it stands in a file."""

    stem: str
    kind: str
    category: str
    manuscript: Manuscript


def parse(text: str) -> ArticleFile:
    """The article in a file. Raises InvalidArticle with all that is wrong."""
    opening, _, rest = text.removeprefix("\ufeff").replace("\r\n", "\n").partition("\n")
    header, fence, body = rest.partition(f"\n{FENCE}\n")
    if opening.strip() != FENCE or not fence:
        raise InvalidArticle([Problem("先頭", f"{FENCE} の行で囲んだ見出し部がありません。")])
    try:
        fields = tomllib.loads(header)
    except tomllib.TOMLDecodeError as error:
        raise InvalidArticle([Problem("見出し部", f"TOML として読めません({error})。")]) from error
    article = _article(fields, body.strip() + "\n")
    problems = [Problem(name, "この項目はありません。") for name in sorted(fields.keys() - KEYS)]
    problems += problems_of_article(article.stem, article.kind, article.category)
    problems += problems_of_manuscript(article.manuscript)
    if problems:
        raise InvalidArticle(problems)
    return article


def compose(article: ArticleFile, *, revision: int | None = None, status: str | None = None) -> str:
    """The file of an article; `parse` reads it back unchanged."""
    text = article.manuscript
    fields: dict[str, Any] = {
        "stem": article.stem,
        "kind": article.kind,
        "category": article.category,
        "title": text.title,
        "questions": text.questions.splitlines(),
        "keywords": text.keywords,
        "source": text.source.splitlines(),
        "valid_from_fiscal_year": text.valid_from_fiscal_year,
        "valid_to_fiscal_year": text.valid_to_fiscal_year,
        "revision": revision,
        "status": status,
    }
    header = "\n".join(f"{name} = {_toml(value)}" for name, value in fields.items() if value is not None)
    return f"{FENCE}\n{header}\n{FENCE}\n\n{text.body.strip()}\n"


def _article(fields: dict[str, Any], body: str) -> ArticleFile:
    problems: list[Problem] = []

    def text(name: str) -> str:
        value = fields.get(name, "")
        if isinstance(value, list) and all(isinstance(line, str) for line in value):
            return "\n".join(value)
        if not isinstance(value, str):
            problems.append(Problem(name, "文字列で書いてください。"))
            return ""
        return value

    def year(name: str) -> int | None:
        value = fields.get(name)
        if value is not None and type(value) is not int:
            problems.append(Problem(name, "年度を西暦の整数で書いてください。"))
            return None
        return value

    article = ArticleFile(
        text("stem"),
        text("kind"),
        text("category"),
        Manuscript(
            title=text("title"),
            body=body,
            questions=text("questions"),
            keywords=text("keywords"),
            source=text("source"),
            valid_from_fiscal_year=year("valid_from_fiscal_year"),
            valid_to_fiscal_year=year("valid_to_fiscal_year"),
        ),
    )
    if problems:
        raise InvalidArticle(problems)
    return article


def _toml(value: Any) -> str:
    """JSON text of strings, integers and lists of strings is TOML too, but for one control character."""
    if isinstance(value, list):
        return "[\n" + "".join(f"  {_toml(line)},\n" for line in value) + "]" if value else "[]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
