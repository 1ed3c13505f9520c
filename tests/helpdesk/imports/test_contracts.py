"""Files of contracts: resources and contracts made, a change told and kept with both values, what cannot be refused."""

import json

import pytest
from sqlalchemy import select

from cases.models import Event
from helpdesk.errors import Refused
from helpdesk.register.models import Contract, ImportedFile, Resource

HEADER = (
    "電源等コード,電源等名,事業者コード,エリア,電源等区分,発電所名,ユニット名,設備容量(kW),実需給年度,契約容量(kW),"
    "アセスメント対象容量,約定単価(円/kW),経過措置控除額,非効率石炭,石炭設備容量,計量単位の設備容量\n"
)
GOOD = [
    "R-9", "南港発電所 1号機", "P001", "関西", "安定電源", "南港発電所", "１号機", "600000", "2026", "500000",
    "", "5832", "0", "いいえ", "", "",
]  # fmt: skip


def row(**changed: str) -> str:
    names = (
        "code", "name", "business", "area", "category", "plant", "unit", "installed", "year", "kw", "assessed",
        "price", "deduction", "coal", "coal_kw", "total_kw",
    )  # fmt: skip
    cells = dict(zip(names, GOOD, strict=True)) | changed
    return ",".join(f'"{cell}"' for cell in cells.values()) + "\n"


def recorded(desk) -> tuple[list[Resource], list[Contract]]:
    with desk.database.read_session() as session:
        resources = session.scalars(select(Resource).order_by(Resource.id)).all()
        return list(resources), list(session.scalars(select(Contract).order_by(Contract.id)))


def test_a_resource_and_its_contracts_of_two_years_are_registered(send, desk, businesses) -> None:
    coal = {"coal": "○", "coal_kw": "300,000", "total_kw": "600000 kW"}
    text = HEADER + row(kw="５００，０００ｋＷ", price="5,832円") + row(year="2027年度", **coal)
    done = send("contracts", text)
    assert (done.new, done.corrected, done.known) == (2, 0, 0)
    [resource], contracts = recorded(desk)
    assert (resource.code, resource.unit, resource.business_id) == ("R-9", "１号機", businesses["P001"])
    assert resource.inefficient_coal
    assert [
        (each.fiscal_year, each.contract_kw, each.assessed_kw, each.price_yen_per_kw, each.coal_kw)
        for each in contracts
    ] == [(2026, 500_000, 500_000, 5_832, None), (2027, 500_000, 500_000, 5_832, 300_000)]
    again = send("contracts", text.replace("R-9", "ｒ-9").replace("１号機", "1号機"))
    assert again.changes_nothing


def test_a_changed_contract_is_told_first_and_kept_with_both_values(send, desk, businesses) -> None:
    send("contracts", HEADER + row())
    changed = HEADER + row(kw="400000", name="南港 1号機")
    shown = send("contracts", changed, keep=False)
    assert list(shown.kept.changes) == [
        "R-9：電源等名 南港発電所 1号機 → 南港 1号機",
        "R-9 2026年度：契約容量 500,000 → 400,000",
        "R-9 2026年度：アセスメント対象容量 500,000 → 400,000",
    ]
    assert recorded(desk)[1][0].contract_kw == 500_000
    done = send("contracts", changed)
    assert list(done.kept.states) == ["corrected"]
    assert recorded(desk)[1][0].contract_kw == 400_000
    with desk.database.read_session() as session:
        event = session.scalars(
            select(Event).where(Event.stream == "inputs").order_by(Event.id.desc())
        ).first()
        assert ["R-9", 2026, "contract_kw", 500_000, 400_000] in json.loads(event.content)["changes"]


@pytest.mark.parametrize(
    ("changed", "where", "words"),
    [
        ({"area": "沖縄"}, "エリア", "沖縄エリアは容量市場の対象外"),
        ({"area": "近畿"}, "エリア", "というエリアはありません"),
        ({"business": "P999"}, "事業者コード", "登録されていません"),
        ({"kw": "0"}, "契約容量", "1 kW 以上"),
        ({"kw": "500.5"}, "契約容量", "整数ではありません"),
        ({"installed": "６０万"}, "設備容量", "ではありません"),
        ({"kw": "3000000000"}, "契約容量", "桁を確かめてください"),
        ({"year": "2023"}, "実需給年度", "2024〜2099"),
        ({"price": "-1"}, "約定単価", "0以上の円の整数ではありません"),
        ({"price": "5,832.5"}, "約定単価", "0以上の円の整数ではありません"),
        ({"price": "58320000"}, "約定単価", "桁を確かめてください"),
        ({"deduction": "2916000001"}, "経過措置控除額", "2,916,000,000円）を超えています"),
        ({"coal": "？"}, "非効率石炭", "どちらでもありません"),
        ({"coal_kw": "1", "total_kw": "2"}, "石炭設備容量", "「はい」の行だけ"),
        ({"coal": "はい", "coal_kw": "1"}, "石炭設備容量", "両方を入れるか"),
        ({"coal": "はい", "coal_kw": "3", "total_kw": "2"}, "石炭設備容量", "2 kW を超えています"),
        ({"name": ""}, "電源等名", "空です"),
        ({"category": "あ" * 41}, "電源等区分", "40文字以内"),
    ],
)
def test_a_contract_that_cannot_be_is_said_by_row_and_column(told, businesses, changed, where, words) -> None:
    [(found, message)] = told("contracts", HEADER + row(code="R-8") + row(**changed))
    assert found == f"3行目「{where}」"
    assert words in message


def test_rows_of_one_resource_must_agree_and_come_once_a_year(told, businesses) -> None:
    found = told("contracts", HEADER + row() + row(code="r-9") + row(year="2027", area="九州"))
    assert found == [
        ("3行目「実需給年度」", "電源等「R-9」の 2026年度は 2行目にもあります。どちらかを除いてください"),
        ("4行目「エリア」", "2行目の同じ電源等とエリアが違います。どちらかに合わせてください"),
    ]


def test_a_resource_does_not_change_its_owner(send, desk, businesses) -> None:
    send("contracts", HEADER + row())
    with pytest.raises(Refused, match="別の事業者で登録されています"):
        send("contracts", HEADER + row(code="R-7") + row(business="P002"))
    assert len(recorded(desk)[0]) == 1
    with desk.database.read_session() as session:
        assert len(session.scalars(select(ImportedFile.id)).all()) == 1


def test_more_assessed_than_contracted_is_told(read, businesses) -> None:
    assert "R-9" in read("contracts", HEADER + row(assessed="500001")).warnings[0]
