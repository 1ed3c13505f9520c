"""容量拠出金の年間: the areas' totals of a year, who bears them, and how much was computed and invoiced so far."""

from flask import render_template

from helpdesk.forms.statements import check_year
from helpdesk.queries import statements_contribution as queries
from helpdesk.settlement.area_contributions import RULE
from helpdesk.views.request import session
from helpdesk.views.statements import blueprint


@blueprint.get("/contribution/<int:year>")
def contribution(year: int) -> str:
    """The whole year on one page; nothing is changed here."""
    found = queries.contribution_year(session(), check_year(year))
    return render_template(
        "statements_contribution/year.html",
        found=found,
        year=year,
        parts=queries.PARTS,
        plot_width=queries.WIDTH,
        bar_height=queries.BAR,
        rule=RULE,
    )
