import pytest

from connectors.contract import Setup, filter_from
from connectors.errors import BadSettings
from connectors.records import Because, Option, Table, Tables
from connectors.registry import build, specs

STATUSES = (
    Option(id="1", name="Active", flags={"inactiveFlag": False}),
    Option(id="2", name="Inactive"),
    Option(id="3", name="Not-Approved"),
    Option(id="4", name="Credit Hold", flags={"inactiveFlag": False}),
    Option(id="5", name="Solid (old)", flags={"inactiveFlag": True}),
    Option(id="6", name="CLOSED account"),
    Option(id="7", name="Hyperinactive Gold"),
)
TYPES = (
    Option(id="1", name="Client", flags={"vendorFlag": False}),
    Option(id="2", name="Prospect - hot"),
    Option(id="3", name="Supplier", flags={"vendorFlag": True}),
    Option(id="4", name="Former Client"),
    Option(id="5", name="Leadership circle"),
    Option(id="6", name="leads"),
    Option(id="7", name="Client, Gold"),
    Option(id="8", name="COMPETITOR"),
)


def tables(statuses: tuple[Option, ...] | None = STATUSES, types: tuple[Option, ...] | None = TYPES) -> Tables:
    def table(name: str, rows: tuple[Option, ...] | None) -> Table:
        return Table(name=name, rows=rows, because=None if rows is not None else Because.PERMISSION)

    return Tables(
        statuses=table("statuses", statuses),
        types=table("types", types),
        agreement_types=table("agreement_types", ()),
        billing_cycles=table("billing_cycles", ()),
    )


def names(rows: tuple[Option, ...] | None) -> list[str]:
    return [row.name for row in rows or ()]


@pytest.mark.requirement("R92", "R93")
def test_the_default_leaves_out_what_is_flagged_or_named_as_no_customer() -> None:
    which = filter_from(tables(), {})
    assert names(which.statuses) == ["Active", "Credit Hold", "Hyperinactive Gold"]
    assert names(which.left_out_statuses) == ["Inactive", "Not-Approved", "Solid (old)", "CLOSED account"]
    assert names(which.types) == ["Client", "Leadership circle", "Client, Gold"]
    assert names(which.left_out_types) == ["Prospect - hot", "Supplier", "Former Client", "leads", "COMPETITOR"]
    assert not which.custom


@pytest.mark.requirement("R93", "R95")
def test_an_operators_choice_is_by_label_without_case_and_wins_over_the_default() -> None:
    which = filter_from(
        tables(), {"include_statuses": " active , INACTIVE", "include_types": '"Client, Gold", Prospect - hot'}
    )
    assert names(which.statuses) == ["Active", "Inactive"]
    assert names(which.types) == ["Prospect - hot", "Client, Gold"]
    assert "Client" in names(which.left_out_types)
    assert which.custom


def test_one_half_may_be_chosen_and_the_other_left_to_the_default() -> None:
    which = filter_from(tables(), {"include_types": "Client"})
    assert names(which.types) == ["Client"]
    assert names(which.statuses) == ["Active", "Credit Hold", "Hyperinactive Gold"]
    assert which.custom


@pytest.mark.requirement("R95")
def test_an_unknown_label_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadSettings, match="include_statuses: “Activ” is not in this PSA"):
        filter_from(tables(), {"include_statuses": "Active,Activ"})


@pytest.mark.parametrize("unreadable", [None, ()])
def test_a_table_that_cannot_be_read_filters_nothing(unreadable: tuple[Option, ...] | None) -> None:
    which = filter_from(tables(statuses=unreadable), {"include_statuses": "Active"})
    assert which.statuses is None
    assert which.left_out_statuses == ()
    assert which.types is not None


@pytest.mark.parametrize("blank", ["", " ", ",", " , "])
def test_a_blank_choice_is_no_choice(blank: str) -> None:
    assert filter_from(tables(), {"include_statuses": blank}) == filter_from(tables(), {})


def test_rows_of_the_same_name_are_chosen_together() -> None:
    twice = (Option(id="1", name="Client"), Option(id="9", name="client "))
    which = filter_from(tables(types=twice), {"include_types": "Client"})
    assert which.types == twice


@pytest.mark.requirement("R97")
def test_an_unknown_psa_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadSettings, match=r"no PSA 'conectwise'. Known: .*connectwise"):
        build("conectwise", Setup(settings={}, secrets={}))


def test_each_kind_stands_for_itself() -> None:
    assert all(kind == spec.kind for kind, spec in specs().items())


@pytest.mark.requirement("R18", "R19")
def test_where_the_psa_flags_its_customers_nobody_else_is_one() -> None:
    types = tuple(
        Option(id=str(number), name=name, flags={"customerFlag": flag})
        for number, (name, flag) in enumerate({"Customer": True, "Partner": False, "Dead": None, "Lead": False}.items())
    )
    which = filter_from(tables(types=types), {})
    assert which.types is not None
    assert [row.name for row in which.types] == ["Customer"]
    assert [row.name for row in which.left_out_types] == ["Partner", "Dead", "Lead"]
    chosen = filter_from(tables(types=types), {"include_types": "Partner"})
    assert chosen.types is not None
    assert [row.name for row in chosen.types] == ["Partner"]
