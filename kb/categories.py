"""記事の種別と分類: the kinds of article and the subjects of the desk, as its public site divides them."""

KINDS = {"faq": "FAQ", "talk_script": "トークスクリプト"}

CATEGORIES = {
    "participation": "参加登録・証明書",
    "auction_contract": "オークション・契約",
    "outage_plan": "容量停止計画",
    "requirement_assessment": "リクワイアメント・アセスメント",
    "effectiveness_test": "実効性テスト",
    "penalty_contract_amount": "ペナルティ・容量確保契約金額",
    "contribution": "容量拠出金(算定・通知・請求・入金)",
    "exit_substitution": "市場退出・差替",
    "reserve_margin": "広域予備率",
    "system_operation": "システム操作",
    "other": "その他",
}

STATUS_NAMES = {
    "draft": "下書き",
    "in_review": "審査中",
    "published": "公開中",
    "superseded": "旧版",
    "rejected": "差戻し",
    "withdrawn": "取下げ",
}
