"""`helpdesk calc` as a script uses it: output, exit codes, batches, and a start without the web stack."""

import json
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from calc_core import catalogue
from calc_core.worked_example import WorkedExample, all_examples
from helpdesk.commands import main

FORM = {"rule", "fiscal_year", "value", "unit", "values", "decimals", "steps", "warnings"}
STEP = {"label", "formula", "inputs", "value", "unit", "source", "policy"}


def calc(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(main, ["calc", *arguments], input=stdin, catch_exceptions=False)


def batch(
    tmp_path: Path, *lines: str | bytes | dict[str, Any], parameters: dict[str, Any] | None = None
) -> tuple[int, list[dict[str, Any]]]:
    written = [
        line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
        for line in lines
    ]
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b"\n".join(written) + b"\n")
    settings = tmp_path / "parameters.toml"
    settings.write_text("".join(toml_section(*section) for section in (parameters or {}).items()), "utf-8")
    result = calc("run", "--batch", str(path), "--parameters", str(settings))
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def toml_section(rule: str, settings: dict[str, Any]) -> str:
    """The settings of a rule as a parameters file says them: by fiscal year, or one word for a policy."""
    rows = [f'["{rule}"]']
    for name, dated in settings.items():
        inner = dated if isinstance(dated, dict) else None
        written = ", ".join(f"{key} = {json.dumps(value)}" for key, value in (inner or {}).items())
        rows.append(f"{name} = " + (f"{{ {written} }}" if inner is not None else json.dumps(dated)))
    return "\n".join(rows) + "\n"


def problems(answer: dict[str, Any]) -> list[str]:
    return [problem["where"] for problem in answer["error"]["problems"]]


def test_the_list_names_every_rule() -> None:
    listed = json.loads(calc("list", "--json").stdout)
    assert [each["rule"] for each in listed] == list(catalogue.rule_ids())
    assert "容量停止計画の経済的ペナルティ（2024年度から）" in calc("list").stdout


def test_a_rule_is_shown_with_inputs_numbers_units_and_sources() -> None:
    shown = calc("show", "penalty/outage_plan", "--year", "2026").stdout
    for expected in ("shortfall_slots", "必須", "8640", "検討資料 p.14", "この年度に適用される値"):
        assert expected in shown
    described = json.loads(calc("show", "penalty/outage_plan", "--json").stdout)
    assert described["in_force"] is None


def test_a_result_is_explained_in_japanese() -> None:
    result = calc(
        "run",
        "assessment/outage_plan",
        "--year",
        "2025",
        "-i",
        "offered_kw=55",
        "-i",
        "assessed_kw=100",
        "-i",
        "multiplier=5",
    )
    assert result.exit_code == 0
    assert "2.25コマ" in result.stdout
    assert "根拠:" in result.stdout


