"""Every record of every kind is as long as the standard says, and every field can be named."""

import pytest

from helpdesk.ledger.bank_files.layouts import (
    ACCOUNT_STATEMENT,
    DATA,
    DEPOSIT_NOTICE,
    LARGE_NOTICE_DATA,
    TRANSFER_REQUEST,
    TRANSFER_RESULT,
)

_RECORDS = [
    (layout.label, record, fields, layout.length)
    for layout in (TRANSFER_REQUEST, TRANSFER_RESULT, DEPOSIT_NOTICE, ACCOUNT_STATEMENT)
    for record, fields in layout.records.items()
] + [("振込入金通知 B", DATA, LARGE_NOTICE_DATA, 200)]


@pytest.mark.parametrize(("label", "record", "fields", "length"), _RECORDS)
def test_the_fields_of_a_record_fill_it(label, record, fields, length) -> None:
    assert sum(field.length for field in fields) == length
    names = [field.name for field in fields if field.name != "dummy"]
    assert len(names) == len(set(names))
    assert all(field.label and field.kind in ("9", "X") for field in fields)
