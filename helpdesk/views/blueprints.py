"""Every page of the application: one blueprint a screen group; the case's screen is spread over three modules."""

from flask import Blueprint

from helpdesk.views import (
    admin,
    alerts,
    assessment,
    assessment_resources,
    assessment_results,
    books,
    calculations,
    calls,
    case_answers,
    case_files,
    case_work,
    cases,
    checklists,
    design,
    health,
    home,
    imports,
    incident_work,
    incidents,
    invitations,
    kb,
    low_reserve,
    mailbox,
    manual,
    objections,
    parameters,
    portal,
    portal_cases,
    portal_inquiry,
    portal_notices,
    portal_objection,
    portal_statements,
    reports,
    rules,
    settlement,
    settlement_accounts,
    settlement_dunning,
    settlement_receipts,
    sign_in,
    statements,
    statements_approvals,
    statements_contribution,
    statements_list,
    statements_show,
    transfers,
)

assert case_answers.blueprint is case_files.blueprint is case_work.blueprint is cases.blueprint, (
    "one blueprint for the case's screen"
)
assert all(
    each.blueprint is settlement.blueprint
    for each in (settlement_accounts, settlement_dunning, settlement_receipts)
), "one blueprint for the money"
assert all(
    each.blueprint is statements.blueprint
    for each in (statements_approvals, statements_contribution, statements_list, statements_show)
), "one blueprint for the statements"
assert all(
    each.blueprint is assessment.blueprint for each in (assessment_resources, assessment_results, low_reserve)
), "one blueprint for the assessment"
assert incidents.blueprint is incident_work.blueprint is alerts.blueprint, "one blueprint for the watch"
assert all(
    each.blueprint is portal.blueprint
    for each in (portal_cases, portal_inquiry, portal_notices, portal_objection, portal_statements)
), "one blueprint for the portal"

BLUEPRINTS: tuple[Blueprint, ...] = (
    home.blueprint,
    sign_in.blueprint,
    cases.blueprint,
    objections.blueprint,
    calls.blueprint,
    statements.blueprint,
    settlement.blueprint,
    transfers.blueprint,
    books.blueprint,
    imports.blueprint,
    assessment.blueprint,
    calculations.blueprint,
    rules.blueprint,
    parameters.blueprint,
    kb.blueprint,
    reports.blueprint,
    checklists.blueprint,
    alerts.blueprint,
    admin.blueprint,
    invitations.blueprint,
    portal.blueprint,
    mailbox.blueprint,
    manual.blueprint,
    design.blueprint,
    health.blueprint,
)