def test_lists_truth_values_and_files_are_taken_as_inputs(tmp_path: Path) -> None:
    lines = '[{"resource": "A", "payment_yen": 833333, "penalty_yen": 100000}]'
    given = ["run", "settlement/business_statement", "--year", "2025", "--json"]
    by_option = calc(*given, "-i", "delivery_month=5", "-i", f"lines={lines}")
    assert json.loads(by_option.stdout)["value"] == "806666"
    path = tmp_path / "inputs.json"
    path.write_text(f'{{"delivery_month": 5, "lines": {lines}}}', encoding="utf-8")
    assert calc(*given, "--json-input", str(path)).stdout == by_option.stdout
    assert calc(*given, "--json-input", "-", stdin=path.read_text("utf-8")).stdout == by_option.stdout
    coal = calc(
        "run", "settlement/monthly_payment", "--year", "2025", "--json", "-i", "contract_amount_yen=12000000",
        "-i", "delivery_month=4", "-i", "paid_before_yen=0", "-i", "inefficient_coal=true",
    )  # fmt: skip
    assert json.loads(coal.stdout)["value"] == "800000"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run"], "規則を指定"),
        (["run", "penalty/nothing", "--year", "2025"], "penalty/outage_plan"),
        (["run", "assessment/outage_plan", "-i", "offered_kw=1", "-i", "assessed_kw=1"], "--year"),
        (["run", "assessment/outage_plan", "--year", "abc"], "fiscal_year"),
        (["run", "assessment/outage_plan", "--year", "2025", "-i", "offered_kw"], "名前=値"),
        (
            ["run", "assessment/outage_plan", "--year", "2025", "-i", "offered_kw=1", "-i", "offered_kw=2"],
            "2回以上",
        ),
        (["run", "assessment/outage_plan", "--year", "2025", "--json-input", "/nowhere.json"], "開けません"),
        (
            ["run", "assessment/outage_plan", "--year", "2025", "--parameters", "/nowhere.toml"],
            "/nowhere.toml",
        ),
        (["run", "settlement/business_statement", "--year", "2025", "-i", "lines=[1,"], "lines"),
        (
            ["run", "settlement/monthly_payment", "--year", "2025", "-i", "inefficient_coal=yes"],
            "true か false",
        ),
        (["run", "--batch", "/nowhere.jsonl"], "開けません"),
        (["run", "assessment/outage_plan", "--batch", "-"], "同時に使えません"),
        (["show", "penalty/nothing"], "penalty/nothing"),
        (["show", "penalty/outage_plan", "--year", "二〇二五"], "fiscal_year"),
    ],
)
def test_refused_input_ends_with_2_and_says_on_stderr_what_to_do(arguments: list[str], told: str) -> None:
    result = calc(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert told in result.stderr


def test_every_problem_of_a_single_run_is_told_at_once() -> None:
    result = calc("run", "penalty/outage_plan", "-i", "contract_amount_yen=-5", "-i", "slots=1", "--json")
    refused = json.loads(result.stderr)
    assert set(problems(refused)) == {"--year", "contract_amount_yen", "slots", "shortfall_slots"}


def test_a_batch_answers_every_line_in_order_and_goes_on_after_a_refusal(tmp_path: Path) -> None:
    good = {
        "rule": "assessment/outage_plan",
        "fiscal_year": 2025,
        "inputs": {"offered_kw": "0.45", "assessed_kw": 1},
    }
    status, answers = batch(
        tmp_path,
        good,
        "{broken",
        "[1, 2]",
        "",
        good | {"rule": "x/y"},
        good | {"rule": ["x"]},
        good | {"note": 1},
        {"rule": "assessment/outage_plan"},
        good | {"inputs": [1]},
        good | {"fiscal_year": 2023, "inputs": {"offered_kw": -1, "assessed_kw": 0, "kw": 1}},
        b'{"rule": "assessment/outage_plan", "fiscal_year": 2025, "inputs": {"offered_kw": 0.45, "assessed_kw": 1}}\r',
        b"\xff",
        '{"rule": "assessment/outage_plan", "fiscal_year": 2025, "inputs": {"\\ud800": 1, "offered_kw": 1e999999999, "assessed_kw": true}}',
        '{"rule": "assessment/outage_plan", "fiscal_year": 2025, "inputs": {"offered_kw": 1, "offered_kw": 2, "assessed_kw": NaN}}',
        good,
    )
    assert status == 2
    assert len(answers) == 15
    assert [number for number, answer in enumerate(answers) if "error" not in answer] == [0, 10, 14]
    assert answers[0]["value"] == answers[10]["value"] == "0.55"
    assert problems(answers[6]) == ["note"]
    assert set(problems(answers[7])) == {"fiscal_year", "inputs", "offered_kw", "assessed_kw"}
    assert set(problems(answers[9])) == {"fiscal_year", "offered_kw", "assessed_kw", "kw"}
    assert set(problems(answers[12])) == {"?", "offered_kw", "assessed_kw"}
    assert set(problems(answers[13])) == {"offered_kw", "assessed_kw"}
    assert all(
        set(each) == {"where", "message"} for a in answers if "error" in a for each in a["error"]["problems"]
    )


def test_no_problem_of_a_line_hides_another(tmp_path: Path) -> None:
    head = '{"rule": "assessment/outage_plan", "fiscal_year": '
    status, answers = batch(
        tmp_path,
        head + '2025, "inputs": {"offered_kw": NaN, "assessed_kw": 0}}',
        head + '-Infinity, "inputs": {"offered_kw": 1, "offered_kw": 2, "kw": 1}}',
        '{"rule": "settlement/business_statement", "fiscal_year": 2025, "inputs": '
        '{"delivery_month": 13, "lines": [{"payment_yen": 1, "payment_yen": 2}]}}',
        '{"rule": "x/y", "fiscal_year": "abc", "inputs": [1], "note": NaN}',
        '{"rule": null, "rule": null, "fiscal_year": 25}',
        '{"fiscal_year": "abc", "assessed_kw": 1, "inputs": {}}',
    )
    assert status == 2
    assert [sorted(problems(answer)) for answer in answers] == [
        ["assessed_kw", "offered_kw"],
        ["assessed_kw", "fiscal_year", "kw", "offered_kw"],
        [
            "delivery_month",
            "lines[0].payment_yen",
            "lines[0].penalty_yen",
            "lines[0].resource",
        ],
        ["fiscal_year", "inputs", "note", "rule"],
        ["fiscal_year", "inputs", "rule"],
        ["assessed_kw", "fiscal_year", "rule"],
    ]


@pytest.mark.parametrize("rule", [None, ["a"], {"a": 1}, 5, True, "", " "])
def test_a_rule_that_is_no_name_is_refused_without_the_words_of_a_language(rule: Any, tmp_path: Path) -> None:
    _, (answer,) = batch(tmp_path, {"rule": rule, "fiscal_year": 2025, "inputs": {}})
    (problem,) = answer["error"]["problems"]
    assert problem["where"] == "rule"
    assert "penalty/outage_plan" in problem["message"]
    for word in ("None", "['a']", "True", "{"):
        assert word not in problem["message"]


def test_repeated_names_and_words_are_told_by_their_path_in_a_single_run_too() -> None:
    result = calc(
        "run", "settlement/business_statement", "-i", 'lines=[{"payment_yen":1,"payment_yen":NaN}]', "--json"
    )
    assert {"--year", "lines[0].payment_yen", "delivery_month"} <= set(problems(json.loads(result.stderr)))
    content = '{"offered_kw": Infinity, "assessed_kw": 1, "assessed_kw": 2}'
    result = calc("run", "assessment/outage_plan", "--json-input", "-", "--json", stdin=content)
    assert set(problems(json.loads(result.stderr))) == {"--year", "offered_kw", "assessed_kw"}


@pytest.mark.parametrize("action", ["run", "show"])
def test_an_unknown_rule_does_not_hide_a_year_that_is_none(action: str) -> None:
    result = calc(action, "penalty/nothing", "--year", "abc", "--json")
    assert set(problems(json.loads(result.stderr))) == {"rule", "fiscal_year"}


def test_a_batch_that_is_answered_wholly_ends_with_0(tmp_path: Path) -> None:
    configured: dict[str, list[WorkedExample]] = {}
    for example in all_examples():
        configured.setdefault(json.dumps(example.configuration or {}), []).append(example)
    for settings, examples in configured.items():
        lines = [
            {"rule": each.rule, "fiscal_year": each.fiscal_year, "inputs": each.inputs} for each in examples
        ]
        status, answers = batch(tmp_path, *lines, parameters=json.loads(settings))
        assert status == 0
        for example, answer in zip(examples, answers, strict=True):
            assert answer["values"] == example.expected
            assert set(answer) == FORM
            assert all(set(step) == STEP for step in answer["steps"])
            assert answer["steps"]


def test_a_thousand_lines_are_answered_exactly_in_one_process(tmp_path: Path) -> None:
    chance = random.Random(8640)
    lines, expected = [], []
    for _ in range(1000):
        amount, over, per = chance.randrange(10**11), chance.randrange(10**6), chance.randrange(1, 10**5)
        slots = 8640 + Fraction(over, per)
        inputs = {"contract_amount_yen": amount, "shortfall_slots": f"{slots.numerator}/{slots.denominator}"}
        lines.append({"rule": "penalty/outage_plan", "fiscal_year": 2026, "inputs": inputs})
        expected.append(str(amount * over // (8000 * per)))
    status, answers = batch(tmp_path, *lines)
    assert status == 0
    assert [answer["value"] for answer in answers] == expected


def test_a_batch_is_read_from_standard_input_too() -> None:
    line = '{"rule": "assessment/outage_plan", "fiscal_year": 2025, "inputs": {"offered_kw": 1, "assessed_kw": 3}}\n'
    answer = json.loads(calc("run", "--batch", "-", stdin=line).stdout)
    assert answer["values"] == {"shortfall_slots": "2/3"}
    assert answer["decimals"] == {"shortfall_slots": "0.6666666667"}


def test_a_parameters_file_exchanges_a_policy_and_unknown_rules_in_it_are_pointed_out(tmp_path: Path) -> None:
    path = tmp_path / "parameters.toml"
    path.write_text(
        '["penalty/unheard_of"]\nhours = {2025 = "30"}\n'
        '["settlement/business_statement"]\ntax_rate_date = "last_day_of_payment_month"\n',
        encoding="utf-8",
    )
    result = calc(
        "run", "settlement/business_statement", "--year", "2025", "-i", "delivery_month=4", "-i", "lines=[]",
        "--parameters", str(path), "--json",
    )  # fmt: skip
    assert result.exit_code == 0
    assert "last_day_of_payment_month" in result.stdout
    assert "penalty/unheard_of" in result.stderr


def test_starting_calc_loads_neither_web_stack_nor_database_nor_numpy() -> None:
    program = (
        "import sys\n"
        "from helpdesk.commands import main\n"
        "main(['calc', 'run', 'assessment/outage_plan', '--year', '2025', '-i', 'offered_kw=1', '-i', 'assessed_kw=2'],"
        " standalone_mode=False)\n"
        "heavy = {'flask', 'sqlalchemy', 'pandas', 'numpy', 'jinja2', 'whoosh'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr.decode()
    assert "0.5コマ".encode() in ended.stdout


def test_output_is_utf_8_whatever_the_terminal_says() -> None:
    program = "from helpdesk.commands import main; main(['calc', 'list'])"
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
    )
    assert "容量確保契約金額" in ended.stdout.decode("utf-8")
