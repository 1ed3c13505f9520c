"""記事の提案: a real mail finds its article, and says by which words."""

import pytest

from kb.index import ArticleIndex
from kb.suggestions import suggest

PENALTY = """容量市場問合せ窓口 御中

お世話になっております。北海みらい発電株式会社の佐藤です。
2025年度8月分のペナルティ通知について、弊社の計算と金額が合いません。
未達成コマの累積が8,640コマを超えた分に0.0125%を掛けたところ、通知額より少なくなりました。
倍率の考え方と計算方法をご教示ください。
お忙しいところ恐縮ですが、よろしくお願いいたします。

────────────────
北海みらい発電株式会社 電力部 佐藤 容量拠出金 小売 督促
TEL 03-0000-0000 / https://example.com/kyoshutsukin
"""


def test_a_mail_about_a_penalty_finds_the_penalty_article_with_its_words(seeded: ArticleIndex) -> None:
    first = suggest(seeded, PENALTY)[0]
    assert first.stem == "penalty-outage-plan-8640"
    assert {"コマ", "累積", "倍率", "ペナルティ"} <= set(first.words)
    assert first.reason.startswith("一致した語: ")
    assert "佐藤" not in first.words


@pytest.mark.parametrize(
    ("mail", "first"),
    [
        (
            "先日の算定結果通知の金額が当社の再計算と異なります。異議申し立てをしたいので手続きと期限を教えてください。",
            "objection-result-differs",
        ),
        (
            "弊社は小売電気事業者です。7月に届いた容量拠出金の請求書について、配分比率とシェア変動の根拠を教えてください。",
            "contribution-calculation-and-billing",
        ),
        (
            "当社の石炭火力の毎月の交付額が2割少ないのですが、稼働抑制の留保はいつ支払われますか。",
            "coal-curtailment-20-percent",
        ),
        (
            "ペナルティが交付額を上回り請求書が届きました。消費税の端数と、他電源との相殺の順序を確認させてください。",
            "netting-tax-invoice",
        ),
        (
            "容量確保契約金額の最終月の交付額が他の月と数円違います。12で割った端数でしょうか。",
            "contract-amount-monthly-payment",
        ),
    ],
)
def test_the_right_article_comes_first(seeded: ArticleIndex, mail: str, first: str) -> None:
    assert suggest(seeded, mail)[0].stem == first


def test_the_topic_of_the_case_lifts_its_articles(seeded: ArticleIndex) -> None:
    plain = {s.stem: s.score for s in suggest(seeded, PENALTY)}
    lifted = {s.stem: s.score for s in suggest(seeded, PENALTY, "penalty")}
    assert lifted["penalty-outage-plan-8640"] > plain["penalty-outage-plan-8640"]


def test_courtesy_and_other_matters_suggest_nothing(seeded: ArticleIndex) -> None:
    assert suggest(seeded, "お世話になっております。よろしくお願いいたします。") == []
    assert suggest(seeded, "昼食の弁当の注文を承ります") == []
    assert suggest(seeded, "") == []


def test_quoted_lines_and_signatures_do_not_decide(seeded: ArticleIndex) -> None:
    mail = "消費税の端数と相殺について教えてください。\n> 容量拠出金 シェア変動 配分比率 H3需要\n> 託送契約電力 夏季ピーク"
    assert suggest(seeded, mail)[0].stem == "netting-tax-invoice"


def test_a_huge_mail_gives_no_more_than_was_asked_for(seeded: ArticleIndex) -> None:
    assert len(suggest(seeded, PENALTY * 200, limit=3)) == 3
    assert suggest(seeded, PENALTY, limit=0) == []
