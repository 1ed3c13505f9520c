"""マークル木: one digest over many, as in RFC 6962 (leaves and nodes are hashed apart), grown one leaf at a time."""

import hashlib


class MerkleTree:
    """Takes hexadecimal digests in order; keeps only the roots of complete subtrees, O(log n) of them."""

    def __init__(self) -> None:
        self._subtrees: list[tuple[int, bytes]] = []  # (height, hash), the largest first
        self.count = 0

    def add(self, digest: str) -> None:
        """Append a leaf."""
        height, node = 0, hashlib.sha256(b"\x00" + bytes.fromhex(digest)).digest()
        while self._subtrees and self._subtrees[-1][0] == height:
            node = hashlib.sha256(b"\x01" + self._subtrees.pop()[1] + node).digest()
            height += 1
        self._subtrees.append((height, node))
        self.count += 1

    def root(self) -> str:
        """The root over all leaves so far, hexadecimal."""
        if not self._subtrees:
            return hashlib.sha256(b"").hexdigest()
        *left, (_, root) = self._subtrees
        for _, subtree in reversed(left):
            root = hashlib.sha256(b"\x01" + subtree + root).digest()
        return root.hex()
