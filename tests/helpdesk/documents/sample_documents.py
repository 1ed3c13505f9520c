"""Documents for the tests of the renderers: one with every block, one letter, one with hostile texts, one long table."""

from datetime import UTC, date, datetime

from helpdesk.documents.document import (
    Chart,
    Column,
    Derivation,
    DerivationStep,
    Document,
    Fact,
    Heading,
    KeyValues,
    LargeAmount,
    Listing,
    PageBreak,
    Paragraph,
    Quotation,
    Series,
    SignatureBoxes,
    Table,
)

CREATED = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)
HOSTILE = '# ] $x$ =1+1 \x00\ud800 <b>&amp; #import "x" {{ x }} \\ 🙂\u202e\r\n二行目\t' + "A" * 5_000
STEP = DerivationStep(
    "ペナルティ額",
    "104,976,000円",
    "契約容量 × 単価 × 率",
    "100,000 × 5,832 × 18％",
    "約款 第20条",
    "公表資料に定めのない取扱い",
)
COMPARISON = Table(
    "通知値と再計算値",
    [
        Column("項目", width=28),
        Column("通知値", "yen"),
        Column("件数", "whole"),
        Column("主張", "figure"),
        Column("日", "day"),
        Column("受付", "moment"),
    ],
    [
        ["容量停止計画未達に係る経済的ペナルティ額", 104_976_000, 12, "2/3", date(2026, 7, 1), CREATED],
        ["交付額", -1_234, 0, 7, None, None],
    ],
    ["円未満切り捨て"],
    ["合計", 104_974_766, 12, "", None, None],
)
CHART = Chart("日別の受付件数", "bar", ["6/22（月）", "6/23（火）"], [Series("受付", [4, 7])], "件")


def every_block() -> Document:
    """A report with one of everything."""
    wide = Table(
        "対応した案件", [Column("案件番号"), Column("件名", width=44)], [["2026-000123-4", "件名"]], wide=True
    )
    return Document(
        title="週次報告書（問合せ対応）",
        subtitle="2026-06-22〜2026-06-28",
        number="週報 2026-26",
        created=CREATED,
        blocks=[
            Heading("総括"),
            KeyValues(
                [Fact("受付", 1234, "whole", "件"), Fact("金額", -5, "yen"), Fact("なし", None, "whole")]
            ),
            KeyValues([Fact("事業者", "髙橋㈱①〜"), Fact("期限", CREATED, "moment")], title="件名など"),
            Paragraph("本文です。\n二行目です。"),
            Paragraph("注記です。", "note"),
            Paragraph("見落としてはならないこと。", "strong"),
            LargeAmount("ご請求金額", 12_345_678, "税込"),
            CHART,
            Heading("飛んだ見出し", 3),
            Listing(["一つ目", "二つ目"]),
            Listing(["手順一", "手順二"], numbered=True),
            Listing(["別の手順"], numbered=True),
            COMPARISON,
            Table("空の表", [Column("名"), Column("数", "whole")], []),
            Heading("横長"),
            wide,
            Derivation("北浜発電所 1号機", [STEP], ["推定値です"]),
            Quotation("> お世話になっております。\n  田中"),
            SignatureBoxes(["作成", "確認", "承認"]),
            PageBreak(),
            Heading("次の頁"),
        ],
    )


def letter() -> Document:
    """A letter with its head."""
    return Document(
        title="異議申立てに対する決定について（通知）",
        number="窓口発第2026-0012号",
        dated=date(2026, 7, 3),
        addressee=["北浜エナジー株式会社", "電力取引部　田中 由紀 様"],
        sender=["容量市場 問合せ窓口"],
        created=CREATED,
        blocks=[Paragraph("下記のとおり決定しました。"), Heading("決定"), Paragraph("認める。")],
    )


def hostile() -> Document:
    """Texts that nobody should be able to break a file with, in every place where a text can stand."""
    return Document(
        title=HOSTILE[:200],
        subtitle=HOSTILE,
        number=HOSTILE[:60],
        created=CREATED,
        blocks=[
            Heading(HOSTILE[:300]),
            Paragraph(HOSTILE),
            Quotation(HOSTILE),
            LargeAmount(HOSTILE[:90], -1, HOSTILE),
            Listing([HOSTILE, ""]),
            KeyValues([Fact(HOSTILE[:90], HOSTILE)], title=HOSTILE[:50]),
            Table(
                HOSTILE[:80],
                [Column(HOSTILE[:40]), Column("額", "yen")],
                [[HOSTILE, 1], ["", None]],
                [HOSTILE],
            ),
            Table(HOSTILE[:80], [Column("名")], [["同じ題の表"]]),
            Chart(HOSTILE[:60], "bar", [HOSTILE, "乙"], [Series(HOSTILE[:30], [1, None])], HOSTILE[:5]),
            Derivation(HOSTILE[:60], [DerivationStep(*[HOSTILE[:400]] * 6)], [HOSTILE]),
            SignatureBoxes([HOSTILE[:20]]),
        ],
    )


def long_table(rows: int) -> Document:
    """A table of many rows with long names."""
    name = "一般社団法人とても長い名前の次世代エネルギー地域循環推進協議会連合会"
    lines = [
        [number, name, f"交付額の算定について{number}", CREATED, 1_234_567 * number] for number in range(rows)
    ]
    columns = [
        Column("番号", "whole", 8),
        Column("事業者", width=24),
        Column("件名", width=40),
        Column("受付", "moment"),
        Column("金額", "yen"),
    ]
    return Document(title="長い表", created=CREATED, blocks=[Table("案件", columns, lines)])
