from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.records import Ref
from rules.conditions import compile_condition
from rules.engine import Engine
from rules.facts import account_facts
from rules.predicate import Predicate
from rules.repair import enough_to_fix
from rules.vocabulary import AGREEMENT
from tests.rules.cases import (
    DAY,
    NOW,
    PROSPECT,
    TODAY,
    account,
    agreement,
    case,
    expired,
    not_in_copy,
    not_recurring,
    one_time,
    ref,
)

PROSPECTIVE = account(types=(ref(PROSPECT),))


def enough(engine: Engine, **changes: Any) -> tuple[str, ...]:
    return engine.diagnose(case(**changes)).enough_to_fix


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, ()),
        ({"agreements": (not_recurring(),)}, ("agreement-billing-cycle",)),
        # The server works the status out from the dates, so the dates alone are enough.
        ({"agreements": (expired(),)}, ("agreement-in-date-range",)),
        ({"agreements": (agreement(starts_on=TODAY + DAY, status="Inactive"),)}, ("agreement-in-date-range",)),
        ({"agreements": (expired(cancelled=True),)}, ("agreement-is-active", "agreement-in-date-range")),
        ({"agreements": (agreement(cancelled=True, status="Cancelled"),)}, ("agreement-is-active",)),
        # One choice in ConnectWise: a cycle in the place of One Time repairs both.
        ({"agreements": (one_time(),)}, ("agreement-is-recurring",)),
        # The agreement that needs the least is the one to repair.
        ({"agreements": (expired(cancelled=True), not_recurring(id="90"))}, ("agreement-billing-cycle",)),
        ({"account": PROSPECTIVE}, ("account-is-customer",)),
        (
            {"account": PROSPECTIVE, "agreements": (not_recurring(),)},
            ("account-is-customer", "agreement-billing-cycle"),
        ),
        ({"agreements": (), "cached": not_in_copy()}, ("agreement-exists",)),
        (
            {"account": PROSPECTIVE, "agreements": (), "cached": not_in_copy()},
            ("account-is-customer", "agreement-exists"),
        ),
        ({"account": account(deleted=True)}, ("account-not-recycled",)),
        ({"account": account(created_at=NOW - DAY), "cached": not_in_copy()}, ("synced-since-change",)),
        (
            {"agreements": (not_recurring(changed_at=NOW - DAY),), "cached": not_in_copy()},
            ("agreement-billing-cycle", "synced-since-change"),
        ),
        # What is shown already needs no sync to be shown.
        ({"agreements": (agreement(changed_at=NOW - DAY),)}, ()),
        # Something that decides stays unknown, so no repair can be promised.
        ({"agreements": (not_recurring(status=None),)}, ()),
        ({"account": account(types=None), "agreements": (not_recurring(),)}, ()),
    ],
)
def test_the_smallest_set_that_is_enough(engine: Engine, changes: dict[str, Any], rules: tuple[str, ...]) -> None:
    assert enough(engine, **changes) == rules


def test_a_rule_that_does_not_say_what_its_repair_changes_is_taken_to_pass(engine: Engine) -> None:
    cards = [replace(card, repair={}) if card.id == "agreement-billing-cycle" else card for card in engine.cards]

    assert enough(Engine(cards), agreements=(not_recurring(),)) == ("agreement-billing-cycle",)


def test_a_repair_that_does_not_help_promises_nothing(engine: Engine) -> None:
    useless = {"agreement-billing-cycle": {"billing_option": "NotRecurring"}}
    cards = [replace(card, repair=useless.get(card.id, card.repair)) for card in engine.cards]

    assert enough(Engine(cards), agreements=(not_recurring(),)) == ()


def test_with_very_many_failing_rules_all_of_them_are_named(engine: Engine) -> None:
    card = engine.card("agreement-is-recurring")
    assert card is not None
    never = compile_condition({"name": "never"}, AGREEMENT)
    copies = [replace(card, id=f"own-{number}", expect=never, repair={}) for number in range(9)]

    assert set(enough(Engine([*engine.cards, *copies]))) == {copy.id for copy in copies}


maybe = st.sampled_from
odd_agreements = st.builds(
    agreement,
    status=maybe(["Active", "Expired", "Inactive"]),
    cancelled=st.booleans(),
    starts_on=maybe([TODAY, TODAY + DAY]),
    one_time=st.booleans(),
    billing_option=maybe(["Monthly", "NotRecurring"]),
)
odd_accounts = st.builds(
    account,
    types=maybe([(ref(PROSPECT),), (Ref(id="1", name="Client"),)]),
    status=maybe([Ref(id="1", name="Active"), Ref(id="2", name="Inactive")]),
    deleted=st.booleans(),
)


@settings(max_examples=100, deadline=None)
@given(odd_accounts, st.lists(odd_agreements, max_size=3))
def test_what_is_enough_fails_today_and_nothing_smaller_would_do(engine: Engine, who: Any, some: list[Any]) -> None:
    told = case(account=who, agreements=tuple(some), cached=not_in_copy())
    predicate = Predicate.of(engine.cards)
    facts = account_facts(told)
    judged = predicate.judge(facts)
    rules = () if judged.visible else enough_to_fix(predicate, facts)

    assert bool(rules) is (judged.visible is False)
    assert set(rules) <= set(judged.reasons)
    assert len(rules) <= len(judged.reasons)
