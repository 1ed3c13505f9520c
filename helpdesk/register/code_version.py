"""計算コードの版: which code computed a result: the release and a digest of everything in `calc_core`."""

import hashlib
from functools import lru_cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable


@lru_cache(maxsize=1)
def code_version() -> str:
    """The version as a run keeps it: `0.1.0+calc_core.1f2e3d4c5b6a`."""
    digest = hashlib.sha256()
    for name, content in sorted(_files(resources.files("calc_core"), "")):
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return f"{metadata.version('helpdesk')}+calc_core.{digest.hexdigest()[:12]}"


def _files(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                found += _files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".py", ".toml")):
            found.append((f"{prefix}{entry.name}", entry.read_bytes()))
    return found
