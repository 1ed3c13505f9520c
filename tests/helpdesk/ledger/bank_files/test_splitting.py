"""Line ends of every kind or none; a file that is none of the bank's is told as what it looks like."""

import pytest

from helpdesk.errors import Refused
from helpdesk.ledger.bank_files.splitting import split_records
from tests.helpdesk.banking import CRLF, LF, NONE, Paid, notice_file, statement_file


@pytest.mark.parametrize("ends", [CRLF, LF, b"\r", NONE])
@pytest.mark.parametrize("behind", [b"", b"\x1a", b"\r\n\x1a"])
def test_records_are_found_with_any_line_end_and_end_of_file_mark(ends, behind) -> None:
    layout, lines = split_records(notice_file([Paid(5)], ends=ends) + behind)
    assert layout.label == "振込入金通知"
    assert [line.content[:1] for line in lines] == [b"1", b"2", b"8", b"9"]
    assert [line.number for line in lines] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空です"),
        (b"\x1a", "空です"),
        ("振込,金額\n1,2\n".encode("cp932"), "CSV のファイルのようです"),
        (b"\xf1\xf2\xf1" + b"\x40" * 117, "EBCDIC"),
        (b"PK\x03\x04", "Excel や ZIP"),
        (b"\xef\xbb\xbf103", "Unicode で保存し直されて"),
        (b"191" + b"0" * 117, "種別コード 91 のファイルです"),
        (b"hello", "ヘッダー・レコードで始まっていません"),
    ],
)
def test_what_is_no_file_of_the_bank_is_told_as_what_it_looks_like(content, words) -> None:
    with pytest.raises(Refused, match=words):
        split_records(content)


def test_a_record_of_another_length_is_named_by_its_line() -> None:
    lines = statement_file([Paid(5), Paid(6)]).split(b"\r\n")
    lines[2] = lines[2][:-3]
    with pytest.raises(Refused) as refused:
        split_records(b"\r\n".join(lines))
    [problem] = refused.value.problems
    assert problem.where == "3行目"
    assert "197バイトです" in problem.message


def test_a_file_saved_in_utf8_is_told_so() -> None:
    content = notice_file([Paid(5)]).decode("shift_jis").encode("utf-8")
    with pytest.raises(Refused, match="UTF-8 で保存し直されている"):
        split_records(content)
