"""`helpdesk fleet slots`: the slots of an instance are made from its outage plans and generation limits."""

from collections.abc import Sequence

import click

from helpdesk.commands.instance import KEYBOARD, opened, print_json, refuse
from helpdesk.errors import Conflict, Refused
from helpdesk.workflows.derive_slots import ALL, derive_slots


def make_slots(year: int, months: Sequence[int], *, everybody: bool, as_json: bool) -> None:
    """Derive and tell what came of it; what is known already stays as it is."""
    try:
        with opened() as desk:
            done = derive_slots(
                desk,
                fiscal_year=year,
                delivery_months=months,
                resources=ALL if everybody else None,
                by=KEYBOARD,
            )
    except (Refused, Conflict) as refused:
        refuse(refused)
    if as_json:
        print_json(done)
        return
    for each in done["warnings"]:
        click.echo(f"注意: {each}", err=True)
    click.echo(f"{done['derived']:,} 件の電源等を確かめ、{len(done['files'])} 個の表を新しい版にしました")
