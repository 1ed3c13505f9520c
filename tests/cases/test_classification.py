"""What an inquiry is about, and by which words."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from cases.classification import _FILE, TOPICS, change_topic, classify
from cases.errors import InputRefused
from cases.history import Actor, content_of, read_stream
from cases.models import Case


@pytest.mark.parametrize(
    ("subject", "text", "topic", "reason"),
    [
        ("5月分のペナルティ額について", "未達成コマの数え方", "penalty", "件名に「ペナルティ」"),
        ("ご質問", "ﾍﾟﾅﾙﾃｨの上限を教えてください", "penalty", "本文に「ペナルティ」"),
        ("交付額通知書の件", "振込の日はいつですか", "contract_amount", "件名に「交付額通知書」"),
        ("請求書について", "容量拠出金の支払期日は", "contribution", "本文に「容量拠出金」"),
        ("定期点検の延長", "容量停止計画を出し直します", "outage_plan", "本文に「容量停止計画」"),
        ("発動指令の実績", "ベースラインの数字", "assessment", "件名に「発動指令」"),
        ("実効性テスト", "再テストの日程", "effectiveness_test", "件名に「実効性テスト」"),
        ("電源等差替の申込", "", "exit_substitution", "件名に「電源等差替」"),
        ("広域予備率の公表値", "", "reserve_margin", "件名に「広域予備率」"),
        ("追加オークション", "約定価格", "auction", "件名に「追加オークション」"),
        ("証明書の更新", "クライアント証明書が切れました", "registration", "件名に「証明書」"),
        ("開示請求", "", "disclosure", "件名に「開示請求」"),
        ("ログインできません", "パスワードを忘れました", "system", "件名に「ログイン」"),
        ("Ｈ３需要の配分比率", "", "contribution", "件名に「H3需要」"),
    ],
)
def test_the_words_decide_the_topic_and_are_named(subject: str, text: str, topic: str, reason: str) -> None:
    result = classify(subject, text)
    assert result.topic == topic
    assert reason in result.reasons


def test_the_subject_weighs_more_than_the_text() -> None:
    assert classify("オークションについて", "ペナルティ").topic == "auction"
    assert classify("ペナルティについて", "オークション").topic == "penalty"


def test_without_any_word_it_is_other_and_says_so() -> None:
    result = classify("こんにちは", "よろしくお願いします")
    assert (result.topic, result.reasons) == ("other", ["区分を示す語が見当たらない"])


def test_equal_scores_are_decided_by_the_order_of_the_file() -> None:
    assert classify("", "参加登録、広域予備率、市場退出").topic == "exit_substitution"
    assert classify("", "参加登録、広域予備率").topic == "reserve_margin"


def test_a_word_inside_a_longer_one_counts_once() -> None:
    assert classify("", "容量停止計画").reasons == ["本文に「容量停止計画」"]


def test_quoted_text_and_signatures_do_not_count() -> None:
    text = "実効性テストの日程\n\n> ペナルティの件\n> 容量拠出金\n\n-- \n株式会社かみなり 情報システム部\n"
    assert classify("Re", text).reasons == ["本文に「実効性テスト」"]


@given(subject=st.text(max_size=40), text=st.text(max_size=200))
def test_any_text_gets_exactly_one_topic_with_a_reason(subject: str, text: str) -> None:
    result = classify(subject, text)
    assert result.topic in TOPICS
    assert result.reasons
    assert result == classify(subject, text)


def test_every_word_alone_leads_to_a_topic_that_lists_it() -> None:
    for topic, table in _FILE.items():
        for word, weight in table.get("words", {}).items():
            assert 1 <= weight <= 9, f"{topic}: {word}"
            result = classify(word, "")
            assert f"件名に「{word}」" in result.reasons, f"{topic}: {word} → {result}"


def test_the_topics_are_those_of_the_desk() -> None:
    assert set(TOPICS) == {
        "registration",
        "auction",
        "outage_plan",
        "assessment",
        "effectiveness_test",
        "penalty",
        "contract_amount",
        "contribution",
        "exit_substitution",
        "reserve_margin",
        "disclosure",
        "system",
        "other",
    }


def test_an_operator_corrects_the_topic(session: Session, case: Case, operator: Actor, now: datetime) -> None:
    change_topic(session, case, "assessment", by=operator, now=now, reason="算定方法の質問")
    assert (case.topic, case.topic_reasons) == ("assessment", ["佐藤 花子が選択"])
    events = read_stream(session, f"case:{case.id}")
    assert [event.kind for event in events] == ["topic_changed"]
    assert content_of(events[0]) == {"from": "penalty", "to": "assessment", "reason": "算定方法の質問"}
    assert change_topic(session, case, "assessment", by=operator, now=now) is None
    with pytest.raises(InputRefused, match="「weather」はありません"):
        change_topic(session, case, "weather", by=operator, now=now)
