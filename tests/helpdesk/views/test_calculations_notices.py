"""The payment notice as a file, for those who see results."""

import pytest

BEGINS = {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK"}


@pytest.mark.parametrize("file_format", BEGINS)
def test_the_notice_is_downloaded_as_it_was_issued(enter, world, file_format: str) -> None:
    path = f"/calculations/notices/{world.notice.id}.{file_format}"
    first, again = enter("operator").get(path), enter("payment_staff").get(path)
    assert first.status_code == 200
    assert first.data.startswith(BEGINS[file_format])
    assert again.data == first.data
    assert f"notice-2026-05-P001-v1.{file_format}" in first.headers["Content-Disposition"]


def test_who_sees_no_results_sees_no_notice(enter, world) -> None:
    path = f"/calculations/notices/{world.notice.id}.pdf"
    assert enter("reserve_margin_operator").get(path).status_code == 403
    assert enter("business_user").get(path).status_code in (403, 404)
    assert enter().get(path).status_code == 302


def test_a_notice_that_is_not_there_is_not_found(enter, world) -> None:
    operator = enter("operator")
    assert operator.get("/calculations/notices/99999999.pdf").status_code == 404
    assert operator.get(f"/calculations/notices/{world.notice.id}.csv").status_code == 404
