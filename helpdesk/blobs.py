"""The blob store: raw mails, attachments and issued documents, each under the SHA-256 of its bytes.

A file is complete and on disk before the row that names it is committed; the same bytes are stored once.
"""

import hashlib
import os
import secrets
from pathlib import Path

from helpdesk.errors import InstanceUnusable


class BlobStore:
    """Content-addressed files below one folder, two levels deep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep `content`; the digest that names it. Storing it again changes nothing."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path_of(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.parent / f".{digest}.{secrets.token_hex(4)}"
        with made.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes, checked against their name. Raises `InstanceUnusable` when missing or damaged."""
        path = self.path_of(digest)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise InstanceUnusable(
                f"保存ファイル {digest} がありません。バックアップから {path} を戻してください"
            ) from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise InstanceUnusable(
                f"保存ファイル {digest} の内容が壊れています。バックアップから戻してください"
            )
        return content

    def path_of(self, digest: str) -> Path:
        """Where the bytes of this digest lie or would lie."""
        if len(digest) != 64 or any(letter not in "0123456789abcdef" for letter in digest):
            raise ValueError(f"not a SHA-256 digest: {digest!r}")
        return self.folder / digest[:2] / digest[2:4] / digest
