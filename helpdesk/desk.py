"""One opened instance: what workflows, jobs, commands and the web application are handed."""

from dataclasses import dataclass
from pathlib import Path

import helpdesk.schema  # noqa: F401  # rows refer to tables of other packages: whoever writes must know them all
from helpdesk.blobs import BlobStore
from helpdesk.clock import Clock, system_clock
from helpdesk.database import Database, make_engine
from helpdesk.settings import Settings
from kb.index import ArticleIndex


@dataclass(frozen=True, slots=True)
class Desk:
    """The instance's settings, database, blob store, knowledge index and clock."""

    settings: Settings
    database: Database
    blobs: BlobStore
    knowledge: ArticleIndex
    clock: Clock


def open_desk(settings: Settings, *, clock: Clock = system_clock) -> Desk:
    """Open the instance; its folders are made if they are not there."""
    for folder in (settings.instance, settings.blobs_folder, settings.slots_folder, settings.index_folder):
        Path(folder).mkdir(parents=True, exist_ok=True)
    return Desk(
        settings=settings,
        database=Database(make_engine(settings.database_url)),
        blobs=BlobStore(settings.blobs_folder),
        knowledge=ArticleIndex(settings.index_folder),
        clock=clock,
    )
