"""`helpdesk calc`: list, explain and run the rules of `calc_core`. Needs no instance, no database and no web stack."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import click

from calc_core import catalogue, narration, rule_document, rule_narration
from calc_core.configuration_file import read_configuration
from calc_core.errors import InputRefused, Problem, unreadable_file
from calc_core.inputs import Flag, Numbers, Record, Rows, printable
from calc_core.json_text import read_json

BATCH_FIELDS = ("rule", "fiscal_year", "inputs")


@click.group(help="算定の規則の一覧・説明・実行")
def command() -> None:
    """`helpdesk calc`."""


@command.command("list", help="すべての規則を一覧にします")
@click.option("--json", "as_json", is_flag=True, help="JSON で出力します")
def list_command(as_json: bool) -> None:
    """Every rule with its title and first fiscal year."""
    described = [catalogue.describe(rule_id) for rule_id in catalogue.rule_ids()]
    if as_json:
        names = ("rule", "title", "in_force_from", "source")
        _write(json.dumps([{name: each[name] for name in names} for each in described], ensure_ascii=False))
        return
    for each in described:
        _write(f"{each['rule']:34} {each['title']}（{each['in_force_from']}年度から）")


@command.command("show", help="規則の目的・算式・入力・結果・値・方針・根拠・計算例を示します")
@click.argument("rule")
@click.option("--year", help="この実需給年度に適用される値も示します")
@click.option("--parameters", "parameters_file", help="設定値の TOML ファイル")
@click.option("--json", "as_json", is_flag=True, help="JSON で出力します")
def show_command(rule: str, year: str | None, parameters_file: str | None, as_json: bool) -> None:
    """All there is to say of a rule: what it takes, gives and stands on, with its worked examples."""
    try:
        configuration = _configuration(parameters_file)
        checked = None if year is None else _year(year, rule)
        told = rule_document.document(rule, checked, configuration)
    except InputRefused as refused:
        _refuse(refused, as_json)
    if as_json:
        _write(json.dumps(told, ensure_ascii=False))
    else:
        for line in rule_narration.rule_lines(told):
            _write(line)


@command.command("run", help="規則を計算し、根拠とともに示します（--batch では JSON 1行につき1件）")
@click.argument("rule", required=False)
@click.option("--year", help="実需給年度（例 2025）")
@click.option("-i", "--input", "pairs", multiple=True, metavar="名前=値", help="入力（一覧は JSON で）")
@click.option("--json-input", help="入力を名前と値の JSON で書いたファイル（- は標準入力）")
@click.option("--batch", help='{"rule","fiscal_year","inputs"} を1行に1件書いたファイル（- は標準入力）')
@click.option("--parameters", "parameters_file", help="設定値の TOML ファイル")
@click.option("--json", "as_json", is_flag=True, help="結果を JSON 1行で出力します")
def run_command(
    rule: str | None,
    year: str | None,
    pairs: tuple[str, ...],
    json_input: str | None,
    batch: str | None,
    parameters_file: str | None,
    as_json: bool,
) -> None:
    """Compute one rule, or one line after the other."""
    try:
        configuration = _configuration(parameters_file)
        if batch is not None:
            if rule or year or pairs or json_input:
                message = "--batch と、規則・--year・-i・--json-input は同時に使えません"
                raise InputRefused([Problem("--batch", message)])
            all_answered = _run_batch(batch, configuration)
        else:
            all_answered = True
            result = _run_one(rule, year, pairs, json_input, configuration).to_json()
    except InputRefused as refused:
        _refuse(refused, as_json)
    if batch is None and as_json:
        _write(json.dumps(result, ensure_ascii=False))
    elif batch is None:
        for line in narration.result_lines(result):
            _write(line)
    if not all_answered:
        sys.exit(2)


def _run_one(
    rule: str | None, year: str | None, pairs: Iterable[str], json_input: str | None, configuration: Any
):
    if rule is None:
        raise InputRefused([Problem("rule", "規則を指定してください（一覧は helpdesk calc list）")])
    problems: list[Problem] = []
    inputs: dict[str, Any] = {}
    if json_input is not None:
        with _opened(json_input) as stream:
            inputs = read_json(stream.read(), json_input, problems)
        if not isinstance(inputs, dict):
            problems.append(Problem(json_input, "名前と値の組（JSON オブジェクト）を書いてください"))
            raise InputRefused(problems)
    known_rule = rule in catalogue.rule_ids()
    kinds = {each.name: each.kind for each in catalogue.find(rule).inputs} if known_rule else {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        name = name.strip()
        if not sign or not name:
            problems.append(Problem(f"-i {pair}", "-i は 名前=値 の形で指定してください"))
        elif name in inputs:
            problems.append(Problem(name, "同じ入力が2回以上あります。1回だけ指定してください"))
        else:
            inputs[name] = _typed(kinds.get(name), name, text, problems)
    if year is None:
        problems.append(Problem("--year", "実需給年度を --year で指定してください"))
    try:
        result = catalogue.evaluate(rule, year if year is not None else "", inputs, configuration)
    except InputRefused as refused:
        known = {problem.where for problem in problems}
        told = [each for each in refused.problems if each.where not in known]
        if year is None:
            told = [each for each in told if each.where != "fiscal_year"]
        raise InputRefused([*problems, *told]) from refused
    if problems:
        raise InputRefused(problems)
    return result


def _typed(kind: Any, name: str, text: str, problems: list[Problem]) -> Any:
    """A value from the command line: lists as JSON, truth values as words, everything else as its text."""
    if isinstance(kind, Flag):
        return {"true": True, "false": False}.get(text.strip(), text)
    if isinstance(kind, Rows | Record | Numbers):
        try:
            return read_json(text, name, problems, name)
        except InputRefused as refused:
            problems += refused.problems
    return text


def _run_batch(path: str, configuration: Any) -> bool:
    """Answer every line in order; whether none was refused."""
    all_answered = True
    with _opened(path) as stream:
        for number, line in enumerate(stream, 1):
            try:
                answer = _run_line(line, number, configuration).to_json()
            except InputRefused as refused:
                answer, all_answered = refused.to_json(), False
            _write(json.dumps(answer, ensure_ascii=False))
    return all_answered


def _run_line(line: bytes, number: int, configuration: Any):
    where = f"{number}行目"
    if not line.strip():
        raise InputRefused([Problem(where, "空の行です。1行に1件の JSON を書いてください")])
    repeated: list[Problem] = []
    request = read_json(line, where, repeated)
    if not isinstance(request, dict):
        raise InputRefused(
            [
                Problem(where, 'JSON オブジェクト {"rule", "fiscal_year", "inputs"} を書いてください'),
                *repeated,
            ]
        )
    problems = [Problem(each.where.removeprefix("inputs."), each.message) for each in repeated]
    settled = {each.where for each in problems} | {name for name in BATCH_FIELDS if name not in request}
    problems += [
        Problem(printable(name), f"この項目はありません。書けるのは {'、'.join(BATCH_FIELDS)} です")
        for name in request
        if name not in BATCH_FIELDS
    ]
    problems += [Problem(name, "必須の項目がありません") for name in BATCH_FIELDS if name not in request]
    try:
        result = catalogue.evaluate(
            request.get("rule"), request.get("fiscal_year", ""), request.get("inputs", {}), configuration
        )
    except InputRefused as refused:
        problems += [each for each in refused.problems if each.where not in settled]
    if problems:
        raise InputRefused(problems)
    return result


def _configuration(path: str | None) -> dict[str, Any] | None:
    if path is None:
        return None
    found = read_configuration(Path(path))
    for name in found:
        if name not in catalogue.rule_ids():
            click.echo(f"注意: 設定ファイルの {name} に当たる規則はありません（使いません）", err=True)
    return found


def _year(text: str, rule: str) -> int:
    problems: list[Problem] = []
    year = catalogue.check_fiscal_year(text, problems)
    if year is None:
        try:
            catalogue.find(rule)
        except InputRefused as refused:
            problems = [*refused.problems, *problems]
        raise InputRefused(problems)
    return year


def _opened(path: str) -> BinaryIO:
    try:
        return click.open_file(path, "rb")
    except OSError as failed:
        raise InputRefused([Problem(path, unreadable_file(failed))]) from failed


def _write(line: str) -> None:
    """One line of output, in UTF-8 whatever the terminal says, so that a script can rely on it."""
    click.echo(line.encode("utf-8", "backslashreplace"))


def _refuse(refused: InputRefused, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps(refused.to_json(), ensure_ascii=False), err=True)
    else:
        for problem in refused.problems:
            click.echo(f"{problem.where}: {problem.message}", err=True)
    sys.exit(2)
