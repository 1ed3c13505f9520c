"""Every page of the application: one blueprint a screen group; the case's screen is spread over three modules."""

from flask import Blueprint

from helpdesk.views import (
    admin,
    calculations,
    case_answers,
    case_files,
    case_work,
    cases,
    checklists,
    design,
    health,
    home,
    kb,
    mailbox,
    reports,
    sign_in,
)

assert case_answers.blueprint is case_files.blueprint is case_work.blueprint is cases.blueprint, (
    "one blueprint for the case's screen"
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    home.blueprint,
    sign_in.blueprint,
    cases.blueprint,
    calculations.blueprint,
    kb.blueprint,
    reports.blueprint,
    checklists.blueprint,
    admin.blueprint,
    mailbox.blueprint,
    design.blueprint,
    health.blueprint,
)
