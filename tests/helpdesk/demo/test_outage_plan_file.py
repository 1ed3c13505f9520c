"""The demonstration's plans are a file as people send them, and give the packaged slots again."""

import csv
import io
from datetime import date, datetime

import numpy as np

from calc_core.slots import JAPAN, days_of_month
from helpdesk.demo import packaged
from helpdesk.demo.outage_plan_file import HEADINGS, outage_plan_file


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(outage_plan_file().decode("cp932"))))


def test_every_stop_and_reduction_of_the_packaged_slots_is_a_plan() -> None:
    contracted = packaged.read_toml("resources.toml")["resources"]
    mistyped = {each["resource"] for each in packaged.read_toml("notices.toml")["mistyped_plans"]}
    plans = rows()
    assert list(plans[0]) == list(HEADINGS)
    for month in packaged.DELIVERY_MONTHS:
        days = days_of_month(packaged.FISCAL_YEAR, month)
        for resource, offered in zip(contracted, packaged.offered_kw(month), strict=True):
            if resource["category"] == "安定電源" and resource["code"] not in mistyped:
                assessed = resource["assessed_kw"]
                planned = laid(plans, resource["code"], days, assessed)
                assert np.array_equal(planned, np.minimum(offered.ravel(), assessed)), resource["code"]


def laid(plans: list[dict[str, str]], code: str, days: list[date], assessed_kw: int) -> np.ndarray:
    """What a resource can offer in the slots of these days."""
    least = np.full(len(days) * 48, assessed_kw)
    for plan in plans:
        if plan["電源等コード"] == code:
            first, last = (
                (date.fromisoformat(plan[day]) - days[0]).days * 48 + int(plan[slot])
                for day, slot in (("開始", "開始コマ"), ("終了", "終了コマ"))
            )
            least[max(first - 1, 0) : max(last, 0)] = int(plan["利用可能容量"])
    return least


def test_what_the_story_calls_late_was_submitted_the_day_before_and_all_else_in_time() -> None:
    late = {
        (plan["resource"], day)
        for plan in packaged.read_toml("notices.toml")["late_outage_plans"]
        for day in packaged.days_between(plan["first_date"], plan["last_date"])
    }
    *plans, mistyped = rows()
    for plan in plans:
        first = date.fromisoformat(plan["開始"])
        submitted = datetime.strptime(plan["提出日時"], "%Y/%m/%d %H:%M").replace(tzinfo=JAPAN)
        before = (first - submitted.date()).days
        assert before == (1 if (plan["電源等コード"], first) in late else 95)
    assert (mistyped["開始"], mistyped["終了"]) == ("2026-06-01", "2026-06-30")
