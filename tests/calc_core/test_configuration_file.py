"""The file of `--parameters`: what is wrong with it is told in Japanese, with the line and what to do."""

import re
from pathlib import Path

import pytest

from calc_core import exact
from calc_core.configuration_file import read_configuration
from calc_core.errors import InputRefused


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'["a/b"]\nx = {2025 = "30"}\ny = \n', "3行目の5文字目"),
        (b'["a/b"]\nx = ', "2行目で途切れています"),
        (b'["a/b"]\nx = "1"\nx = "2"\n', "2回以上あります（3行目の"),
        (b'["a/b"]\nx = "1"\n["a/b"]\n', "2回以上あります（3行目の"),
        (b'["a/b"]\n# \x90\xdd\n', "2行目が UTF-8 として読めません"),
        (b"x = " + b"9" * 5000, "TOML として読めません"),
        (b"x = " + b"[" * 100_000, "入れ子"),
        (b".".join([b"a"] * 40_000) + b" = 1", "1行目に点（.）が"),
        (b"[" + b" . ".join([b"'a'"] * 20_000) + b"]", "1行目に点（.）が"),
    ],
)
def test_a_broken_file_is_told_in_japanese_with_line_and_remedy(
    content: bytes, told: str, tmp_path: Path
) -> None:
    path = tmp_path / "parameters.toml"
    path.write_bytes(content)
    message = refused_message(path)
    assert told in message
    assert "ください" in message
    assert re.search(r"[a-z]{3,} [a-z]{2,} ", message.lower()) is None, "English is left in it"


def test_a_file_that_is_missing_or_a_folder_is_told_in_japanese(tmp_path: Path) -> None:
    assert "ファイルがありません" in refused_message(tmp_path / "nowhere.toml")
    assert "フォルダー" in refused_message(tmp_path)


def test_numbers_keep_their_text_and_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "parameters.toml"
    path.write_bytes('\ufeff["a/b"]\nx = {2025 = 0.45}\n'.encode())
    assert read_configuration(path) == {"a/b": {"x": {"2025": exact.NumberText("0.45")}}}


def refused_message(path: Path) -> str:
    with pytest.raises(InputRefused) as caught:
        read_configuration(path)
    (problem,) = caught.value.problems
    assert problem.where == str(path)
    return problem.message
