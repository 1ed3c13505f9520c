"""記事の種別と分類: the kinds of article and the subjects of the desk, as its public site divides them."""

KINDS = {"faq": "FAQ", "talk_script": "トークスクリプト"}

# The codes of a case's topic (cases.classification), so that a topic names the articles that may answer it.
CATEGORIES = {
    "penalty": "ペナルティ",
    "contract_amount": "容量確保契約金額・交付額",
    "contribution": "容量拠出金",
    "assessment": "リクワイアメント・アセスメント",
    "outage_plan": "容量停止計画",
    "effectiveness_test": "実効性テスト",
    "exit_substitution": "市場退出・電源等差替",
    "reserve_margin": "広域予備率",
    "auction": "オークション・契約",
    "registration": "参加登録・証明書",
    "disclosure": "情報公開",
    "system": "システム操作",
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
