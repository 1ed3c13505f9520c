"""Every table of the system, in dependency order: what migrations compare with and what tests create.

A module that defines tables, or hangs something on their creation, is imported here; nothing else decides what the
schema is.
"""

from sqlalchemy import MetaData

import alerts.models
import cases.models
import cases.search  # makes the full-text index together with the messages
import helpdesk.documents.models
import helpdesk.ledger.models
import helpdesk.mail.models
import helpdesk.register.models
import helpdesk.settlement.models
import helpdesk.task_models
import helpdesk.users.models
import helpdesk.watch_models  # noqa: F401
import kb.models
from helpdesk.database import Base

ALL_METADATA: tuple[MetaData, ...] = (
    cases.models.Base.metadata,
    kb.models.Base.metadata,
    alerts.models.Base.metadata,
    Base.metadata,
)


def is_modelled(name: str | None, kind: str, parent_names: object = None) -> bool:
    """Whether the metadata describes this; the full-text index differs by database and is made by statements."""
    return kind != "table" or name is None or not name.startswith(cases.search.INDEX_TABLE)
