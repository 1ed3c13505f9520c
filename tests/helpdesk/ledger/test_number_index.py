"""The index finds what searching each number finds, exactly or with a slip."""

from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.ledger.number_index import NumberIndex
from helpdesk.ledger.payer_names import Words

numbers = st.sets(st.text("01K", min_size=3, max_size=9), max_size=8)
texts = st.text("01K -ｱ", max_size=24)


@settings(max_examples=100, deadline=None)
@given(numbers, texts, st.data())
def test_the_index_finds_what_searching_every_number_finds(known: set[str], text: str, data) -> None:
    if known and data.draw(st.booleans()):
        text += data.draw(st.sampled_from(sorted(known)))
    words, index = Words(text), NumberIndex(known)
    assert index.mentioned(words) == {each for each in known if words.mention(each)}
    assert index.nearly_mentioned(words) == {each for each in known if words.nearly_mention(each)}


def test_neighbours_that_were_exchanged_anywhere_are_found() -> None:
    index = NumberIndex(["KY20260001"])
    for at in range(9):
        number = "KY20260001"
        slip = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        assert (index.nearly_mentioned(Words(slip)) == {number}) is (slip != number), slip
