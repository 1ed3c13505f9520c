"""容量確保契約の取り込み: resources with their contracts of fiscal years; a changed contract is told from → to."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from helpdesk.imports.areas import read_area
from helpdesk.imports.businesses import KnownBusinesses
from helpdesk.imports.cells import NotReadable, read_yen_from_zero, read_yes
from helpdesk.imports.checked import Checked, RowKeys
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.contract_rows import RESOURCE_LABELS, ContractEntry, keep_contracts, one_code
from helpdesk.imports.delivery_months import YEAR_COLUMN, read_year
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.quantities import read_kw
from helpdesk.imports.resources import RESOURCE_COLUMN
from helpdesk.imports.table_file import Table

COLUMNS = (
    RESOURCE_COLUMN,
    Column("name", "電源等名", ("電源等の名称", "電源名", "name"), example="姫路第二発電所 1号機"),
    Column("business", "事業者コード", ("事業者番号", "business_code"), example="P001"),
    Column("area", "エリア", ("エリア名", "供給区域", "area"), example="関西"),
    Column("category", "電源等区分", ("区分", "電源等の区分", "category"), example="安定電源"),
    Column("plant", "発電所名", ("発電所", "plant"), required=False, example="姫路第二発電所"),
    Column("unit", "ユニット名", ("ユニット", "号機", "unit"), required=False, example="１号機"),
    Column("installed_kw", "設備容量", ("設備量", "認可出力", "installed_kw"), example="459,000"),
    YEAR_COLUMN,
    Column("contract_kw", "契約容量", ("容量確保契約容量", "contract_kw"), example="431,000"),
    Column(
        "assessed_kw", "アセスメント対象容量", ("対象容量", "assessed_kw"), required=False, example="431,000"
    ),
    Column("price_yen_per_kw", "約定単価", ("単価", "契約単価", "price_yen_per_kw"), example="5,832"),
    Column(
        "transitional_deduction_yen",
        "経過措置控除額",
        ("控除額", "経過措置による控除額", "transitional_deduction_yen"),
        required=False,
        example="0",
    ),
    Column(
        "inefficient_coal",
        "非効率石炭",
        ("非効率石炭火力", "inefficient_coal"),
        required=False,
        example="いいえ",
    ),
    Column("coal_kw", "石炭設備容量", ("非効率石炭の設備容量", "coal_kw"), required=False),
    Column("total_kw", "計量単位の設備容量", ("総設備容量", "total_kw"), required=False),
)
_MOST_PRICE_YEN = 1_000_000


def read_contracts(session: Session, table: Table, today: date) -> Checked:
    """All contracts of the table. Raises `Refused` with every problem, by row and column."""
    reader, businesses = TableReader(table, COLUMNS), KnownBusinesses(session)
    keys, resources = RowKeys(reader), _ResourcesOfFile(reader)
    entries, shown = [], []
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        code = one_code(reader.text("resource", most=40))
        resource, contract = _resource(reader, businesses), _contract(reader)
        if len(reader.problems) > before:
            continue
        keys.add(
            (code, contract["fiscal_year"]),
            "fiscal_year",
            f"電源等「{code}」の {contract['fiscal_year']}年度",
        )
        resources.agree(code, resource)
        entries.append(ContractEntry(code, resource, contract, reader.place("resource")))
        shown.append(_shown(entries[-1], businesses.name_of(reader.text("business"))))
    reader.refuse_if_wrong()
    headings = [
        "電源等",
        "年度",
        "事業者",
        "エリア",
        "契約容量（kW）",
        "対象容量（kW）",
        "単価（円/kW）",
        "控除額（円）",
    ]
    return Checked(entries, [*headings, "非効率石炭"], shown, [*reader.warnings, *_warnings(entries)])


class _ResourcesOfFile:
    """Several rows of one resource must say the same of it."""

    def __init__(self, reader: TableReader) -> None:
        self._reader = reader
        self._first: dict[str, tuple[int, dict[str, Any]]] = {}

    def agree(self, code: str, resource: dict[str, Any]) -> None:
        """Note what the current row says otherwise than the first of this resource."""
        number, first = self._first.setdefault(code, (self._reader.row_number, resource))
        for name, label in RESOURCE_LABELS.items():
            if resource[name] != first[name]:
                column = "business" if name == "business_id" else name
                self._reader.note(
                    column, f"{number}行目の同じ電源等と{label}が違います。どちらかに合わせてください"
                )


def _positive(cell: str) -> int:
    """kW of at least one."""
    kw = read_kw(cell)
    if kw == 0:
        raise NotReadable("1 kW 以上にしてください")
    return kw


def _resource(reader: TableReader, businesses: KnownBusinesses) -> dict[str, Any]:
    code = reader.text("business", most=20)
    business_id = businesses.id_of(code)
    if code and business_id is None:
        reader.note("business", f"事業者コード「{code}」は登録されていません")
    return {
        "name": reader.text("name", most=200),
        "business_id": business_id,
        "area": reader.value("area", read_area) or "",
        "category": reader.text("category", most=40),
        "plant": reader.cell("plant").strip()[:200],  # as published: full-width digits stay
        "unit": reader.cell("unit").strip()[:200],
        "installed_kw": reader.value("installed_kw", _positive),
    }


def _contract(reader: TableReader) -> dict[str, Any]:
    contract_kw = reader.value("contract_kw", _positive)
    price = reader.value("price_yen_per_kw", _up_to(_MOST_PRICE_YEN))
    deduction = reader.value("transitional_deduction_yen", read_yen_from_zero) or 0
    if contract_kw and price is not None and deduction > contract_kw * price:
        words = f"単価 × 契約容量（{contract_kw * price:,}円）を超えています。桁を確かめてください"
        reader.note("transitional_deduction_yen", words)
    is_coal = bool(reader.value("inefficient_coal", read_yes))
    coal_kw, total_kw = reader.value("coal_kw", _positive), reader.value("total_kw", _positive)
    if coal_kw and not is_coal:
        reader.note("coal_kw", "非効率石炭が「はい」の行だけに入れてください")
    if (coal_kw is None) != (total_kw is None):
        reader.note("coal_kw", "石炭設備容量と計量単位の設備容量は、両方を入れるか両方を空にしてください")
    if coal_kw and total_kw and coal_kw > total_kw:
        reader.note("coal_kw", f"計量単位の設備容量 {total_kw:,} kW を超えています")
    return {
        "fiscal_year": reader.value("fiscal_year", read_year),
        "contract_kw": contract_kw,
        "assessed_kw": reader.value("assessed_kw", _positive) or contract_kw,
        "price_yen_per_kw": price,
        "transitional_deduction_yen": deduction,
        "inefficient_coal": is_coal,
        "coal_kw": coal_kw,
        "total_kw": total_kw,
    }


def _up_to(most: int) -> Callable[[str], int]:
    return lambda cell: read_yen_from_zero(cell, most=most)


def _shown(entry: ContractEntry, business: str) -> list[str]:
    contract = entry.contract
    amounts = ("contract_kw", "assessed_kw", "price_yen_per_kw", "transitional_deduction_yen")
    return [
        f"{entry.resource['name']}（{entry.code}）",
        f"{contract['fiscal_year']}年度",
        business,
        entry.resource["area"],
        *(f"{contract[name]:,}" for name in amounts),
        "はい" if contract["inefficient_coal"] else "",
    ]


def _warnings(entries: list[ContractEntry]) -> list[str]:
    large = [each.code for each in entries if each.contract["assessed_kw"] > each.contract["contract_kw"]]
    if not large:
        return []
    return [
        f"アセスメント対象容量が契約容量より大きい行が {len(large):,} 件あります（{'・'.join(large[:5])}）"
    ]


CONTRACTS: Final = ImportKind(
    "contracts",
    "電源等と容量確保契約",
    COLUMNS,
    read_contracts,
    keep_contracts,
    about="電源等と、実需給年度ごとの契約です。登録済みの契約と違う行は訂正になり、変更前後の値を記録します。",
)
