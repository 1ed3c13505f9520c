"""The way from payments to the total as bars: each begins where the one before ended, and nothing is made up."""

from helpdesk.queries.statements_plot import HEIGHT, WIDTH, amounts_of, waterfall


def test_the_steps_begin_with_payments_where_their_parts_come_to_the_net() -> None:
    told = amounts_of(70, 7, 20, 57, payments_yen=100, penalties_yen=40, items_yen=10)
    assert [(each.label, each.yen) for each in told] == [
        ("契約金額（各月）", 100),
        ("ペナルティ", -40),
        ("精算項目", 10),
        ("差引（税抜）", 70),
        ("消費税", 7),
        ("相殺", -20),
        ("交付・請求", 57),
    ]
    unknown = amounts_of(70, 7, 0, 77, payments_yen=100, penalties_yen=40)
    assert [each.label for each in unknown] == ["差引（税抜）", "消費税", "交付・請求"]
    assert amounts_of(70, 7, 0, 77)[0].is_sum


def test_each_bar_begins_where_the_one_before_ended_and_none_leaves_the_picture() -> None:
    plot = waterfall(amounts_of(-900, -90, 0, -990, payments_yen=100, penalties_yen=1_000))
    assert plot is not None
    for bar, after in zip(plot.bars, plot.bars[1:], strict=False):
        assert bar.link is not None
        level = bar.link[2]
        assert min(abs(level - after.y), abs(level - after.y - after.height)) < 0.2
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in plot.bars)
    assert all(bar.text_y >= 0 and bar.y + bar.height <= HEIGHT for bar in plot.bars)
    assert [bar.look for bar in plot.bars] == ["up", "down", "sum", "down", "sum"]
    assert "交付・請求 −990円" in plot.told


def test_nothing_is_drawn_of_nothing() -> None:
    assert waterfall(amounts_of(0, 0, 0, 0)) is None
