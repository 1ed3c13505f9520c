"""A PDF is tagged, carries its font, holds the text as text, and is the same every time."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from helpdesk.documents import pdf
from helpdesk.documents.pdf import write_pdf
from tests.helpdesk.documents.sample_documents import every_block, hostile, letter, long_table


def told_by(tool: str, raw: bytes, folder: Path, *options: str) -> str:
    """What one of poppler's tools says of the file."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    path = folder / "made.pdf"
    path.write_bytes(raw)
    command = [tool, *options, str(path)] + (["-"] if tool == "pdftotext" else [])
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def report() -> bytes:
    return write_pdf(every_block())


def test_the_file_itself_says_that_it_is_tagged_japanese_and_accessible(report: bytes) -> None:
    assert report.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in report
    assert b"/Lang(ja-JP)" in report.replace(b" ", b"")
    assert re.search(rb"pdfuaid:part>1<", report)


def test_readers_find_title_tags_and_pages(report: bytes, tmp_path: Path) -> None:
    info = told_by("pdfinfo", report, tmp_path)
    assert re.search(r"Title: +週次報告書（問合せ対応）", info)
    assert re.search(r"Tagged: +yes", info)
    assert re.search(r"CreationDate: .*Jun 30 .*2026", info)
    assert int(re.search(r"Pages: +(\d+)", info)[1]) >= 4


def test_the_font_is_embedded(report: bytes, tmp_path: Path) -> None:
    lines = told_by("pdffonts", report, tmp_path).splitlines()[2:]
    assert lines
    assert all("NotoSansJP" in line and re.search(r"yes yes yes", line) for line in lines)


def test_the_text_can_be_read_and_searched(report: bytes, tmp_path: Path) -> None:
    text = told_by("pdftotext", report, tmp_path, "-layout")
    for told in (
        "総括",
        "1,234件",
        "髙橋㈱①〜",
        "104,976,000円",
        "−1,234円",
        "2026-06-30 10:00",
        "該当なし",
        "表 1",
        "図 1",
        "根拠: 約款 第20条",
    ):
        assert told in text, told
    assert re.search(r"2 ?/ ?5", text)


def test_a_letter_names_whom_it_is_for_before_its_title(tmp_path: Path) -> None:
    text = told_by("pdftotext", write_pdf(letter()), tmp_path)
    order = [
        "窓口発第2026-0012号",
        "北浜エナジー株式会社",
        "容量市場 問合せ窓口",
        "異議申立てに対する決定",
        "認める。",
    ]
    places = [text.index(each) for each in order]
    assert places == sorted(places)


def test_hostile_texts_are_set_as_they_are(tmp_path: Path) -> None:
    text = told_by("pdftotext", write_pdf(hostile()), tmp_path)
    assert '# ] $x$ =1+1 〓〓 <b>&amp; #import "x" {{ x }} \\ 〓〓' in text.replace("\n", "")


def test_the_same_description_gives_the_same_bytes(report: bytes) -> None:
    assert write_pdf(every_block()) == report


def test_the_head_of_a_long_table_stands_on_each_page(tmp_path: Path) -> None:
    text = told_by("pdftotext", write_pdf(long_table(300)), tmp_path, "-layout")
    pages = [page for page in text.split("\f") if page.strip()]
    assert len(pages) > 5
    assert all("事業者" in page for page in pages)
    assert "369,135,533円" in text


def test_a_long_table_is_not_kept_in_memory_by_the_typesetter(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = []
    monkeypatch.setattr(pdf, "_forget", lambda: forgotten.append("all"))
    write_pdf(letter())
    assert forgotten == []
    write_pdf(long_table(301))
    assert forgotten == ["all"]
