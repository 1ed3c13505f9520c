"""The knowledge base's index follows its articles: changes are taken from their outbox; it is rebuilt where needed."""

from helpdesk.desk import Desk
from kb import index


def apply_changes(desk: Desk) -> int:
    """Bring the index up to date; how many articles were touched. Run by one process (the worker)."""
    with desk.database.write_session() as session:
        count = index.apply_changes(session, desk.knowledge, now=desk.clock())
        index.remove_old_directories(session, desk.settings.index_folder)
        return count


def rebuild(desk: Desk) -> int:
    """Build the index anew beside the one in use, then switch; the number of articles in it."""
    with desk.database.read_session() as session:
        built = index.write_directory(session, desk.settings.index_folder)
    with desk.database.write_session() as session:
        return index.switch_to(session, built, now=desk.clock()).document_count
