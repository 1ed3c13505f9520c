"""記事の検索: what is found, in which order, and that nothing typed is an error."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.analysis import folded
from kb.index import ArticleIndex
from kb.rendering import plain_text
from kb.search import search
from kb.seeding import seed_articles
from tests.kb.conftest import Desk

TWO_KANJI = [
    "督促",
    "相殺",
    "消込",
    "架電",
    "端数",
    "切捨",
    "控除",
    "留保",
    "抑制",
    "石炭",
    "倍率",
    "期限",
    "精算",
    "比率",
    "夏季",
    "名義",
    "再算",
    "拠出",
    "算定",
    "通知",
    "請求",
    "入金",
    "差替",
]


def stems(index: ArticleIndex, query: str, **more: object) -> list[str]:
    return [hit.stem for hit in search(index, query, **more)]


@pytest.mark.parametrize("word", TWO_KANJI)
def test_a_two_kanji_word_finds_every_article_a_plain_scan_finds(seeded: ArticleIndex, word: str) -> None:
    scanned = {
        article.stem
        for article in seed_articles()
        if word in folded(article.manuscript.title + plain_text(article.manuscript.body))
    }
    assert scanned <= set(stems(seeded, word))
    assert scanned


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("8,640コマ", "penalty-outage-plan-8640"),
        ("８６４０", "penalty-outage-plan-8640"),
        ("ｺﾏ数", "penalty-outage-plan-8640"),
        ("異議申立", "objection-result-differs"),
        ("異議申し立て", "objection-result-differs"),
        ("ネッティング", "netting-tax-invoice"),
        ("消費税の切り捨て", "netting-tax-invoice"),
        ("最終月の端数", "contract-amount-monthly-payment"),
        ("毎月の交付額の端数はどうなりますか", "contract-amount-monthly-payment"),
        ("石炭火力 20%", "coal-curtailment-20-percent"),
        ("シェア変動", "contribution-calculation-and-billing"),
        ("入金遅延の架電", "talk-contribution-late-payment-call"),
        ("電話でペナルティ額を聞かれた", "talk-penalty-amount-call"),
    ],
)
def test_the_article_meant_comes_first(seeded: ArticleIndex, query: str, first: str) -> None:
    assert stems(seeded, query)[0] == first


def test_articles_with_every_word_stand_before_articles_with_some(desk: Desk) -> None:
    desk.published("both", title="案内", body="石炭の話。" * 30 + "督促の話。")
    desk.published("one", title="督促 督促 督促", body="督促")
    desk.bring_index_up_to_date()
    assert stems(desk.index, "督促 石炭") == ["both", "one"]


def test_a_score_is_that_of_its_own_document(desk: Desk) -> None:
    """The library's DisjunctionMax gave a document the score of the next one in another field."""
    desk.published(
        "mention", title="交付額", body="相殺という語が一度だけ出てくる文章。" + "交付額の説明。" * 20
    )
    desk.published("subject", title="相殺", body="相殺のしかた。相殺の順序。")
    desk.bring_index_up_to_date()
    hits = search(desk.index, "相殺")
    assert [hit.stem for hit in hits] == ["subject", "mention"]
    assert hits[0].score > hits[1].score


def test_the_kind_narrows_the_result(seeded: ArticleIndex) -> None:
    assert set(stems(seeded, "ペナルティ", kind="talk_script")) == {"talk-penalty-amount-call"}
    assert not any(stem.startswith("talk-") for stem in stems(seeded, "ペナルティ", kind="faq"))
    assert len(stems(seeded, "ペナルティ", limit=2)) == 2


def test_part_of_a_word_is_found_as_it_stands(desk: Desk) -> None:
    desk.published("katakana", title="案内", body="リクワイアメントの説明")
    desk.bring_index_up_to_date()
    assert stems(desk.index, "ワイアメ") == ["katakana"]
    assert [span.text for span in search(desk.index, "ワイアメ")[0].excerpt if span.is_match] == ["ワイアメ"]


def test_hits_mark_the_words_in_title_and_excerpt(seeded: ArticleIndex) -> None:
    hit = search(seeded, "相殺")[0]
    assert [span.text for span in hit.title_spans if span.is_match] == ["相殺", "ネッティング"]
    assert "".join(span.text for span in hit.title_spans) == hit.title
    assert "相殺" in [span.text for span in hit.excerpt if span.is_match]


def test_spans_carry_text_not_markup(desk: Desk) -> None:
    desk.published(title="<script>相殺</script>", body="`<b>` 相殺 <img src=x onerror=alert(1)>")
    desk.bring_index_up_to_date()
    hit = search(desk.index, "相殺")[0]
    assert [span.text for span in hit.title_spans] == ["<script>", "相殺", "</script>"]
    assert [span.text for span in hit.excerpt if span.is_match] == ["相殺"]


@pytest.mark.parametrize(
    "query",
    [
        *("", " ", "*", "?", "(", ")", "((", "AND", "OR NOT", "title:", "a AND (", '"', "[a TO", "~"),
        *("相殺*", "相殺 AND (", "相殺\x00", "-相殺", "相殺 " * 5_000),
        *("\x00", "\ud800", "'; DROP TABLE kb_article; --", "%", "_", "\\", "🙂", "ﷺ" * 500),
        *("あ" * 10_000, "(" * 10_000, "督" * 10_000),
    ],
    ids=range(30),
)
def test_nothing_typed_is_an_error(seeded: ArticleIndex, query: str) -> None:
    hits = search(seeded, query)
    assert len(hits) <= 20
    if "相殺" in query:
        assert hits[0].stem == "netting-tax-invoice"


def test_signs_alone_find_nothing(seeded: ArticleIndex) -> None:
    assert [search(seeded, query) for query in ("*", "(", "。", "", "--")] == [[]] * 5


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=60))
def test_any_text_can_be_searched(seeded: ArticleIndex, query: str) -> None:
    for hit in search(seeded, query, limit=3):
        assert hit.title
