"""Claims and claimed amounts: possible, whole, of this notice; everything that is wrong at once."""

from datetime import date

import pytest

from calc_core.contract_period import ContractPeriod
from helpdesk.errors import Refused
from helpdesk.register.claims import MOST_CLAIMS, apply_claims, check_claims, claimable
from helpdesk.register.models import NotifiedResult
from helpdesk.register.runs import compute, gather_for
from helpdesk.register.statement_inputs import CONTRACT_FIELDS, ResourceMaterial, StatementInputs

CLAIM = {
    "kind": "offered_kw",
    "resource": "R-2",
    "value": "1000",
    "first_date": "2026-05-02",
    "last_slot": "24",
}


@pytest.fixture
def notice(world) -> NotifiedResult:
    with world.database.write_session() as session:
        made = NotifiedResult(
            business_id=world.business_id,
            fiscal_year=2026,
            delivery_month=5,
            version=1,
            figures=[],
            notified_on=date(2026, 6, 15),
            document_number="交付額通知書 第1号",
        )
        inputs = gather_for(session, world.slots, made)
        made.figures = [list(figure) for figure in compute(inputs).key_figures()]
        session.add(made)
    return made


def check(world, notice, claims=(), amounts=None):
    with world.database.read_session() as session:
        return check_claims(session, world.slots, notice, claims, amounts or {})


def test_a_claim_is_kept_with_its_words_and_applies_again(world, notice) -> None:
    [claim], [figure] = check(world, notice, [CLAIM], {"total_yen": "1,000"})
    assert claim["text"] == (
        "北浜発電所2号機: 2026-05-02 コマ 1〜24の提供できる供給力の最大値を 405 kW から 1,000 kW に"
    )
    assert figure == ["total_yen", "交付額または請求額（税込）", "yen", "1000"]
    with world.database.read_session() as session:
        inputs = gather_for(session, world.slots, notice)
        assert apply_claims(inputs, [claim | {"accepted": True}]) == [claim]


def test_only_amounts_in_yen_can_be_claimed(world, notice) -> None:
    assert {key.rpartition(".")[2] for key, _ in claimable(notice)} >= {"penalty_yen", "total_yen"}
    assert not any(key.endswith("_slots") for key, _ in claimable(notice))
    with pytest.raises(Refused, match="この通知の金額の項目にありません"):
        check(world, notice, amounts={"resource.R-2.shortfall_slots": "1"})


def test_too_many_claims_are_refused_as_a_whole(world, notice) -> None:
    with pytest.raises(Refused, match="20 件までです（いま 21 件）"):
        check(world, notice, [CLAIM] * (MOST_CLAIMS + 1))


def test_a_kept_claim_that_no_longer_fits_is_refused(world, notice) -> None:
    [claim], _ = check(world, notice, [CLAIM])
    with world.database.read_session() as session:
        inputs = gather_for(session, world.slots, notice)
        inputs.resources[1].contract["contract_kw"] = 999
        with pytest.raises(Refused, match="契約容量 999 kW を超えています"):
            apply_claims(inputs, [claim])


def test_a_contract_that_a_substitution_changed_is_corrected_where_it_is_registered() -> None:
    period = ContractPeriod(1_000, 900, 5_832, first=(date(2026, 4, 9), 1))
    contract = {name: getattr(period, name) for name in CONTRACT_FIELDS}
    material = ResourceMaterial(11, "R-1", "北浜発電所1号機", contract, {}, (period,))
    inputs = StatementInputs(1, 2026, 5, [material], [])
    with pytest.raises(Refused, match="電源等差替の取り込みで訂正してください"):
        apply_claims(inputs, [{"kind": "assessed_kw", "resource": "R-1", "value": 800}])
