"""`helpdesk fleet`: the year of all resources from a folder of files, or (`recompute`) from what is registered.

Computing a folder needs no instance, no database and no web stack.
"""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from calc_core import catalogue, exact
from calc_core.configuration_file import read_configuration
from calc_core.errors import InputRefused, Problem
from calc_core.fiscal_year import DELIVERY_MONTHS
from calc_core.fleet import FleetResult, assess
from calc_core.fleet.output import writer_for
from calc_core.fleet.tables import read_fleet, refuse_an_input_as_output
from calc_core.fleet.terms import terms_of

PROBLEMS_SHOWN = 200
WARNINGS_SHOWN = 20


@click.group(help="全電源等の年度の算定")
def command() -> None:
    """`helpdesk fleet`."""


@command.command("assess", help="年度のアセスメント・ペナルティ・各月の金額を、全電源等について算定します")
@click.option("--year", required=True, help="実需給年度（例 2026）")
@click.option(
    "--input",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="resources.csv と slots-YYYY-MM.parquet のフォルダー",
)
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="結果のファイル（.csv か .parquet）",
)
@click.option("--parameters", "parameters_file", help="設定値の TOML ファイル")
@click.option("--json", "as_json", is_flag=True, help="まとめを JSON で出力します")
def assess_command(year: str, folder: Path, output: Path, parameters_file: str | None, as_json: bool) -> None:
    """Compute the fleet of a folder; nothing is written where anything is refused."""
    try:
        checked = _year(year)
        write = writer_for(output)
        refuse_an_input_as_output(folder, output)
        parameters = None if parameters_file is None else _configuration(Path(parameters_file))
        terms_of(checked, parameters)  # a year without rules is told as such, not as files that are missing
        _say(f"{folder} を読んでいます")
        tables = read_fleet(folder, checked)
        _say(f"電源等 {len(tables.resources):,} 件、{len(tables.months)} か月分を算定しています")
        result = assess(checked, tables.resources, tables.months, parameters=parameters, progress=_progress)
    except InputRefused as refused:
        _refuse(refused, as_json)
    try:
        write(result)
    except InputRefused as refused:
        _refuse(refused, as_json)
    except OSError as failed:
        raise click.ClickException(f"{output} に書き出せません（{failed.strerror or failed}）") from failed
    warnings = [*tables.warnings, *result.warnings]
    for each in warnings[:WARNINGS_SHOWN]:
        _say(f"注意: {each}")
    if len(warnings) > WARNINGS_SHOWN:
        _say(f"注意がほかに {len(warnings) - WARNINGS_SHOWN:,} 件あります（--json ですべて出力します）")
    _tell(_summary(result, output, len(tables.resources), warnings), as_json)


@command.command("recompute", help="登録されている入力で算定し直し、結果の版として記録します")
@click.option("--year", required=True, type=int, help="実需給年度（例 2026）")
@click.option(
    "--until",
    "last_month",
    type=int,
    help="4月からこの月分まで（4〜12、1〜3。省くと、その年度の終わった最後の月）",
)
@click.option("--business", help="この事業者の電源等だけ（事業者コード）")
@click.option("--resource", help="この電源等だけ（電源等の番号）")
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def recompute_command(
    year: int, last_month: int | None, business: str | None, resource: str | None, as_json: bool
) -> None:
    """Compute what is registered in the instance."""
    from helpdesk.commands.fleet_recompute import recompute  # the one that needs an instance

    recompute(year, last_month, business=business, resource=resource, as_json=as_json)


@command.command("slots", help="取り込んだ停止計画・発電上限から、コマ別の供給力と倍率を作ります")
@click.option("--year", required=True, type=int, help="実需給年度（例 2026）")
@click.option("--month", "months", type=int, multiple=True, help="実需給月（省くと4月〜3月。繰り返せます）")
@click.option("--all", "everybody", is_flag=True, help="計画のない電源等の分も作り直します")
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def slots_command(year: int, months: tuple[int, ...], everybody: bool, as_json: bool) -> None:
    """Make the slots of the instance from its plans."""
    from helpdesk.commands.fleet_slots import make_slots  # needs an instance

    make_slots(year, months or DELIVERY_MONTHS, everybody=everybody, as_json=as_json)


def _configuration(path: Path) -> dict[str, Any]:
    found = read_configuration(path)
    for name in found:
        if name not in (*catalogue.rule_ids(), "multiplier_conditions"):
            _say(f"注意: 設定ファイルの {name} に当たる規則はありません（使いません）")
    return found


def _year(text: str) -> int:
    problems: list[Problem] = []
    year = catalogue.check_fiscal_year(text, problems)
    if year is None:
        raise InputRefused(problems)
    return year


def _progress(done: int, of: int) -> None:
    _say(f"{DELIVERY_MONTHS[done - 1]}月分まで算定しました（{done}/{of}）")


def _summary(result: FleetResult, output: Path, resources: int, warnings: list[str]) -> dict[str, Any]:
    outage = total = payment = 0
    for each in result.months:
        outage += each.penalty_outage_yen
        total += each.penalty_total_yen
        payment += each.payment_yen
    return {
        "fiscal_year": result.fiscal_year,
        "output": str(output),
        "resources": resources,
        "rows": len(result.months),
        "penalty_outage_yen": exact.text(outage),
        "penalty_total_yen": exact.text(total),
        "payment_yen": exact.text(payment),
        "warnings": warnings,
    }


def _tell(summary: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False).encode("utf-8", "backslashreplace"))
        return
    click.echo(f"{summary['output']} に {summary['rows']:,} 行を書き出しました")
    click.echo(f"容量停止計画のペナルティ額（上限適用前） {int(summary['penalty_outage_yen']):,} 円")
    click.echo(f"ペナルティ額（上限適用後、稼働抑制を除く） {int(summary['penalty_total_yen']):,} 円")
    click.echo(f"容量確保契約金額（各月）の合計 {int(summary['payment_yen']):,} 円")


def _say(line: str) -> None:
    click.echo(line.encode("utf-8", "backslashreplace"), err=True)


def _refuse(refused: InputRefused, as_json: bool) -> NoReturn:
    if as_json:
        _say(json.dumps(refused.to_json(), ensure_ascii=False))
    else:
        for problem in refused.problems[:PROBLEMS_SHOWN]:
            _say(f"{problem.where}: {problem.message}")
        if len(refused.problems) > PROBLEMS_SHOWN:
            _say(f"問題がほかに {len(refused.problems) - PROBLEMS_SHOWN:,} 件あります")
    sys.exit(2)
