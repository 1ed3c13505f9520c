"""最初の記事: complete, reviewed by two people, with figures that are right."""

import re
from fractions import Fraction

import pytest
from sqlalchemy import select

from kb import seeding
from kb.article_file import ArticleFile
from kb.errors import FourEyesRefused
from kb.models import Article, Revision
from kb.rendering import render
from kb.seeding import seed_articles
from tests.kb.conftest import HANA, REN, Desk

ARTICLES = {article.stem: article for article in seed_articles()}


def body(stem: str) -> str:
    return ARTICLES[stem].manuscript.body


def yen(amount: int) -> str:
    return f"{amount:,}円"


def test_six_faq_articles_and_two_talk_scripts_come_with_the_product() -> None:
    kinds = [article.kind for article in ARTICLES.values()]
    assert (kinds.count("faq"), kinds.count("talk_script")) == (6, 2)


@pytest.mark.parametrize("article", ARTICLES.values(), ids=ARTICLES)
def test_each_article_names_its_sources_and_what_is_not_published(article: ArticleFile) -> None:
    assert re.search(r"p\.\d|第\d+条|仕様書", article.manuscript.source)
    heading = "## 公表資料にないこと" if article.kind == "faq" else "## 言わないこと"
    assert heading in article.manuscript.body
    assert len(article.manuscript.questions.splitlines()) >= 3
    assert "<h2>" not in article.manuscript.body
    assert "<h3>" in render(article.manuscript.body)


def test_seeding_publishes_once_and_leaves_what_is_there(desk: Desk) -> None:
    happened = seeding.seed(desk.session, author=HANA, reviewer=REN, now=desk.now)
    assert [each.kind for each in happened].count("kb.revision_published") == len(ARTICLES)
    assert seeding.seed(desk.session, author=HANA, reviewer=REN, now=desk.now) == []
    assert desk.session.scalars(select(Revision.status).distinct()).all() == ["published"]
    assert len(desk.session.scalars(select(Article)).all()) == len(ARTICLES)


def test_seeding_follows_the_rule_of_two_people(desk: Desk) -> None:
    with pytest.raises(FourEyesRefused):
        seeding.seed(desk.session, author=HANA, reviewer=HANA, now=desk.now)


def test_the_penalty_example_is_right() -> None:
    text = body("penalty-outage-plan-8640")
    accrued = Fraction(34_950_000) * (8_900 - 8_640) * Fraction(125, 1_000_000)
    assert accrued.denominator == 1
    assert yen(int(accrued)) in text
    assert yen(int(accrued) - 700_000) in text
    assert Fraction(100 - 45, 100) * 5 == Fraction("2.75")
    assert 180 * 48 == 8_640
    assert 8_000 * Fraction("0.0125") == 100


def test_the_monthly_payment_example_is_right() -> None:
    text = body("contract-amount-monthly-payment")
    amount = 3_495 * 10_001
    month = amount // 12
    last = amount - 11 * month
    for figure in (amount, month, 11 * month, last):
        assert yen(figure) in text
    assert f"最終月が{last - month}円多く" in text


def test_the_coal_example_is_right() -> None:
    text = body("coal-curtailment-20-percent")
    percent = Fraction(100 * (470_000_000 - 30_000_000), 100_000 * 8_760)
    assert -(-percent.numerator // percent.denominator) == 51
    assert f"{float(percent):.2f}"[:5] == "50.23"
    assert "50.22…%" in text
    assert 12_000_000 * Fraction(8, 10) / 12 == 800_000
    assert 12_000_000 * Fraction(2, 10) * Fraction(60_000, 100_000) == 1_440_000
    assert "144万円" in text


def test_the_netting_example_is_right() -> None:
    text = body("netting-tax-invoice")
    net = 2_912_583 + 800_000 - 1_135_875
    tax = net * 10 // 100
    assert yen(net) in text
    assert yen(tax) in text
    assert f"{net + tax:,}円を交付" in text
    owed = 1_200_005
    assert -owed == 800_000 - 2_000_005
    assert f"{owed + owed * 10 // 100:,}円を請求" in text
    assert yen(1_650_000 - (owed + owed * 10 // 100)) in text


def test_the_contribution_example_is_right() -> None:
    text = body("contribution-calculation-and-billing")
    kw = Fraction(120_000 * 45_000, 50_000)
    assert f"{int(kw):,} kW" in text
    assert kw / 4_320_000 == Fraction("0.025")
    assert yen(int(Fraction(12_000_000_000) * kw / (12 * 4_320_000))) in text
