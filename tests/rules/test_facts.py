from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from connectors.records import EMPTY_REF, Access, Because, Option, Ref
from rules.absence import because_of
from rules.facts import account_facts, connection_facts
from rules.model import Case, Live
from rules.vocabulary import SCOPES, Asks, Fact, FactType, Scope
from tests.rules.cases import (
    ACTIVE,
    CLIENT,
    COMPANIES,
    COPIED,
    CREDIT_HOLD,
    DAY,
    FILTER,
    LAST_SYNC,
    LEGACY,
    LONG_AGO,
    MANAGED,
    PROSPECT,
    TODAY,
    account,
    agreement,
    blank,
    case,
    not_in_copy,
    ref,
    synced,
    unreadable,
    with_rows,
)
from tests.rules.psas import case_of, line


def first_agreement(changed: Case) -> dict[str, Any]:
    agreements: Any = account_facts(changed)["agreements"]
    return dict(agreements[0])


def test_what_the_psa_did_not_say_is_absent() -> None:
    facts = account_facts(case(account=account(status=None, types=None, deleted=None, parent=None, changed_at=None)))

    assert not {"status", "status_is_pulled", "types", "types_are_pulled", "deleted", "parent", "changed_at"} & set(
        facts
    )


def test_what_was_read_and_is_empty_is_null() -> None:
    facts = account_facts(case(account=account(status=EMPTY_REF, types=(), parent=EMPTY_REF)))

    assert [facts[name] for name in ("status", "types", "parent")] == [None, None, None]
    assert facts["status_is_pulled"] is False
    assert facts["types_are_pulled"] is False


@pytest.mark.requirement("R93", "R95")
def test_types_and_statuses_are_matched_by_the_tenants_own_ids() -> None:
    renamed = account(status=Ref(id=ACTIVE.id, name="Aktiv"), types=(Ref(id=CLIENT.id, name="Kunde"),))
    same_names = account(status=Ref(id="77", name="Active"), types=(Ref(id="78", name="Client"),))

    assert account_facts(case(account=renamed))["status_is_pulled"] is True
    assert account_facts(case(account=renamed))["types_are_pulled"] is True
    assert account_facts(case(account=same_names))["status_is_pulled"] is False
    assert account_facts(case(account=same_names))["types_are_pulled"] is False


@pytest.mark.requirement("R91")
def test_one_pulled_type_of_several_is_enough() -> None:
    both = account(types=(ref(PROSPECT), ref(CLIENT)))

    assert account_facts(case(account=both))["types_are_pulled"] is True


@pytest.mark.requirement("R96")
def test_without_the_tenants_tables_nothing_is_said_about_the_filter() -> None:
    unread = replace(FILTER, statuses=None, types=None)
    facts = account_facts(case(filter=unread, tables=None))

    assert not {name for name in facts if "pulled" in name or "in_table" in name or "standard" in name}
    assert "filter_is_custom" not in account_facts(case(filter=None))


def test_a_status_is_standard_by_the_name_of_its_row_not_by_its_id_or_the_records_word() -> None:
    rows = (Option(id="1", name="Gold"), Option(id="27", name=" ACTIVE "))
    tables = with_rows("statuses", rows)

    def standard(status: Ref) -> object:
        facts = account_facts(case(account=account(status=status), tables=tables))
        return facts.get("status_is_standard"), facts.get("status_in_table")

    assert standard(Ref(id="1", name="Active")) == (False, True)
    assert standard(Ref(id="27", name="Gold")) == (True, True)
    assert standard(Ref(id="99", name="Active")) == (None, False)
    assert standard(EMPTY_REF) == (None, None)


def test_an_end_that_is_open_by_the_psas_own_word_is_null_and_an_untold_one_is_absent() -> None:
    assert first_agreement(case(agreements=(agreement(open_ended=True),)))["ends_on"] is None
    assert "ends_on" not in first_agreement(case(agreements=(agreement(open_ended=None),)))
    assert "ends_on" not in first_agreement(case(agreements=(agreement(open_ended=False),)))


@pytest.mark.requirement("R34")
def test_a_billing_cycle_is_looked_up_in_the_tenants_own_table() -> None:
    told = first_agreement(case(agreements=(agreement(billing_option=None),)))
    unread = with_rows("billing_cycles", None, Because.PERMISSION)
    untold = first_agreement(case(agreements=(agreement(billing_option=None),), tables=unread))
    without_tables = first_agreement(case(agreements=(agreement(billing_option=None),), tables=None))

    assert told["billing_option"] == "Monthly"
    assert "billing_option" not in untold
    assert "billing_option" not in without_tables


