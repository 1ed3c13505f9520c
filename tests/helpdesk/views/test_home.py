"""The first page shows each person the work that is theirs, and nobody else's."""


def test_a_business_is_led_to_its_portal(enter) -> None:
    assert enter("business_user").get("/").location == "/portal/"


def test_an_operator_sees_what_nobody_has_taken(enter, cases) -> None:
    page = enter("operator").get("/").text
    assert "担当未定の案件" in page
    assert cases.kitahama in page
    assert cases.minato in page


def test_who_has_nothing_to_do_here_is_told_so(enter, cases) -> None:
    page = enter("payment_staff").get("/").text
    assert "この画面に表示する仕事はありません" in page
    assert cases.kitahama not in page
