"""案件の拒否: what the case core refuses. `str(error)` is a Japanese sentence: what is wrong, where, what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it stands and what to do about it (Japanese)."""

    where: str
    message: str


class CasesError(Exception):
    """Base of everything this package refuses."""


class InputRefused(CasesError):
    """入力不備: input that cannot be taken, with every problem found in it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"{problem.where}: {problem.message}" for problem in problems))


class TransitionRefused(CasesError):
    """状態遷移の拒否: the case cannot go there from where it is."""


class NumberInvalid(CasesError):
    """案件番号の誤り: not a case number, or one that was copied wrongly."""


class NumbersExhausted(CasesError):
    """採番の上限: the year's series has no number left."""


class StaleVersion(CasesError):
    """競合: somebody else changed the thing after it was read."""


class FourEyesRequired(CasesError):
    """二者確認: the author may not release his or her own work."""


class AnswerOutdated(CasesError):
    """回答の陳腐化: the run has changed or a newer message has come since the answer was written."""


class AnswerRefused(CasesError):
    """回答の拒否: the answer is not in a state in which this can be done."""


class ObjectionRefused(CasesError):
    """異議申立ての拒否: the objection is not in a state in which this can be done."""


class ContentRefused(CasesError):
    """履歴に残せない内容: an event's content that has no exact canonical form (a float, a naive time, …)."""


class ErasureRefused(CasesError):
    """消去の拒否: an event that cannot be erased."""


class CallRefused(CasesError):
    """電話の拒否: this cannot be done with the call as it stands."""


class LineBusy(CallRefused):
    """通話中: this person has a call going on; `call_id` is that one."""

    def __init__(self, call_id: int) -> None:
        self.call_id = call_id
        super().__init__("通話中の電話があります。その通話を切ってから、次の電話を始めてください")
