"""案件の種類と経路: what kinds of cases there are, and on which ways something comes in or goes out."""

from typing import Final

INQUIRY = "inquiry"
OBJECTION = "objection"
LATE_PAYMENT = "late_payment"
INCIDENT = "incident"

KINDS: Final[dict[str, str]] = {
    INQUIRY: "問合せ",
    OBJECTION: "異議申立て",
    LATE_PAYMENT: "入金遅延",
    INCIDENT: "監視",
}

CHANNELS: Final[dict[str, str]] = {
    "mail": "メール",
    "phone": "電話",
    "form": "フォーム",
    "letter": "書面",
    "system": "システム",
}
