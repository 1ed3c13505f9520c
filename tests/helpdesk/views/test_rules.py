"""The pages of the rules: made from the catalogue, so that a rule that is added has its page without anybody writing one."""

import re

import pytest

from calc_core import catalogue
from calc_core.rule_document import document
from helpdesk.register.models import ParameterSet
from tests.helpdesk.browser import said

pytestmark = pytest.mark.any_database

TIGHT = '["penalty/market_offer"]\ntight_hours = {2026 = "30", source = "試行"}\n'
CODE = re.compile(r"\b(?:[a-z]+_[a-z_]+|True|False|None|null|yen|slots|percent|hours|ratio)\b")


def without_code(page) -> str:
    """What a page says outside of what is marked as code."""
    shown = re.sub(r"<code[^>]*>.*?</code>", " ", page.text, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", shown[shown.index("<h1>") :])


def test_every_rule_stands_in_the_index_and_its_page_leaves_no_code_word(enter) -> None:
    browser = enter("accounting_staff")
    index = browser.get("/calculations/rules/")
    for rule_id in catalogue.rule_ids():
        told = document(rule_id)
        assert f'href="/calculations/rules/{rule_id}"' in index.text
        page = browser.get(f"/calculations/rules/{rule_id}")
        text = said(page)
        for expected in (
            told["title"],
            told["purpose"],
            told["source"],
            *(each["name"] for each in told["examples"]),
        ):
            assert " ".join(expected.split()) in text, expected
        untold = re.sub(rf"{rule_id}\.\w+", "", without_code(page))  # a warning names the setting to set
        assert CODE.findall(untold) == [], rule_id


def test_what_no_document_publishes_says_so_with_what_is_configured_and_where(desk, enter, now) -> None:
    browser = enter("operator")
    path = "/calculations/rules/penalty/market_offer"
    before = said(browser.get(path))
    assert "公表されていない値" in before
    assert "2026年度の値が設定されていません" in before
    assert "公表された条文だけで決まります" not in before
    told = {"reason": "試行", "proposed_at": now, "proposed_by_name": "佐藤 美咲"}
    with desk.database.write_session() as session:
        session.add(ParameterSet(version=1, content=TIGHT, state="in_force", **told))
    after = said(browser.get(path))
    assert "設定値 2026年度 30時間（出典: 試行）" in after
    assert '設定する場所 ["penalty/market_offer"] tight_hours' in after
    assert "設定されていません" not in after


def test_examples_of_each_mark_stand_apart_and_a_disputed_one_shows_both_figures(enter) -> None:
    page = enter("operator").get("/calculations/rules/assessment/outage_plan")
    assert re.findall(r'id="examples-(\w+)"', page.text) == ["seed", "derived", "disputed"]
    told = said(page)
    assert "資料の図の値 リクワイアメント未達成コマ（倍率考慮後） 2.75コマ" in told
    assert "適用" in said(enter("operator").get("/calculations/rules/assessment/market_offer"))


def test_nobody_without_results_sees_a_rule_and_an_unknown_one_is_not_there(enter) -> None:
    assert enter("business_user").get("/calculations/rules/").status_code in (403, 404)
    assert enter("reserve_margin_operator").get("/calculations/rules/penalty/caps").status_code == 403
    assert "規則「no/such」はありません" in enter("operator").get("/calculations/rules/no/such").text
