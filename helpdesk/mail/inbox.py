"""受信: takes new mail from a Maildir folder and hands it on, each message under a key that never changes.

The folder is not the memory: the intake ledger is. A message is marked as seen only after the handler has committed
it, so a crash in between hands it over again, and the ledger knows it by its key. Two readers at once are safe.
"""

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from helpdesk.fail_points import fail_point

log = logging.getLogger(__name__)


Handle = Callable[[bytes, str], object]
Known = Callable[[list[str]], set[str]]


def prepare_folder(path: Path) -> None:
    """Make the Maildir if it is not there."""
    for name in ("tmp", "new", "cur"):
        (path / name).mkdir(parents=True, exist_ok=True)


def read_folder(path: Path, handle: Handle, *, known: Known | None = None) -> int:
    """Hand every message that is not marked as seen to `handle(raw, source_key)`, oldest first; how many were taken.

    One that fails stays where it is, stops no other and comes again in the next round. `handle` stores and commits;
    only then is the message moved to `cur` as seen. With `known` (which of these keys the ledger holds already)
    messages that somebody else marked as seen are found too: a mail program that opened the folder must not make
    the desk overlook them.
    """
    prepare_folder(path)
    source = f"folder:{path.name}"[:200]
    taken = 0
    for place in _unread(path, source, known):
        try:
            raw = place.read_bytes()
        except FileNotFoundError:
            continue  # another reader was faster
        try:
            handle(raw, _key(source, place))
        except Exception:
            log.exception("message %s could not be taken in", place)
            continue
        fail_point("inbox.handled")
        _mark_seen(path, place)
        fail_point("inbox.marked")
        taken += 1
    return taken


def _unread(path: Path, source: str, known: Known | None) -> Iterator[Path]:
    new, touched, seen = _list(path / "new"), [], []
    for place in _list(path / "cur"):
        (seen if "S" in _flags(place) else touched).append(place)
    yield from sorted([*new, *touched], key=_age)
    if known is not None and seen:
        handled = known([_key(source, place) for place in seen])
        yield from sorted((place for place in seen if _key(source, place) not in handled), key=_age)


def _list(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        return [Path(entry.path) for entry in entries if not entry.name.startswith(".") and entry.is_file()]


def _age(place: Path) -> tuple[str, str]:
    """Maildir names begin with the second of delivery."""
    second = place.name.partition(".")[0]
    return second.zfill(12), place.name


def _flags(place: Path) -> str:
    return place.name.partition(":2,")[2]


def _key(source: str, place: Path) -> str:
    return f"{source}:{place.name.partition(':2,')[0]}"


def _mark_seen(path: Path, place: Path) -> None:
    name = place.name.partition(":2,")[0]
    flags = "".join(sorted({*_flags(place), "S"}))
    try:
        place.rename(path / "cur" / f"{name}:2,{flags}")
    except FileNotFoundError:
        log.debug("message %s was marked by another reader", place)
