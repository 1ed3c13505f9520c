"""記事の入力: what a knowledge form carries."""

from collections.abc import Mapping

from helpdesk.forms.fields import FormReader
from kb.manuscript import Manuscript


def read_manuscript(values: Mapping[str, str]) -> Manuscript:
    """The text of an article as typed; the knowledge base itself judges it (`InvalidArticle`)."""
    reader = FormReader(values)
    manuscript = Manuscript(
        title=reader.text("title", "題名", most=10_000),
        body=reader.text("body", "本文", most=1_000_000),
        questions=reader.text("questions", "想定質問", most=100_000),
        keywords=reader.text("keywords", "キーワード", most=10_000),
        source=reader.text("source", "根拠", most=100_000),
        valid_from_fiscal_year=reader.whole("valid_from", "対象実需給年度"),
        valid_to_fiscal_year=reader.whole("valid_to", "対象実需給年度"),
    )
    reader.refuse_if_wrong()
    return manuscript