def test_a_billing_cycle_without_an_id_is_none_at_all() -> None:
    assert first_agreement(case(agreements=(agreement(billing_cycle=EMPTY_REF),)))["billing_cycle"] is None
    assert first_agreement(case(agreements=(agreement(billing_cycle=Ref(id="", name="x")),)))["billing_cycle"] is None
    assert "billing_cycle" not in first_agreement(case(agreements=(agreement(billing_cycle=None),)))


def test_a_pointer_without_a_name_is_told_by_its_id() -> None:
    assert first_agreement(case(agreements=(agreement(type=Ref(id="5", name="")),)))["type"] == "5"


@pytest.mark.requirement("R42")
def test_the_allow_list_is_told_where_the_psa_tells_it() -> None:
    tables = with_rows("agreement_types", (MANAGED, LEGACY, Option(id="3", name="Unsaid")))
    silent = with_rows("agreement_types", (Option(id="5", name="Managed"),))
    legacy = agreement(type=ref(LEGACY))

    assert account_facts(case(tables=tables))["hidden_types"] == ("Legacy Hosting",)
    assert "hidden_types" not in account_facts(case(tables=silent))
    assert "hidden_types" not in account_facts(case(tables=None))
    assert first_agreement(case(tables=tables, agreements=(legacy,)))["type_is_allowed"] is False
    assert "type_is_allowed" not in first_agreement(case(tables=silent))
    assert "type_is_allowed" not in first_agreement(case(agreements=(agreement(type=None),)))


def test_the_active_twin_is_named_only_when_there_is_exactly_one() -> None:
    live, other = account(id="5120", deleted=False), account(id="5200", deleted=False)
    recycled, unsure = account(id="2277", deleted=True), account(id="3000", deleted=None)

    def active(*twins: Any) -> object:
        return account_facts(case(twins=twins)).get("active_twin", "absent")

    assert active() is None
    assert active(recycled) is None
    assert active(live, recycled) == "5120"
    assert active(live, other) == "absent"
    assert active(recycled, unsure) == "absent"
    assert "twins" not in account_facts(case(twins=None))


def test_rights_are_told_by_the_probes_that_were_made() -> None:
    agreements = replace(COMPANIES, id="agreements", access=Access.EMPTY)
    facts = account_facts(case(probes=(COMPANIES, agreements)))

    assert (facts["account_access"], facts["agreement_access"]) == ("granted", "empty")
    assert "account_access" not in account_facts(case(probes=None))
    assert "account_access" not in account_facts(case(probes=(replace(COMPANIES, id="catalog"),)))


def test_the_copy_is_told_with_the_age_of_each_agreement() -> None:
    gone = agreement(id="61", name="Old hosting", type=ref(LEGACY))
    cached = synced(agreements=(agreement(), gone), last_seen={"61": LAST_SYNC - DAY})
    facts = account_facts(case(cached=cached))
    copied: Any = facts["copied_agreements"]

    assert [row["last_seen_at"] for row in copied] == [COPIED, LAST_SYNC - timedelta(days=1)]
    assert facts["copied_changed_at"] == LONG_AGO
    assert facts["in_copy"] is True
    assert "copied_changed_at" not in account_facts(case(cached=synced(account=None)))
    assert "copied_agreements" not in account_facts(case(cached=not_in_copy()))


def test_never_synced_is_null_and_a_sync_of_unknown_start_is_absent() -> None:
    assert account_facts(blank())["last_full_sync_at"] is None
    assert "last_full_sync_at" not in account_facts(case(last_full_sync_started_at=None))
    assert connection_facts(case())["last_full_sync_at"] == LAST_SYNC


def test_the_copy_stands_in_only_where_the_psa_could_not_be_read() -> None:
    kept = agreement(id="61")
    cached = synced(account=account(name="As copied"), agreements=(agreement(), kept), last_seen={"61": LAST_SYNC})
    down: dict[str, Any] = {"account": None, "agreements": None, "cached": cached}

    from_copy = account_facts(case(live=unreadable(), **down))
    gone = account_facts(case(live=Live(present=False), **down))

    assert from_copy["name"] == "As copied"
    assert [row["id"] for row in from_copy["agreements"]] == ["88"]  # type: ignore[attr-defined]  # of type records
    assert "name" not in gone
    assert "agreements" not in gone


def test_an_active_mark_stands_in_both_directions() -> None:
    def active(**marks: bool) -> object:
        return account_facts(case(account=account(**marks))).get("active", "absent")

    assert active() == "absent"
    assert [active(active=True), active(active=False)] == [True, False]
    assert [active(disabled=True), active(disabled=False)] == [False, True]
    assert active(active=True, disabled=False) is True


