"""Every table of the system, in dependency order: what migrations compare with and what tests create."""

import importlib
import importlib.util

from sqlalchemy import MetaData

import cases.models
import helpdesk.users.models  # noqa: F401
from helpdesk.database import Base

for _name in ("kb.models", "helpdesk.register.models", "helpdesk.mail.models", "helpdesk.task_models", "helpdesk.tasks", "helpdesk.lease", "helpdesk.jobs"):
    if importlib.util.find_spec(_name):
        importlib.import_module(_name)
_kb = [importlib.import_module("kb.models").Base.metadata] if importlib.util.find_spec("kb.models") else []
ALL_METADATA: tuple[MetaData, ...] = (cases.models.Base.metadata, *_kb, Base.metadata)
