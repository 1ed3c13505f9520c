"""The first page shows each person the work that is theirs, and nobody else's."""


def test_a_business_sees_its_own_cases_and_no_other(enter, cases) -> None:
    page = enter("business_user").get("/").text
    assert "自社の案件" in page
    assert cases.kitahama in page
    assert cases.minato not in page


def test_an_operator_sees_what_nobody_has_taken(enter, cases) -> None:
    page = enter("operator").get("/").text
    assert "担当未定の案件" in page
    assert cases.kitahama in page
    assert cases.minato in page


def test_who_has_nothing_to_do_here_is_told_so(enter, cases) -> None:
    page = enter("payment_staff").get("/").text
    assert "この画面に表示する仕事はありません" in page
    assert cases.kitahama not in page
