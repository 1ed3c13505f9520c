"""Formulas that nothing has computed, as programs write them; those that Excel has computed are none."""

import pytest

from helpdesk.imports.formula_cells import cells_without_value


@pytest.mark.parametrize(
    "written",
    [
        '<c r="AB12"><f>1+1</f><v></v></c>',
        '<c r="AB12"><f>1+1</f><v/></c>',
        '<c r="AB12" s="3"><f>1+1</f></c>',
        '<c s="3" r="AB12"><f t="shared" si="0"/></c>',
        '<x:c r="AB12"><x:f>A1&gt;2</x:f><x:v /></x:c>',
    ],
)
def test_a_formula_without_its_value_is_found(written: str) -> None:
    assert cells_without_value(f'<row r="12">{written}</row>'.encode()) == [(12, "AB")]


@pytest.mark.parametrize(
    "written",
    [
        '<c r="A1"><f>1+1</f><v>2</v></c>',
        '<c r="A1" t="str"><f>IF(B1="","",B1)</f><v></v></c>',
        '<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        '<c r="A1" s="3"/><c r="B1"><v>2</v></c>',
        '<c r="A1" s="3"></c><cols/>',
        '<c r="A1"><f t="shared" si="0"/><v>5</v></c>',
        '<c r="A1" t="inlineStr"><is><t>=1+1</t></is></c>',
    ],
)
def test_whatever_has_its_value_is_not(written: str) -> None:
    assert cells_without_value(f'<row r="1">{written}</row>'.encode()) == []
