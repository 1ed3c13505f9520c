"""記事の一生: every change to a knowledge article with its entry in the history, committed once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases import history
from kb.articles import Happened, Person

_PREFIX = "kb."


def carry_out(
    session: Session, change: Callable[..., Happened], *args: Any, by: Person, now: datetime, **more: Any
) -> Happened:
    """Do one of the services of `kb.articles`, record what happened, commit."""
    happened = change(session, *args, by=by, now=now, **more)
    note(session, happened, by=by, now=now)
    session.commit()
    return happened


def note(session: Session, happened: Happened, *, by: Person, now: datetime) -> None:
    """Write what happened to an article into its stream of the history."""
    history.record(
        session,
        f"kb:{happened.article.id}",
        happened.kind.removeprefix(_PREFIX),
        happened.content,
        by=by,
        now=now,
    )
