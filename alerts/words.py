"""監視の語彙: the words that the feed's publications, slots, notices and incidents are described with."""

AREAS = ("北海道", "東北", "東京", "中部", "北陸", "関西", "中国", "四国", "九州", "沖縄")  # codes 01 … 10
AREA_CODES = {area: f"{number:02d}" for number, area in enumerate(AREAS, 1)}

NORMAL, LOW = SLOT_STATES = ("normal", "low")
PUBLICATION_STATES = ("judged", "out_of_order", "unreadable")
INCIDENT_STATES = ("open", "acknowledged", "closed")
EVENTS = ("first_low", "worsened", "recovered", "wrong_figure", "missing")
DECISIONS = ("send", "hold", "drop")
STAGES = ("rule", "inhibition", "silence", "repetition", "grouping", "routing")

EVENT_LABELS = {
    "first_low": "8%未満",
    "worsened": "さらに低下",
    "recovered": "8%以上に回復",
    "wrong_figure": "公表値の誤りの疑い",
    "missing": "公表値の欠落",
}
DECISION_LABELS = {"send": "知らせた", "hold": "保留", "drop": "知らせない"}
STAGE_LABELS = {
    "rule": "規則",
    "inhibition": "抑止",
    "silence": "消音",
    "repetition": "繰り返し",
    "grouping": "とりまとめ",
    "routing": "宛先",
}
PUBLICATION_LABELS = {"judged": "判定済み", "out_of_order": "順序が前後", "unreadable": "読み取り不能"}
INCIDENT_LABELS = {"open": "未確認", "acknowledged": "確認済み", "closed": "終了"}
