"""索引の置き場所: numbered directories, one a build; made private, synced, opened, told apart by age."""

import os
import pickle
import re
import struct
from pathlib import Path
from typing import Any

from whoosh import index as whoosh_index

from kb.errors import IndexUnavailable

DIRECTORY = re.compile(r"index-(\d{6,})")

# What reading a torn or foreign file raises, from the pickled schema down to the postings.
DAMAGED = (
    OSError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ImportError,
    pickle.PickleError,
    struct.error,
    whoosh_index.IndexError,
)


def directories(root: Path) -> list[Path]:
    """All builds below the root, oldest first."""
    found = [path for path in root.iterdir() if DIRECTORY.fullmatch(path.name)] if root.is_dir() else []
    return sorted(found, key=lambda path: number_of(path.name))


def number_of(name: str) -> int:
    """The running number of a build; a name that is none has 0."""
    found = DIRECTORY.fullmatch(name)
    return int(found[1]) if found else 0


def new_directory(root: Path) -> Path:
    """Readable by us alone: opening an index unpickles its schema."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    existing = directories(root)
    number = number_of(existing[-1].name) + 1 if existing else 1
    while True:
        path = root / f"index-{number:06d}"
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:  # another process has just taken the number
            number += 1
        else:
            return path


def open_directory(path: Path) -> Any:
    """The Whoosh index in a directory. Raises IndexUnavailable; the index is a cache and can be rebuilt."""
    try:
        return whoosh_index.open_dir(str(path))
    except DAMAGED as error:
        raise IndexUnavailable(f"検索索引 {path.name} を開けません。再構築が必要です。") from error


def sync(path: Path) -> None:
    """Whoosh never syncs: a fresh directory is on the disk before the pointer row names it."""
    for place in (*path.iterdir(), path, path.parent):
        descriptor = os.open(place, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
