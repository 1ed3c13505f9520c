"""電話の記録の確認: can a call end like this — times, outcome, promise and next call, every problem at once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from cases.business_calendar import JAPAN
from cases.errors import Problem
from cases.models import PhoneCall
from cases.phone_numbers import why_impossible

ANSWERED = "answered"
TAKEN = "taken"
CALLBACK = "callback"
TRANSFERRED = "transferred"
PROMISED = "promised"
REFUSED = "refused"
NO_ANSWER = "no_answer"
MESSAGE_LEFT = "message_left"
WRONG_NUMBER = "wrong_number"
OTHER = "other"
DISCARDED = "discarded"  # not chosen: a call that was none

OUTCOMES: Final[dict[str, str]] = {
    ANSWERED: "回答済",
    TAKEN: "受付（後で回答）",
    CALLBACK: "折り返し約束",
    TRANSFERRED: "引継ぎ",
    PROMISED: "入金約束",
    REFUSED: "支払拒否・主張",
    NO_ANSWER: "不在・応答なし",
    MESSAGE_LEFT: "伝言",
    WRONG_NUMBER: "番号違い",
    OTHER: "その他",
}
UNREACHED: Final = frozenset({NO_ANSWER, MESSAGE_LEFT, WRONG_NUMBER})  # nobody who matters was spoken to

LONGEST_CONTENT = 20_000
LONGEST_CALL = timedelta(hours=12)
_MOST_YEN = 10**15
_FARTHEST = timedelta(days=366)
_WIDTHS = (
    ("相手の氏名", "person_name", 100),
    ("件名", "subject", 500),
    ("次の電話のメモ", "next_call_note", 500),
    ("内容", "content", LONGEST_CONTENT),
)


@dataclass(frozen=True, slots=True)
class Ending:
    """通話の結果 as it is to be written."""

    outcome: str
    ended_at: datetime
    next_call_at: datetime | None = None
    promised_on: date | None = None
    promised_yen: int | None = None


def problems_of_ending(call: PhoneCall, ending: Ending, *, has_case: bool, now: datetime) -> list[Problem]:
    """Everything that keeps a call, with what was typed in it, from ending like this."""
    found = [*problems_of_typing(call), *_times(call.started_at, ending.ended_at, now)]
    if call.telephone and (impossible := why_impossible(call.telephone)) and not _is_on_record(call):
        found.append(Problem("電話番号", impossible))
    if ending.outcome not in OUTCOMES:
        found.append(Problem("結果", "一覧から選んでください"))
    if ending.outcome not in UNREACHED and not call.content:
        found.append(Problem("内容", "話した内容を入力してください"))
    if not has_case and ending.outcome != WRONG_NUMBER:
        found.append(Problem("案件", "既存の案件を選ぶか、件名を入力して新しい案件にしてください"))
    return [*found, *_next_call(ending, has_case, now), *_promise(call, ending)]


def problems_of_typing(call: PhoneCall) -> list[Problem]:
    """What is longer than it may be; anything else may stand there while one types."""
    return [
        Problem(label, f"{most:,}文字以内にしてください（いま {len(getattr(call, name)):,}文字）")
        for label, name, most in _WIDTHS
        if len(getattr(call, name)) > most
    ]


def problems_of_start(started_at: datetime, now: datetime) -> list[Problem]:
    """A call that is written down later began in the past, and not long ago."""
    if started_at > now:
        return [Problem("開始時刻", "未来の時刻です。電話を始めた時刻を入力してください")]
    if now - started_at > timedelta(days=31):
        return [Problem("開始時刻", "31日より前の電話は記録できません。日付を確かめてください")]
    return []


def _is_on_record(call: PhoneCall) -> bool:
    """Whether the number is the directory's own: it is not the caller's fault how it is written there."""
    return call.contact is not None and call.telephone == call.contact.telephone


def _times(started_at: datetime, ended_at: datetime, now: datetime) -> list[Problem]:
    if ended_at < started_at:
        return [Problem("終了時刻", f"開始（{_clock(started_at)}）より前です。時刻を確かめてください")]
    if ended_at > now:
        return [Problem("終了時刻", f"未来の時刻です。いま（{_clock(now)}）までの時刻を入力してください")]
    if ended_at - started_at > LONGEST_CALL:
        hours = LONGEST_CALL // timedelta(hours=1)
        return [
            Problem(
                "終了時刻",
                f"開始（{_clock(started_at)}）から {hours}時間を超えています。電話を切った時刻を入力してください",
            )
        ]
    return []


def _next_call(ending: Ending, has_case: bool, now: datetime) -> list[Problem]:
    if ending.next_call_at is None:
        if ending.outcome == CALLBACK:
            return [Problem("次の電話", "折り返しを約束した日時を入力してください")]
        return []
    if ending.outcome == WRONG_NUMBER and not has_case:
        return [Problem("次の電話", "番号違いの記録には案件がないため、次の電話は残せません")]
    if ending.next_call_at <= now:
        return [Problem("次の電話", f"過去の日時です。いま（{_clock(now)}）より後の日時を入力してください")]
    if ending.next_call_at - now > _FARTHEST:
        return [Problem("次の電話", "1年より先の日時です。日付を確かめてください")]
    return []


def _promise(call: PhoneCall, ending: Ending) -> list[Problem]:
    on, yen = ending.promised_on, ending.promised_yen
    if ending.outcome != PROMISED:
        if (on is None and yen is None) or ending.outcome not in OUTCOMES:
            return []
        return [
            Problem("結果", "入金の約束が入力されています。結果を「入金約束」にするか、約束を消してください")
        ]
    found = []
    began_on = call.started_at.astimezone(JAPAN).date()
    if on is None:
        found.append(Problem("入金約束日", "約束された入金日を入力してください"))
    elif on < began_on:
        found.append(
            Problem("入金約束日", f"電話の日（{began_on.isoformat()}）より前です。日付を確かめてください")
        )
    elif on - began_on > _FARTHEST:
        found.append(Problem("入金約束日", "1年より先の日付です。日付を確かめてください"))
    if yen is None:
        found.append(Problem("入金約束額", "約束された金額を円で入力してください"))
    elif not 0 < yen < _MOST_YEN:
        found.append(Problem("入金約束額", "1円以上の金額を入力してください"))
    return found


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(JAPAN):%Y-%m-%d %H:%M}"
