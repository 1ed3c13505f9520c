"""主担当の札: one process at a time leads, for as long as it keeps saying so, by the database's clock.

The fencing number grows with every takeover. A leader that was stopped and wakes late still believes it leads;
whatever it then writes asks `check_fencing` in the same transaction and is refused.
"""

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, DateTime, func, select, type_coerce, update
from sqlalchemy.orm import Session

from helpdesk.errors import Conflict
from helpdesk.insert_once import insert_once
from helpdesk.task_models import Lease

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class LeaseLost(Conflict):
    """Somebody else has taken the work over; what this holder did since is not kept."""


@dataclass(frozen=True, slots=True)
class Held:
    """A lease in hand: show `fencing` wherever a late waker could do harm."""

    name: str
    holder: str
    fencing: int


def new_holder() -> str:
    """A name for this process that no other process and no later start has."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"


def acquire(session: Session, name: str, *, holder: str, ttl_seconds: float) -> Held | None:
    """Take the lease if it is free, run out or held by the same holder; None while another leads."""
    insert_once(session, Lease, name=name, holder="", fencing=0, expires_at=_LONG_AGO)
    now = _database_now(session, 0)
    taken = session.execute(
        update(Lease)
        .where(Lease.name == name, (Lease.expires_at <= now) | (Lease.holder == holder))
        .values(holder=holder, fencing=Lease.fencing + 1, expires_at=_database_now(session, ttl_seconds)),
        execution_options={"synchronize_session": False},
    ).rowcount
    if taken != 1:
        return None
    fencing = session.scalars(select(Lease.fencing).where(Lease.name == name)).one()
    return Held(name, holder, fencing)


def renew(session: Session, held: Held, *, ttl_seconds: float) -> bool:
    """Hold it longer. False: it was taken over, and the holder must stop leading at once."""
    return _update_held(session, held, expires_at=_database_now(session, ttl_seconds))


def release(session: Session, held: Held) -> None:
    """Give it back, so that another need not wait for it to run out."""
    _update_held(session, held, holder="", expires_at=_LONG_AGO)


def check_fencing(session: Session, name: str, fencing: int) -> None:
    """Raise `LeaseLost` if a newer holder exists; until the transaction ends none can come into being."""
    newest = session.scalars(select(Lease.fencing).where(Lease.name == name).with_for_update(read=True)).one()
    if newest != fencing:
        raise LeaseLost(f"「{name}」の担当が別のプロセスに移りました。この処理は取り消します")


def _update_held(session: Session, held: Held, **values: object) -> bool:
    changed = session.execute(
        update(Lease)
        .where(Lease.name == held.name, Lease.holder == held.holder, Lease.fencing == held.fencing)
        .values(**values),
        execution_options={"synchronize_session": False},
    ).rowcount
    return changed == 1


def _database_now(session: Session, plus_seconds: float) -> ColumnElement[datetime]:
    """The moment of the database, so that the clocks of several machines need not agree."""
    if session.get_bind().dialect.name == "sqlite":  # as text of the width that helpdesk.database stores
        moment = func.strftime("%Y-%m-%d %H:%M:%f", "now", f"{plus_seconds:+.3f} seconds").concat("000")
        return type_coerce(moment, DateTime(timezone=True))
    return func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, plus_seconds)