def test_no_first_day_by_the_psas_own_word_is_null() -> None:
    assert first_agreement(case(agreements=(agreement(starts_on=date.min),)))["starts_on"] is None


def test_an_agreement_is_compared_with_the_copy_only_where_both_were_read() -> None:
    live = case_of("autotask")
    changed = replace(live.agreements[0], name="Managed 2027") if live.agreements else agreement()

    assert first_agreement(live)["same_as_copy"] is True
    assert first_agreement(replace(live, agreements=(changed,)))["same_as_copy"] is False
    assert "same_as_copy" not in first_agreement(replace(live, live=unreadable()))
    assert "same_as_copy" not in first_agreement(replace(live, cached=not_in_copy()))
    assert "same_as_copy" not in first_agreement(case(cached=synced(agreements=(agreement(type=None),))))


def test_agreements_of_the_parent_are_told_beside_its_own() -> None:
    both = account_facts(case(agreements=None, parent_agreements=(agreement(id="7"),)))

    assert "agreements" not in both
    assert [row["id"] for row in both["parent_agreements"]] == ["7"]  # type: ignore[attr-defined]  # of type records


def every_fact(facts: Any, scope: Scope) -> list[tuple[Fact, object]]:
    """Every told fact with its entry in the vocabulary, those of records too."""
    told = []
    for name, value in facts.items():
        fact = scope[name]
        told.append((fact, value))
        for row in value or () if fact.type is FactType.RECORDS else ():
            told += every_fact(row, fact.of or {})
    return told


TYPES = {
    FactType.TEXT: "str",
    FactType.FLAG: "bool",
    FactType.NUMBER: "Decimal",
    FactType.DAY: "date",
    FactType.MOMENT: "datetime",
    FactType.TEXTS: "tuple",
    FactType.RECORDS: "tuple",
}


def test_every_fact_is_in_the_vocabulary_and_of_its_type() -> None:
    twin = account(id="2277", deleted=True, deleted_at=COPIED)
    seats = line(recurring=True, active=True, billable=True, starts_on=TODAY, ends_on=TODAY)
    rich = agreement(pending=False, paused=False, recurring=True, parent=Ref(id="80", name="Group"), lines=(seats,))
    full = case(
        account=account(deleted_at=COPIED, status=ref(CREDIT_HOLD), active=True, disabled=False),
        twins=(twin,),
        agreements=(rich,),
        parent_agreements=(rich,),
        psa_version="2.146",
    )
    told = every_fact(account_facts(full), SCOPES[Asks.ACCOUNT])
    told += every_fact(connection_facts(full), SCOPES[Asks.CONNECTION])

    assert len(told) > 120
    for fact, value in told:
        assert value is None or type(value).__name__ == TYPES[fact.type]


@pytest.mark.parametrize(
    ("absent", "changes", "because"),
    [
        (("types_are_pulled",), {"tables": with_rows("types", None, Because.PERMISSION)}, Because.PERMISSION),
        (("status_is_pulled",), {"tables": with_rows("statuses", None, Because.PSA_DOWN)}, Because.PSA_DOWN),
        (("status_is_standard",), {"tables": with_rows("statuses", None)}, Because.INPUT_MISSING),
        (("billing_option",), {"tables": with_rows("billing_cycles", None, Because.PERMISSION)}, Because.PERMISSION),
        (("hidden_types",), {"tables": with_rows("agreement_types", (Option(id="5", name="x"),))}, Because.NOT_EXPOSED),
        (("agreements",), {"agreements": None, "agreements_because": Because.PERMISSION}, Because.PERMISSION),
        (("parent_agreements",), {"parent_agreements_because": Because.PSA_DOWN}, Because.PSA_DOWN),
        (("psa_version",), {"psa_version_because": Because.PERMISSION}, Because.PERMISSION),
        (("psa_version",), {"psa_version": "2.146"}, Because.INPUT_MISSING),
        (("probes",), {"probes": None, "probes_because": Because.PSA_DOWN}, Because.PSA_DOWN),
        (("deleted",), {"live": unreadable()}, Because.PSA_DOWN),
        (("deleted",), {}, Because.INPUT_MISSING),
        (("deleted",), {"tables": None}, Because.INPUT_MISSING),
        (
            ("agreements", "types_are_pulled"),
            {
                "agreements": None,
                "agreements_because": Because.PSA_DOWN,
                "tables": with_rows("types", None, Because.PERMISSION),
            },
            Because.PERMISSION,
        ),
    ],
)
def test_an_absent_fact_knows_why(absent: tuple[str, ...], changes: dict[str, Any], because: Because) -> None:
    assert because_of(absent, case(**changes)) is because
