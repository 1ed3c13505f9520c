"""規則: every rule of the calculation with formula, inputs, numbers by year, policies, sources and worked examples."""

from flask import Blueprint, render_template

from calc_core.fiscal_year import fiscal_year_of
from helpdesk.clock import in_japan
from helpdesk.errors import NotFound
from helpdesk.queries.rules import rule_page, rules_by_topic
from helpdesk.register.parameter_sets import parameters_in_force
from helpdesk.users.permissions import require
from helpdesk.views.request import desk, person, session

blueprint = Blueprint("rules", __name__, url_prefix="/calculations/rules")


@blueprint.before_request
def _only_who_sees_results() -> None:
    require(person(), "see_results", "算定の規則を見る")


@blueprint.get("/")
def index() -> str:
    """All rules by topic."""
    year = _this_year()
    topics = rules_by_topic(parameters_in_force(session()), year)
    return render_template("rules/index.html", topics=topics, year=year)


@blueprint.get("/<path:rule_id>")
def show(rule_id: str) -> str:
    """One rule."""
    year = _this_year()
    page = rule_page(rule_id, parameters_in_force(session()), year)
    if page is None:
        raise NotFound(f"規則「{rule_id[:60]}」はありません")
    return render_template("rules/show.html", rule=page, year=max(year, page.first_year))


def _this_year() -> int:
    return fiscal_year_of(in_japan(desk().clock()).date())
