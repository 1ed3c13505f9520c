"""記事ファイル: what is written out is read back unchanged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.article_file import ArticleFile, compose, parse
from kb.errors import InvalidArticle
from kb.manuscript import Manuscript

LINE = (
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)


@settings(max_examples=80, deadline=None)
@given(
    title=LINE,
    questions=st.lists(LINE, max_size=3),
    body=st.lists(LINE, min_size=1, max_size=4),
    keywords=LINE,
)
def test_a_composed_file_is_parsed_back_unchanged(
    title: str, questions: list[str], body: list[str], keywords: str
) -> None:
    text = Manuscript(
        title=title,
        questions="\n".join(questions),
        keywords=keywords,
        body="\n".join(body) + "\n",
        source='資料 "p.5" \\ 注\x7f',
        valid_from_fiscal_year=2025,
    )
    article = ArticleFile("some-stem", "faq", "other", text)
    assert parse(compose(article, revision=3, status="published")) == article


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "先頭"),
        ("本文だけ", "先頭"),
        ("+++\ntitle = \n+++\n\n本文", "見出し部"),
        ("+++\nstem = 1\n+++\n\n本文", "stem"),
        ('+++\nvalid_from_fiscal_year = "2025"\n+++\n\n本文', "valid_from_fiscal_year"),
        (
            '+++\nstem = "a"\nkind = "faq"\ncategory = "other"\ntitle = "t"\nauthor = "x"\n+++\n\n本文',
            "author",
        ),
        ('+++\nstem = "a"\nkind = "faq"\ncategory = "other"\ntitle = "t"\n+++\n', "本文"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(text: str, where: str) -> None:
    with pytest.raises(InvalidArticle) as refused:
        parse(text)
    assert where in [problem.where for problem in refused.value.problems]


def test_all_faults_of_a_file_are_told_at_once() -> None:
    with pytest.raises(InvalidArticle) as refused:
        parse('+++\nstem = "A!"\nkind = "x"\ncategory = "y"\ntitle = ""\n+++\n\n本文')
    assert [problem.where for problem in refused.value.problems] == ["記事名", "種別", "分類", "題名"]


def test_files_from_windows_are_read() -> None:
    text = (
        '\ufeff+++\r\nstem = "a"\r\nkind = "faq"\r\ncategory = "other"\r\ntitle = "題"\r\n+++\r\n\r\n本文\r\n'
    )
    assert parse(text).manuscript.body == "本文\n"
