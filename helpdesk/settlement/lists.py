"""精算の一覧: which statements stand for a month, which versions did one have, which computations were there?"""

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from cases.models import Business
from helpdesk.errors import NotFound
from helpdesk.settlement.models import BusinessStatement, SettlementRun

WITHOUT_DETAILS = (  # for thousands at once: what only one statement is looked at with is read when it is asked for
    defer(BusinessStatement.inputs),
    defer(BusinessStatement.figures),
    defer(BusinessStatement.sources),
)


def newest_statements(
    session: Session,
    family: str,
    fiscal_year: int,
    delivery_month: int,
    *,
    business_id: int | None = None,
    state: str | None = None,
) -> list[BusinessStatement]:
    """The statements that are acted upon, with their businesses, by the businesses' codes."""
    found = (
        select(BusinessStatement)
        .join(Business, Business.id == BusinessStatement.business_id)
        .where(
            BusinessStatement.family == family,
            BusinessStatement.fiscal_year == fiscal_year,
            BusinessStatement.delivery_month == delivery_month,
            BusinessStatement.newest,
        )
        .options(joinedload(BusinessStatement.business))
        .order_by(Business.code, Business.id)
    )
    for column, wanted in ((BusinessStatement.business_id, business_id), (BusinessStatement.state, state)):
        if wanted is not None:
            found = found.where(column == wanted)
    return list(session.scalars(found))


def told_before(
    session: Session, family: str, fiscal_year: int, delivery_month: int, business_id: int | None
) -> set[int]:
    """Who has a statement of the month already: it is computed anew even where nothing is left of it."""
    found = select(BusinessStatement.business_id).where(
        BusinessStatement.family == family,
        BusinessStatement.fiscal_year == fiscal_year,
        BusinessStatement.delivery_month == delivery_month,
        BusinessStatement.newest,
    )
    if business_id is not None:
        found = found.where(BusinessStatement.business_id == business_id)
    return set(session.scalars(found))


def statement_by_id(session: Session, statement_id: int) -> BusinessStatement:
    """The statement, or `NotFound`."""
    statement = session.get(BusinessStatement, statement_id)
    if statement is None:
        raise NotFound("その精算は登録されていません")
    return statement


def told_by_notice(session: Session, notice_id: int) -> int | None:
    """The id of the last statement that was told with a notified result; None: a notice from before statements."""
    found = select(BusinessStatement.id).where(
        BusinessStatement.notified_result_id == notice_id, BusinessStatement.number.is_not(None)
    )
    return session.scalar(found.order_by(BusinessStatement.version.desc()).limit(1))


def versions_of(session: Session, statement: BusinessStatement) -> list[BusinessStatement]:
    """Every version of a business's month, the newest first, with the computations they came from."""
    found = select(BusinessStatement).where(
        BusinessStatement.family == statement.family,
        BusinessStatement.business_id == statement.business_id,
        BusinessStatement.fiscal_year == statement.fiscal_year,
        BusinessStatement.delivery_month == statement.delivery_month,
    )
    with_runs = found.options(joinedload(BusinessStatement.settlement_run))
    return list(session.scalars(with_runs.order_by(BusinessStatement.version.desc())))


def runs_of(
    session: Session, family: str, fiscal_year: int, delivery_month: int, *, limit: int = 50
) -> list[SettlementRun]:
    """The computations of a month, the last one first."""
    found = select(SettlementRun).where(
        SettlementRun.family == family,
        SettlementRun.fiscal_year == fiscal_year,
        SettlementRun.delivery_month == delivery_month,
    )
    return list(session.scalars(found.order_by(SettlementRun.id.desc()).limit(limit)))
