"""変更できない行: rows that are never changed or deleted; what is later found to be different is a new row beside them."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import event, inspect
from sqlalchemy.orm import object_session

from helpdesk.register.errors import ResultPermanent

_Model = TypeVar("_Model", bound=type)


def one_of(column: str, values: Iterable[str]) -> str:
    """The condition that a column holds one of these words."""
    return f"{column} in ({', '.join(repr(value) for value in values)})"


def permanent(label: str, *, except_for: Iterable[str] = ()) -> Callable[[_Model], _Model]:
    """Refuse every change of a model's rows and their deletion; `except_for` names columns that may change."""
    free = frozenset(except_for)

    def refuse_change(mapper: Any, connection: Any, target: Any) -> None:
        session = object_session(target)
        if session is None or any(
            each.key not in free and each.history.has_changes() for each in inspect(target).attrs
        ):
            raise ResultPermanent(f"{label} {target.id} は変更できません。新しい版を作ってください")

    def refuse_deletion(mapper: Any, connection: Any, target: Any) -> None:
        raise ResultPermanent(f"{label} {target.id} は削除できません")

    def declare(model: _Model) -> _Model:
        event.listen(model, "before_update", refuse_change)
        event.listen(model, "before_delete", refuse_deletion)
        return model

    return declare
