"""電話の相手: found by number, reading, name, code or case, however it is typed."""

from time import perf_counter

import pytest
from sqlalchemy.orm import Session

from cases.callers import certain_caller, find_callers
from cases.models import Business, Case, Contact

pytestmark = pytest.mark.both_databases  # what is like what is asked otherwise there


@pytest.fixture
def directory(session: Session, kaminari: Business) -> dict[str, Business]:
    """Three businesses, with numbers and readings of every kind."""
    others = [
        Business(
            code="B002",
            name="㈱東雲パワージェネレーション",
            name_kana="シノノメパワージェネレーション",
            kind="capacity_provider",
            contacts=[
                Contact(name="髙橋 誠", name_kana="タカハシ マコト", telephone="03-0000-2210"),
                Contact(name="宮﨑 彩", name_kana="ミヤザキ アヤ", telephone="+81-3-0000-2244"),
            ],
        ),
        Business(
            code="B010",
            name="合同会社北の大地",
            name_kana="キタノダイチ",
            kind="retailer",
            contacts=[
                Contact(name="小野寺 薫", telephone="011-000-4402（代表） 内線12"),
                Contact(name="小林 進", telephone="011-000-4402 内線 34"),
                Contact(name="無電 話", telephone=""),
            ],
        ),
    ]
    session.add_all(others)
    session.flush()
    return {business.code: business for business in (kaminari, *others)}


def people(session: Session, text: str) -> list[str]:
    return [each.contact_name or each.business_code for each in find_callers(session, text)]


@pytest.mark.parametrize(
    "typed", ["03-0000-2244", "０３－００００－２２４４", "+81 3 0000 2244", "0300002244", "(03)0000-2244"]
)
def test_a_whole_number_is_certain_however_it_is_typed(session: Session, directory, typed: str) -> None:
    first = find_callers(session, typed)[0]
    assert (first.contact_name, first.is_certain, first.reason) == ("宮﨑 彩", True, "電話番号が登録と一致")


def test_a_number_is_found_by_its_beginning_and_its_end(session: Session, directory) -> None:
    assert set(people(session, "2244")) == {"宮﨑 彩"}
    assert set(people(session, "03-0000")) == {"髙橋 誠", "宮﨑 彩"}
    assert set(people(session, "567")) == set()
    assert set(people(session, "678")) == {"山田 太郎"}
    assert people(session, "12") == []


def test_another_line_of_the_same_exchange_is_said_to_be_no_more_than_that(
    session: Session, directory
) -> None:
    found = find_callers(session, "03-0000-2299")
    assert {each.contact_name for each in found} == {"髙橋 誠", "宮﨑 彩"}
    assert not any(each.is_certain for each in found)
    assert "局番までが同じ" in found[0].reason


@pytest.mark.parametrize(
    "typed", ["しののめ", "シノノメ", "ｼﾉﾉﾒ", "しの", "東雲", "株式会社東雲", "(株)東雲", "b002", "Ｂ００２"]
)
def test_a_business_is_found_by_reading_name_and_code(session: Session, directory, typed: str) -> None:
    assert people(session, typed)[0] == "B002"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("じぇね", "B002"),
        ("だいち", "B010"),
        ("ダイチ", "B010"),
        ("たかはし", "髙橋 誠"),
        ("高橋誠", "髙橋 誠"),
        ("宮崎", "宮﨑 彩"),
    ],
)
def test_a_part_of_a_reading_and_a_persons_name_find_too(session: Session, directory, typed, first) -> None:
    assert people(session, typed)[0] == first


def test_the_beginning_of_a_reading_comes_before_its_middle(session: Session, directory) -> None:
    directory["A001"].name_kana = "ハツデンシノノメ"
    session.flush()
    assert people(session, "しののめ")[:2] == ["B002", "A001"]


def test_a_case_number_finds_its_business(session: Session, directory, case: Case) -> None:
    assert find_callers(session, case.number) == []
    case.business, case.contact = directory["B010"], directory["B010"].contacts[1]
    session.flush()
    (found,) = find_callers(session, case.number.replace("-", ""))
    assert (found.business_code, found.contact_name) == ("B010", "小林 進")
    assert case.number in found.reason


def test_who_calls_is_certain_only_for_one_business(session: Session, directory) -> None:
    assert certain_caller(session, "03-0000-2210").contact_name == "髙橋 誠"
    assert certain_caller(session, "03-1111-2222") is None
    shared = certain_caller(session, "011-000-4402")
    assert (shared.business_code, shared.contact_id) == ("B010", None)
    assert certain_caller(session, "011-000-4402 内線 34").contact_name == "小林 進"
    directory["A001"].contacts[0].telephone = "011-000-4402"
    session.flush()
    assert certain_caller(session, "011-000-4402") is None


@pytest.mark.parametrize("typed", ["", "  ", "ない名前", "%", "_", "03-9999-9999", "あ" * 5_000, "1" * 5_000])
def test_what_is_nobody_finds_nobody(session: Session, directory, typed: str) -> None:
    assert find_callers(session, typed) == []


def test_a_thousand_businesses_are_searched_while_one_types(session: Session, capsys) -> None:
    session.add_all(
        Business(
            code=f"P{number:04d}",
            name=f"第{number}発電株式会社",
            name_kana=f"ダイ{number}ハツデン",
            kind="capacity_provider",
            contacts=[
                Contact(name=f"担当 {number}-{each}", telephone=f"03-{number:04d}-{each:04d}")
                for each in (1, 2)
            ],
        )
        for number in range(1_000)
    )
    session.flush()
    took = []
    for typed in ("だい7", "03-0777-0002", "担当 900"):
        begun = perf_counter()
        assert find_callers(session, typed)
        took.append(round((perf_counter() - begun) * 1000))
    with capsys.disabled():
        print(f"\ncallers among 1,000 businesses: {took} ms")
