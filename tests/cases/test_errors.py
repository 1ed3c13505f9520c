"""The family of refusals."""

from cases import errors
from cases.errors import CasesError, InputRefused, Problem


def test_input_is_refused_once_with_every_problem() -> None:
    problems = [Problem("件名", "空です"), Problem("本文", "長すぎます")]
    refusal = InputRefused(problems)
    assert refusal.problems == problems
    assert str(refusal) == "件名: 空です\n本文: 長すぎます"


def test_every_error_belongs_to_the_family() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert len(kinds) > 5
    assert all(issubclass(kind, CasesError) for kind in kinds)
