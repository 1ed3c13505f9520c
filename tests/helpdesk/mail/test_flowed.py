"""format=flowed: soft line breaks vanish, hard ones stay."""

from helpdesk.mail.flowed import unflow


def test_soft_lines_are_joined_and_hard_ones_kept():
    assert unflow("a long \nline\nnext", delete_space=False) == "a long line\nnext"


def test_delsp_drops_the_blank_for_japanese():
    assert unflow("容量 \n市場\n", delete_space=True) == "容量市場\n"


def test_quotations_flow_only_with_their_own_depth():
    assert unflow("> a \n> b\n>> c \nd", delete_space=False) == "> a b\n>> c \nd"


def test_a_stuffed_blank_is_taken_away_and_the_signature_mark_stays():
    assert unflow(" From here\n-- \nyamada", delete_space=False) == "From here\n-- \nyamada"
