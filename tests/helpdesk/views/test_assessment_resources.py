"""A resource's year and its slots: seen as a picture and as figures, tried on the telephone, corrected with a reason."""

import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from helpdesk.register.models import SlotDay
from tests.helpdesk.browser import said
from tests.helpdesk.test_views import statements
from tests.world import World

YEAR_PAGE, MAY = "/assessment/resources/2/2026", "/assessment/resources/2/2026/5"
CHANGE = {"first_date": "2026-05-01", "kind": "multiplier", "value": "1"}


def corrections(world: World) -> int:
    with world.desk.database.read_session() as session:
        return session.scalar(select(func.count()).select_from(SlotDay)) or 0


@pytest.mark.any_database
def test_a_resource_is_found_by_name_code_or_business(world: World, enter) -> None:
    operator = enter("operator")
    assert "北浜発電所 2号機" in said(operator.get("/assessment/resources/?q=R-2&year=2026"))
    assert "当たる電源等はありません" in said(operator.get("/assessment/resources/?q=nothing"))
    assert operator.get("/assessment/resources/99/2026").status_code == 404


@pytest.mark.any_database
def test_a_year_without_contract_and_slots_leads_nowhere(world: World, enter) -> None:
    page = enter("operator").get("/assessment/resources/2/2031")
    assert "この年度の契約はありません" in said(page)
    assert "/assessment/resources/2/2031/4" not in page.text


@pytest.mark.any_database
def test_the_year_says_in_figures_what_its_picture_shows(world: World, enter) -> None:
    operator = enter("operator")
    page = operator.get(YEAR_PAGE)
    text = said(page)
    assert "2026年4月 2,640 2,640" in text
    assert "2026年5月 訂正 7日 6,096 8,736" in text
    assert "2026年5月30日（土）に 8,640 コマを超えました" in text
    assert "2026年6月 データなし" in text
    assert f'src="{YEAR_PAGE}/dark.png"' in page.text
    for scheme in ("light", "dark"):
        picture = operator.get(f"{YEAR_PAGE}/{scheme}.png")
        assert Image.open(io.BytesIO(picture.data)).size == (376 * 6, 48 * 8)
        assert len(picture.data) < 60_000
        again = operator.get(f"{YEAR_PAGE}/{scheme}.png", headers={"If-None-Match": picture.headers["ETag"]})
        assert again.status_code == 304


def test_other_slots_are_tried_while_somebody_is_on_the_line(world: World, enter) -> None:
    operator = enter("operator")
    page = said(operator.get(f"{YEAR_PAGE}?first_date=2026-05-01&kind=multiplier&value=1"))
    assert "年度のペナルティ 6,998,400 円 → 0 円 （ −6,998,400 円 ）" in page
    wrong = said(operator.get(f"{YEAR_PAGE}?first_date=2026-05-01&kind=multiplier&value=many"))
    assert "値「many」は使えません" in wrong
    assert corrections(world) == 7


def test_slots_are_typed_as_people_say_them(world: World, enter) -> None:
    asked = "first_date=2026-05-01&kind=offered_kw&first_slot=１４時&last_slot=16:00&value=１００，０００ｋＷ"
    page = said(enter("operator").get(f"{YEAR_PAGE}?{asked}"))
    assert "2026-05-01 コマ 29〜32" in page
    assert "100,000 kW に" in page
    assert "下の根拠は、変更後の5月分です" in page
    wrong = said(enter("operator").get(f"{YEAR_PAGE}?{asked.replace('16:00', '16:10')}"))
    assert "終わりのコマ：コマは 1〜48 の整数か、30分ごとの時刻（始まり 00:00〜23:30、" in wrong
    backwards = said(enter("operator").get(f"{YEAR_PAGE}?{asked.replace('16:00', '13:00')}"))
    told = "終わり（コマ26、13:00まで）が始まり（コマ29、14:00から）より前です"
    assert told in backwards
    assert "変更 1" not in backwards


def test_a_correction_is_looked_at_then_made_then_withdrawn(world: World, enter) -> None:
    staff = enter("payment_staff")
    seen = staff.post(MAY, {**CHANGE, "reason": "差替が調整済み", "do": "preview"})
    assert seen.status_code == 200
    assert "年度のペナルティ 6,998,400 円 → 0 円" in said(seen)
    assert corrections(world) == 7
    made = staff.post(MAY, {**CHANGE, "reason": "差替が調整済み", "do": "save"}, follow_redirects=True)
    assert "1 日分のコマを訂正しました" in said(made)
    assert "差替が調整済み" in said(made)
    assert corrections(world) == 8
    taken = {"kind": "multiplier", "date": "2026-05-01", "reason": "誤り"}
    assert "訂正を取り消しました" in said(staff.post(f"{MAY}/withdraw", taken, follow_redirects=True))
    assert "2026-05-01 には取り消す訂正がありません" in said(
        staff.post(f"{MAY}/withdraw", taken, follow_redirects=True)
    )


@pytest.mark.any_database
def test_a_correction_needs_a_reason_a_value_and_the_right_to_make_it(world: World, enter) -> None:
    staff = enter("payment_staff")
    for do in ("preview", "save"):
        refused = staff.post(MAY, {**CHANGE, "value": "", "do": do})
        assert refused.status_code == 422
        assert "訂正の理由を入力してください" in said(refused)
        assert "値がありません" in said(refused)
    assert enter("operator").post(MAY, {**CHANGE, "reason": "x", "do": "save"}).status_code == 403
    assert "コマを訂正する" not in said(enter("operator").get(MAY))
    assert staff.post(f"{MAY}/withdraw", {"date": "yesterday"}, follow_redirects=True).status_code == 422


@pytest.mark.any_database
def test_the_slots_of_a_month_carry_figures_sums_and_corrections(world: World, enter) -> None:
    page = enter("operator").get(MAY)
    assert page.text.count('<td class="m-') == 31 * 48
    text = said(page)
    assert "24日 （日） " + "100 " * 48 + "240" in text
    assert "25日 （月） " + "100 " * 48 + "48" in text
    assert "停止計画の差替が調整済みのため" in text
    assert "この月のコマ別データがまだありません" in said(
        enter("operator").get("/assessment/resources/2/2026/6")
    )


@pytest.mark.any_database
def test_both_pages_send_the_same_statements_with_and_without_corrections(world: World, enter) -> None:
    operator = enter("operator")
    counts = {}
    for resource in (1, 2):  # the first has no corrections
        for ending in ("", "/5"):
            path = f"/assessment/resources/{resource}/2026{ending}"
            operator.get(path)
            with statements(world.desk) as seen:
                operator.get(path)
            counts.setdefault(ending, set()).add(len(seen))
    assert {ending: max(found) <= 20 for ending, found in counts.items()} == {"": True, "/5": True}
    assert {ending: max(found) - min(found) <= 1 for ending, found in counts.items()} == {
        "": True,
        "/5": True,
    }
