"""精算の通知書の発行: the notice of a statement, drawn once and archived; of a month all that are not drawn yet, in a pool.

The caller has checked that the person may see it. A later version is another document; those before stay as they were.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from calc_core.errors import CalcError
from calc_core.narration import title
from cases.business_calendar import load_holidays
from cases.history import Person
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.documents import contribution_notice, settlement_notice
from helpdesk.documents.addressee_lines import addressee_lines, sender_lines
from helpdesk.documents.document import Derivation, Document
from helpdesk.documents.figures import joined_block, result_block, said_once
from helpdesk.documents.formats import DocumentFile
from helpdesk.documents.statement_blocks import SetOffTold, StatementTold
from helpdesk.errors import Problem, Refused
from helpdesk.ledger.models import Invoice
from helpdesk.register.addressing import addressee_in_force
from helpdesk.settlement.billing import pay_day
from helpdesk.settlement.derivation import explain
from helpdesk.settlement.lists import statement_by_id
from helpdesk.settlement.models import BusinessStatement, SettlementItem
from helpdesk.settlement.resource_derivations import Derived, ResourceDerived, derive_resources
from helpdesk.workflows.document_archive import ToIssue, issue, issue_each

KIND = "statement_notice"


def issue_statement_document(desk: Desk, statement_id: int, *, file_format: str, by: Person) -> DocumentFile:
    """The notice of an issued statement (of any version). Raises `NotFound`, `Refused` before it is issued."""
    return issue(desk, lambda session: statement_to_issue(session, desk, statement_id), file_format, by=by)


def issue_statement_documents(
    desk: Desk,
    statement_ids: Sequence[int],
    *,
    by: Person,
    file_format: str = "pdf",
    progress: Callable[[int], None] | None = None,
) -> int:
    """The notices of all these statements; how many had to be drawn. What is archived already is not drawn again.

    `progress` is told how many are there; what it raises ends the work after the last transaction.
    """
    wanted = [
        lambda session, each=each: statement_to_issue(session, desk, each)  # type: ignore[misc]
        for each in statement_ids
    ]
    return issue_each(desk, wanted, file_format, by=by, progress=progress)


def statement_to_issue(session: Session, desk: Desk, statement_id: int) -> ToIssue:
    """What is archived of a statement's notice. Raises `NotFound`, `Refused` before it is issued."""
    statement = statement_by_id(session, statement_id)
    if statement.number is None or statement.issued_at is None:
        words = "この精算はまだ通知していません。承認のあとに通知を発行してください"
        raise Refused([Problem(statement.business.name, words)])
    replaced = _told_before(session, statement)
    year, month, code = statement.fiscal_year, statement.delivery_month, statement.business.code
    return ToIssue(
        kind=KIND,
        reference=f"statement:{statement.id}",
        made_from={
            "figures": statement.figures,
            "number": statement.number,
            "at": statement.issued_at,
            "replaces": replaced.id if replaced else None,
        },
        stem=f"{statement.family}-{year}-{month:02d}-{code}-v{statement.version}",
        describe=lambda: _document(session, desk, statement, replaced),
        stream=f"statement:{statement.id}",
    )


def _document(
    session: Session, desk: Desk, statement: BusinessStatement, replaced: BusinessStatement | None
) -> Document:
    assert statement.number is not None
    assert statement.issued_at is not None
    on = in_japan(statement.issued_at).date()
    addressee = addressee_in_force(session, [statement.business_id], on).get(statement.business_id)
    derived = _derived(session, statement)
    told = StatementTold(
        statement=statement,
        number=statement.number,
        issued_at=statement.issued_at,
        addressee=addressee_lines(statement.business, addressee),
        sender=sender_lines(desk.settings),
        replaced=replaced,
        items=_items(session, statement),
        set_off=_set_off(session, statement),
        pay_on=pay_day(statement.fiscal_year, statement.delivery_month, on, load_holidays(session))
        if statement.direction == "pay"
        else None,
        derivation=_derivation(session, statement),
        by_resource=said_once(
            [
                joined_block(_name(each), [result.to_json() for result in each.results])
                for each in derived.resources
                if each.results is not None
            ]
        ),
        not_derived=[_name(each) for each in derived.resources if each.results is None],
        left_out=derived.left_out,
    )
    described = settlement_notice if statement.family == "capacity" else contribution_notice
    return described.document_of(told)


def _told_before(session: Session, statement: BusinessStatement) -> BusinessStatement | None:
    """The last version before this one that the business was told."""
    if statement.version == 1:
        return None
    return session.scalars(
        select(BusinessStatement)
        .where(
            BusinessStatement.family == statement.family,
            BusinessStatement.business_id == statement.business_id,
            BusinessStatement.fiscal_year == statement.fiscal_year,
            BusinessStatement.delivery_month == statement.delivery_month,
            BusinessStatement.version < statement.version,
            BusinessStatement.number.is_not(None),
        )
        .order_by(BusinessStatement.version.desc())
        .options(joinedload(BusinessStatement.business))
        .limit(1)
    ).one_or_none()


def _items(session: Session, statement: BusinessStatement) -> list[SettlementItem]:
    ids = statement.sources.get("items", ())
    if not ids:
        return []
    found = select(SettlementItem).where(SettlementItem.id.in_(ids)).order_by(SettlementItem.id)
    return list(session.scalars(found))


def _set_off(session: Session, statement: BusinessStatement) -> list[SetOffTold]:
    told = statement.sources.get("set_off", ())
    if not told:
        return []
    found = session.scalars(select(Invoice).where(Invoice.id.in_([invoice_id for invoice_id, _ in told])))
    invoices = {invoice.id: invoice for invoice in found}
    return [
        SetOffTold(invoices[invoice_id].number, invoices[invoice_id].due_on, yen) for invoice_id, yen in told
    ]


def _derived(session: Session, statement: BusinessStatement) -> Derived:
    return derive_resources(session, statement) if statement.family == "capacity" else Derived((), 0)


def _name(derived: ResourceDerived) -> str:
    return f"{derived.name}（{derived.code}）"


def _derivation(session: Session, statement: BusinessStatement) -> list[Derivation]:
    """The steps, where they give exactly the statement's figures; else none: a person has to explain it."""
    try:
        explained = explain(session, statement)
    except CalcError:
        return []
    if not explained.is_reproduced:
        return []
    return said_once(
        [
            result_block("：".join(filter(None, (part.area, title(part.result.rule)))), part.result.to_json())
            for part in explained.parts
        ]
    )
