"""The Merkle tree of a seal."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from cases.merkle import MerkleTree


def leaves(count: int) -> list[str]:
    return [hashlib.sha256(str(index).encode()).hexdigest() for index in range(count)]


def root_of(digests: list[str]) -> str:
    tree = MerkleTree()
    for digest in digests:
        tree.add(digest)
    return tree.root()


def by_the_book(digests: list[str]) -> bytes:
    """RFC 6962 §2.1, recursively as it is written there."""
    if not digests:
        return hashlib.sha256(b"").digest()
    if len(digests) == 1:
        return hashlib.sha256(b"\x00" + bytes.fromhex(digests[0])).digest()
    half = 1
    while half * 2 < len(digests):
        half *= 2
    return hashlib.sha256(b"\x01" + by_the_book(digests[:half]) + by_the_book(digests[half:])).digest()


@given(st.integers(0, 70))
def test_the_root_is_that_of_rfc_6962(count: int) -> None:
    assert root_of(leaves(count)) == by_the_book(leaves(count)).hex()


@given(st.integers(2, 40), st.data())
def test_another_order_or_a_missing_leaf_gives_another_root(count: int, data: st.DataObject) -> None:
    digests = leaves(count)
    place = data.draw(st.integers(0, count - 2))
    swapped = [*digests[:place], digests[place + 1], digests[place], *digests[place + 2 :]]
    assert len({root_of(digests), root_of(swapped), root_of(digests[:place] + digests[place + 1 :])}) == 3
