"""Rows of a configuration table become records by what is declared of them, and by nothing else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.configuration import ID_AND_NAME, Choices, Columns, settings_rows, under_named_parents
from connectors.errors import InvalidData
from connectors.records import Ref, SettingsRow

BOARD = Columns(inactive="inactiveFlag", properties=("projectFlag", "location/name"))
FIELD = Columns(
    name=("caption",),
    choices=Choices(
        field="options",
        name="optionValue",
        inactive="inactiveFlag",
        told_by="entryTypeIdentifier",
        kinds=frozenset({"list"}),
    ),
)


def one(row: dict[str, Any], columns: Columns) -> SettingsRow:
    (found,) = settings_rows([row], columns, psa="ConnectWise")
    return found


@pytest.mark.requirement("R248", "C6")
def test_what_is_not_declared_is_not_kept() -> None:
    row = {"id": 1, "name": "Help Desk", "notifyEmailFrom": "desk@example.test", "password": "hunter2"}
    assert one(row, BOARD) == SettingsRow(id="1", name="Help Desk")


@pytest.mark.requirement("R180", "C5")
@pytest.mark.parametrize(
    ("columns", "row", "active"),
    [
        (Columns(inactive="inactiveFlag"), {"inactiveFlag": True}, False),
        (Columns(inactive="inactive"), {"inactive": False}, True),
        (Columns(active="isActive"), {"isactive": True}, True),
        (Columns(active="isActive"), {"IsActive": False}, False),
        (Columns(active="isActive"), {"isActive": None}, None),
        (Columns(inactive="inactiveFlag"), {}, None),
        (ID_AND_NAME, {"inactiveFlag": True}, None),
    ],
)
def test_each_table_s_own_flag_says_whether_a_row_is_active(
    columns: Columns, row: dict[str, Any], active: bool | None
) -> None:
    assert one({"id": 1, **row}, columns).active is active


def test_properties_are_single_values_by_the_psa_s_own_names() -> None:
    columns = Columns(
        properties=("a", "b", "c", "d", "e", "f", "location/name", "absent", "isVendor"),
        renamed={"isVendor": "vendorFlag"},
    )
    row = {
        "id": 1,
        "a": 4.0,
        "b": 2.5,
        "c": [5, 6],
        "d": {"x": 1},
        "e": None,
        "f": "x\x00y",
        "location": {"name": "Leeds"},
        "isVendor": True,
    }
    assert one(row, columns).properties == {
        "a": 4,
        "b": "2.5",
        "c": "5, 6",
        "d": None,
        "e": None,
        "f": "x\ufffdy",
        "location": "Leeds",
        "vendorFlag": True,
    }


def test_a_name_is_the_first_text_and_that_of_a_person_is_all_of_them() -> None:
    assert one({"id": 1, "label": " ", "name": "tier"}, Columns(name=("label", "name"))).name == "tier"
    person = Columns(name=("firstName", "lastName"), is_person=True, role="securityRole/name")
    row = one(
        {"id": 1, "firstName": "Robin", "lastName": "Admin", "securityRole": {"id": 63, "name": "Finance"}}, person
    )
    assert (row.name, row.properties) == ("Robin Admin", {"role": "Finance"})
    assert one({"id": 1, "firstName": "Robin"}, person).properties == {}


def test_options_are_what_may_be_chosen_and_retired_ones_are_remembered_by_name() -> None:
    options = [
        {"id": 1, "optionValue": "Gold", "inactiveFlag": False},
        {"id": 2, "optionValue": "Tin", "inactiveFlag": True},
    ]
    row = one({"id": 31, "caption": "Tier", "entryTypeIdentifier": "List", "options": options}, FIELD)
    assert row.options == (Ref(id="1", name="Gold"),)
    assert row.properties == {"inactiveOptions": "Tin"}


@pytest.mark.parametrize(
    ("kind", "listed", "options"),
    [("List", [], ()), ("EntryField", [], None), ("EntryField", None, None), (None, [], None)],
)
def test_a_field_without_options_is_told_from_one_that_offers_none(kind: Any, listed: Any, options: Any) -> None:
    assert one({"id": 1, "entryTypeIdentifier": kind, "options": listed}, FIELD).options == options


@pytest.mark.parametrize("identity", [None, "", " ", True, 1.5, {}])
def test_a_row_without_an_id_is_an_error(identity: Any) -> None:
    with pytest.raises(InvalidData, match="ConnectWise sent a row of its configuration without an id"):
        one({"id": identity, "name": "x"}, ID_AND_NAME)


@pytest.mark.parametrize(
    ("row", "parent"),
    [
        ({"slaid": 3}, Ref(id="3", name="")),
        ({"slaid": "3", "slaname": "Standard"}, Ref(id="3", name="Standard")),
        ({"slaid": ""}, None),
        ({"slaid": None}, None),
        ({"slaid": True}, None),
        ({}, None),
    ],
)
def test_a_parent_is_told_by_its_fields(row: dict[str, Any], parent: Ref | None) -> None:
    assert one({"id": 1, **row}, Columns(parent=("slaid", "slaname"))).parent == parent


def test_a_parent_s_name_is_looked_up_where_only_its_number_is_told() -> None:
    rows = settings_rows(
        [{"id": 1, "slaid": 3}, {"id": 2, "slaid": 9}, {"id": 4}], Columns(parent=("slaid",)), psa="Halo"
    )
    above = settings_rows([{"id": 3, "name": "Standard"}], ID_AND_NAME, psa="Halo")
    named = under_named_parents(rows, above)
    assert [row.parent for row in named] == [Ref(id="3", name="Standard"), Ref(id="9", name=""), None]


def test_each_id_comes_once_and_a_prefix_keeps_two_lists_apart() -> None:
    rows = settings_rows([{"id": 1, "name": "a"}, {"id": 1, "name": "b"}], ID_AND_NAME, psa="x", prefix="service-")
    assert [(row.id, row.name) for row in rows] == [("service-1", "a")]


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
ENTRY = st.dictionaries(st.sampled_from(("id", "name", "c", "g", "j")), PLAIN, max_size=3)
VALUE = PLAIN | st.lists(PLAIN | ENTRY, max_size=2) | ENTRY
ALL = Columns(
    name=("a", "b"),
    inactive="c",
    parent=("d", "e"),
    role="f/g",
    properties=("h", "i/j"),
    choices=Choices(field="k", inactive="c"),
)
NAMES = ("id", "a", "b", "c", "d", "e", "f", "h", "i", "k")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, VALUE)))
def test_whatever_comes_is_a_record_or_an_error_of_ours(row: dict[str, Any]) -> None:
    try:
        found = one(row, ALL)
    except InvalidData:
        return
    texts = [found.id, found.name, *(value for value in found.properties.values() if isinstance(value, str))]
    assert found.id.strip()
    assert not [text for text in texts if "\x00" in text]
    assert all(value is None or isinstance(value, str | int) for value in found.properties.values())
