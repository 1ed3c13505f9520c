"""請求額通知書・仮請求額通知書・還元額通知書: what a retailer or utility is told of its capacity contributions.

Area by area with the kW and the share that the amount follows from; only the business's own figures stand in it.
"""

from helpdesk.documents.area_table import area_of, area_tables
from helpdesk.documents.document import Document, Heading, KeyValues, LargeAmount, Paragraph
from helpdesk.documents.figures import fact_of
from helpdesk.documents.statement_blocks import (
    StatementTold,
    about_block,
    adjustment_blocks,
    amount_block,
    answer_blocks,
    derivation_part,
    replaced_blocks,
)

_SUBJECTS = {
    "contribution": "{period}の容量拠出金について、下記のとおり通知します。",
    "utility_share": "{period}の容量拠出金（一般送配電事業者負担分）について、下記のとおり通知します。",
    "provisional": "{period}の容量拠出金について、仮に算定した年間の額を下記のとおり通知します。",
    "surcharge": "{period}の容量拠出金の未回収分について、下記のとおり負担いただく額を通知します。",
    "refund": "{period}の還元額について、下記のとおり通知します。",
}
_PROVISIONAL = (
    "この通知は仮の算定によるもので、この額をご請求するものではありません。"
    "実際の請求額は、各月のピークとシェア変動を考慮して、月ごとに通知します。"
)
_NOT_ASKED = "仮の算定による額です。この通知ではご請求しません"
_NOT_TAXED = "容量拠出金・未回収分負担額・還元額には、消費税を加算していません。"


def document_of(told: StatementTold) -> Document:
    """The notice as a letter."""
    statement = told.statement
    own = [fact_of(figure) for figure in statement.figures if area_of(figure[0]) is None]
    is_provisional = statement.family == "provisional"
    return Document(
        title=told.title,
        number=told.number,
        dated=told.dated,
        addressee=told.addressee,
        sender=told.sender,
        created=told.issued_at,
        blocks=[
            Paragraph(_SUBJECTS[statement.family].format(period=told.period)),
            LargeAmount("仮請求額（年間）", abs(statement.total_yen), _NOT_ASKED)
            if is_provisional
            else amount_block(told, taxed=False),
            *([Paragraph(_PROVISIONAL, "strong")] if is_provisional else []),
            about_block(told),
            *replaced_blocks(told),
            Heading("内訳"),
            KeyValues(own),
            *area_tables(statement.figures),
            *adjustment_blocks(told),
            Paragraph(f"金額は円単位です。{_NOT_TAXED}", "note"),
            *([] if is_provisional else answer_blocks()),
            *derivation_part(told),
        ],
    )
