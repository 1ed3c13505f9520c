"""電話の状態: going on, ended but not written down, finished; what every verb on a call stands on."""

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from cases.call_checks import DISCARDED, WRONG_NUMBER
from cases.errors import CallRefused, StaleVersion
from cases.models import PhoneCall
from cases.phone_numbers import LONGEST

DIRECTIONS: Final[dict[str, str]] = {"in": "着信", "out": "発信"}
WITHOUT_CASE: Final = (WRONG_NUMBER, DISCARDED)  # these outcomes end a call by themselves


def is_finished(call: PhoneCall) -> bool:
    """Whether the call has been written down or taken back: nothing of it changes any more."""
    return call.message_id is not None or call.outcome in WITHOUT_CASE


def unfinished() -> ColumnElement[bool]:
    """The same as a condition on `PhoneCall`: going on, or ended and not written down."""
    going_on = PhoneCall.ended_at.is_(None)
    return or_(going_on, and_(PhoneCall.message_id.is_(None), PhoneCall.outcome.not_in(WITHOUT_CASE)))


def stream_of(call: PhoneCall) -> str:
    """The history stream of a call: before it belongs to a case, and what is no matter of the case."""
    return f"call:{call.id}"


def running_of(session: Session, operator_id: int) -> PhoneCall | None:
    """The call that a person has going on, if any."""
    found = select(PhoneCall).where(PhoneCall.operator_id == operator_id, PhoneCall.ended_at.is_(None))
    return session.scalars(found.order_by(PhoneCall.id).limit(1)).first()


def hold(session: Session, call: PhoneCall, expected_version: int | None) -> None:
    """The call as it is now, held until the transaction ends; it must not be finished."""
    session.refresh(call, with_for_update={"of": PhoneCall})
    if is_finished(call):
        raise CallRefused(
            "この電話の記録はすでに終わっています。続きは新しい電話か案件のメモに書いてください"
        )
    if expected_version is not None and call.version != expected_version:
        raise StaleVersion(
            "この電話の記録は、開いている間に別の画面で更新されました。入力した文を控え、画面を読み直してください"
        )


def write_typed(call: PhoneCall, typed: dict[str, Any]) -> None:
    """Put what was typed into the call, without stray line ends and blanks."""
    for name, value in typed.items():
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").replace("\0", "").strip()
            if name == "telephone":
                value = value[:LONGEST]
            elif name != "content":
                value = " ".join(value.split())
        setattr(call, name, value)
