"""The blob store gives back exactly what it was given, or says that it cannot."""

import hashlib
from pathlib import Path

import pytest

from helpdesk.blobs import BlobStore
from helpdesk.errors import InstanceUnusable


def test_the_same_bytes_are_stored_once_under_their_digest(tmp_path: Path) -> None:
    blobs = BlobStore(tmp_path)
    digest = blobs.put(b"raw mail")
    assert digest == hashlib.sha256(b"raw mail").hexdigest() == blobs.put(b"raw mail")
    assert blobs.get(digest) == b"raw mail"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [digest]


def test_damaged_bytes_are_not_handed_out(tmp_path: Path) -> None:
    blobs = BlobStore(tmp_path)
    digest = blobs.put(b"raw mail")
    blobs.path_of(digest).write_bytes(b"raw mai1")
    with pytest.raises(InstanceUnusable, match="壊れています"):
        blobs.get(digest)


def test_missing_bytes_are_named(tmp_path: Path) -> None:
    with pytest.raises(InstanceUnusable, match="がありません"):
        BlobStore(tmp_path).get("0" * 64)


@pytest.mark.parametrize("name", ["../../etc/passwd", "0" * 63, "G" * 64, ""])
def test_what_is_no_digest_never_becomes_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="digest"):
        BlobStore(tmp_path).path_of(name)
