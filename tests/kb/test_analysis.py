"""日本語の解析: what counts as the same word."""

import pickle
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.analysis import JapaneseAnalyser, displayed, every_form, folded, terms_of


def words(text: str) -> list[str]:
    return [form.text for term in terms_of(text) for form in every_form(term)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("申込", "申し込み"),
        ("取消", "取り消し"),
        ("切捨て", "切り捨て"),
        ("引渡し", "引き渡し"),
        ("サーバー", "サーバ"),
        ("アグリゲーター", "アグリゲータ"),
        ("ﾍﾟﾅﾙﾃｨ", "ペナルティ"),
        ("１２０円", "120円"),
        ("髙橋", "高橋"),
        ("渡邊", "渡辺"),
        ("ＤＲ", "dr"),
        ("８，６４０コマ", "8,640コマ"),
        ("9:00〜17:00", "9:00~17:00"),
    ],
)
def test_variants_of_a_word_become_the_same_terms(one: str, other: str) -> None:
    assert words(one) == words(other) != []


def test_a_long_word_is_found_by_its_parts_too() -> None:
    assert words("拠出金") == ["拠出金", "拠出", "金"]
    assert "督促" in words("督促状")


def test_particles_and_punctuation_are_no_terms() -> None:
    assert words("相殺を、する。") == ["相殺", "為る"]
    assert words("、。「」()") == []


def test_the_final_long_mark_stays_on_short_words() -> None:
    assert words("キー") == ["キー"]


def test_offsets_refer_to_the_displayed_text() -> None:
    text = "㈱髙﨑の容量拠出金ﾍﾟﾅﾙﾃｨ"
    found = {term.text: displayed(text)[term.start : term.end] for term in terms_of(text)}
    assert found["拠出金"] == "拠出金"
    assert found["ペナルティ"] == "ペナルティ"
    assert "髙﨑" in displayed(text)


def test_texts_longer_than_the_analyser_takes_are_cut_without_losing_places() -> None:
    text = "容量拠出金の督促。" * 4_000 + "留保"
    found = list(terms_of(text))
    assert len(text.encode()) > 2 * 49_149
    assert found[-1].text == "留保"
    assert text[found[-1].start : found[-1].end] == "留保"
    assert sum(term.text == "督促" for term in found) == 4_000


def test_a_run_without_any_break_is_cut_as_well() -> None:
    assert sum(term.text == "相殺" for term in terms_of("相殺 " * 20_000)) == 20_000


def test_nul_and_lone_surrogates_do_not_stop_the_analyser() -> None:
    assert "督促" in words("督促\x00\ud800状")


def test_each_thread_has_its_own_tokenizer() -> None:
    results: list[list[str]] = []

    def analyse() -> None:
        for _ in range(20):
            results.append(words("容量拠出金の督促状を送付した"))

    threads = [threading.Thread(target=analyse) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 160
    assert all(result == results[0] for result in results)


def test_the_analyser_can_be_pickled_with_a_schema() -> None:
    analyser = pickle.loads(pickle.dumps(JapaneseAnalyser()))  # noqa: S301 - our own bytes
    assert [token.text for token in analyser("拠出金")] == ["拠出金", "拠出", "金"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_analysed_with_places_inside_it(text: str) -> None:
    shown = displayed(text)
    assert len(folded(text)) == len(shown)
    for term in terms_of(text):
        assert 0 <= term.start < term.end <= len(shown)
