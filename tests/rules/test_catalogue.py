"""What every rule card must be, built in today or tomorrow: adding a card adds no test."""

import json

import jsonschema
import pytest

from rules.cards import Card
from rules.engine import CATALOGUE, Engine
from rules.examples import WHEN, check_examples
from rules.literals import Facts
from rules.model import State
from rules.pages import rules_page
from rules.phrasing import Phrase, phrase
from rules.places import PLACES, TITLES
from rules.reading import read_card
from rules.running import run
from rules.schema import SCHEMA_FILE, card_schema, schema_text
from rules.shapes import Decides, Expect
from tests.rules.cases import account, agreement, blank, case
from tests.rules.psas import NOUNS, OTHERS

IDS = sorted(file.stem for file in CATALOGUE.glob("*.yaml"))

EVERY = ("connectwise", *OTHERS)
AUTOTASK, CONNECTWISE, KASEYA = ("autotask",), ("connectwise",), ("kaseya-bms", "pulseway")

# interface.md §6, those that need no register of mappings, and agreement-bills-on-schedule, which only advises.
RULES = {
    "synced-since-change",
    "account-is-customer",
    "account-is-active",
    "account-status-is-standard",
    "account-not-recycled",
    "account-name-is-unique",
    "account-is-readable",
    "agreement-exists",
    "agreement-is-active",
    "agreement-in-date-range",
    "agreement-is-recurring",
    "agreement-billing-cycle",
    "agreement-not-stale",
    "permissions",
    "account-name-is-real",
    "agreement-has-lines",
    "agreement-type-is-allowed",
    "agreement-bills-on-schedule",
    "billing-not-on-parent",
    "psa-version",
}
# Each reason that the documents give, by the words that they give it in: its rule, and the PSAs that it is for.
REASONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Step 1: Did you run a Full PSA Sync?": ("synced-since-change", EVERY),
    "You added a new customer to your PSA and they are not showing up": ("synced-since-change", EVERY),
    "two versions of the same customer in the mapping list with different IDs": ("account-name-is-unique", EVERY),
    "Autotask 1. Account Type must be Customer": ("account-is-customer", AUTOTASK),
    "Autotask 1. literal text like clientName": ("account-name-is-real", AUTOTASK),
    "Autotask 2. no contracts at all": ("agreement-exists", AUTOTASK),
    "Autotask 2. only one-time contracts": ("agreement-is-recurring", AUTOTASK),
    "Autotask 2. at least one active contract?": ("agreement-is-active", AUTOTASK),
    "Autotask 2. Active (not Cancelled, Expired, or Pending)?": ("agreement-is-active", AUTOTASK),
    "Autotask 2. contain a Recurring Service?": ("agreement-has-lines", AUTOTASK),
    "Autotask 2. within the date range that's currently active?": ("agreement-in-date-range", AUTOTASK),
    "Autotask 3. All permission to Customer & Cancellation under CRM": ("account-is-readable", AUTOTASK),
    "Autotask 3. the full required permission set": ("permissions", AUTOTASK),
    "Autotask: billing can be directed to a parent organization": ("billing-not-on-parent", AUTOTASK),
    "1. Agreement Billing Cycle is set to None": ("agreement-billing-cycle", CONNECTWISE),
    "2. The ConnectWise Recycle Bin": ("account-not-recycled", CONNECTWISE),
    "3. Security role permissions: Inquire on Company Maintenance": ("account-is-readable", CONNECTWISE),
    "3. the right agreement types in the Allow list": ("agreement-type-is-allowed", CONNECTWISE),
    "3. none returned, for its type is not allowed": ("agreement-exists", CONNECTWISE),
    "3. Security role permissions: Customize on Table Setup": ("permissions", CONNECTWISE),
    "agreements may stay as stale data": ("agreement-not-stale", EVERY),
    "4. Custom company statuses": ("account-status-is-standard", CONNECTWISE),
    "companies listed as Prospects are not pulled": ("account-is-customer", CONNECTWISE),
    "companies with the status not-approved are not selectable": ("account-is-active", CONNECTWISE),
    "HaloPSA: running version 2.146 or newer?": ("psa-version", ("halopsa",)),
    "HaloPSA: at least one active recurring invoice line item?": ("agreement-has-lines", ("halopsa",)),
    "HaloPSA: active recurring invoice": ("agreement-is-active", ("halopsa",)),
    "HaloPSA: API user's role permission set correctly?": ("permissions", ("halopsa",)),
    "Syncro: recurring invoice": ("agreement-exists", ("syncro",)),
    "Syncro: recurring invoice line item?": ("agreement-has-lines", ("syncro",)),
    "Syncro: API token permissions still set correctly?": ("permissions", ("syncro",)),
    "Syncro: a disabled customer": ("account-is-active", ("syncro",)),
    "Syncro: a paused schedule": ("agreement-bills-on-schedule", ("syncro",)),
    "BMS and Pulseway: active contract": ("agreement-is-active", KASEYA),
    "BMS and Pulseway: recurring billable contract": ("agreement-is-recurring", KASEYA),
    "BMS and Pulseway: the documented permissions": ("permissions", KASEYA),
    "BMS and Pulseway: active account": ("account-is-active", KASEYA),
}
VERBS = {
    "Activate", "Add", "Approve", "Change", "Check", "Choose", "Clear", "Create", "Empty", "Enable", "Extend", "Grant",
    "Leave", "Look", "Map", "Move", "Open", "Put", "Re-create", "Restore", "Resume", "Run", "Send", "Set", "Tick",
    "Upgrade", "Wait",
}  # fmt: skip


@pytest.fixture(params=IDS)
def card(request: pytest.FixtureRequest, engine: Engine) -> Card:
    found = engine.card(request.param)
    assert found is not None
    return found


@pytest.mark.requirement("R2")
def test_each_example_gives_its_verdict_and_its_words(card: Card) -> None:
    assert [str(problem) for problem in check_examples(card)] == []


def test_each_card_shows_a_pass_a_fail_and_a_cannot_tell(card: Card) -> None:
    assert {Expect.PASS, Expect.FAIL, Expect.CANNOT_TELL} <= {example.expect for example in card.examples}


def test_nothing_known_is_never_a_pass_and_never_a_failure(card: Card) -> None:
    nothing: Facts = {}

    assert {answer.state for answer in run(card, nothing)} <= {State.UNKNOWN, State.NOT_NEEDED}


@pytest.mark.requirement("R17")
def test_each_card_says_why_it_exists_where_it_comes_from_and_where_to_read_on(card: Card) -> None:
    assert card.why.endswith(".")
    assert card.source
    assert card.links
    assert len(card.title) <= 80
    assert card.title.split()[0] not in {"Ensure", "Check"}


@pytest.mark.requirement("R2")
@pytest.mark.parametrize("state", [State.FAIL, State.UNKNOWN])
def test_each_fix_is_made_of_steps_that_begin_with_a_verb(card: Card, state: State) -> None:
    for said in _said(card, state):
        assert said.fix or state is State.UNKNOWN
        assert {step.split()[0] for step in said.fix} <= VERBS
        assert all(step.endswith(".") for step in said.fix)


@pytest.mark.requirement("R13")
def test_each_fix_of_a_hidden_customer_ends_in_a_sync_and_a_check(card: Card) -> None:
    for said in _said(card, State.FAIL) if card.decides is not Decides.WARNS else []:
        proof = " ".join(said.fix)
        assert "full sync" in proof or "Check again" in proof


@pytest.mark.parametrize("state", [State.FAIL, State.UNKNOWN])
def test_each_reason_is_one_or_more_whole_sentences(card: Card, state: State) -> None:
    for said in _said(card, state):
        assert said.reason[0].isupper()
        assert said.reason.endswith(".")
        assert "{" not in said.reason
        assert not said.in_short.endswith(".")


@pytest.mark.requirement("R40", "R45")
def test_each_card_fits_the_published_schema(card: Card) -> None:
    written = json.loads(json.dumps(read_card(card.file).value, default=str))

    jsonschema.Draft202012Validator(card_schema()).validate(written)


def test_the_published_schema_is_current_and_refuses_what_loading_refuses() -> None:
    schema = card_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    written = json.loads(json.dumps(read_card(CATALOGUE / "agreement-is-recurring.yaml").value, default=str))

    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()
    for broken in (
        written | {"expect": {"one_tmie": False}},
        written | {"expect": {"one_time": {"matches": "x"}}},
        written | {"titel": "x"},
    ):
        assert not jsonschema.Draft202012Validator(schema).is_valid(broken)


@pytest.mark.requirement("R1", "R2", "R4", "R16", "R34", "R37", "R40", "R48", "R56")
@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_of_the_documents_has_a_rule(engine: Engine, reason: str) -> None:
    rule, psas = REASONS[reason]
    card = engine.card(rule)

    assert card is not None
    assert set(psas) <= card.psas


def test_the_catalogue_holds_the_promised_rules_and_one_that_advises(engine: Engine) -> None:
    assert {card.id for card in engine.cards} == RULES


@pytest.mark.requirement("R15", "R45", "R57")
@pytest.mark.parametrize("psa", EVERY)
def test_each_rule_links_a_page_for_each_of_its_psas(engine: Engine, psa: str) -> None:
    cards = [card for card in engine.cards if psa in card.psas]

    assert all((card.link(psa) or "").startswith("https://") for card in cards)
    assert len({card.link(psa) for card in cards}) > 1


def test_each_psa_has_every_place_that_a_fix_can_name() -> None:
    assert set(PLACES) == set(TITLES) == set(EVERY)
    assert len({frozenset(places) for places in PLACES.values()}) == 1
    assert all(step.split()[0] in VERBS for places in PLACES.values() for step in places.values() if step[-1] == ".")


@pytest.mark.requirement("R7")
def test_sync_freshness_is_the_first_check_shown(engine: Engine) -> None:
    assert engine.cards[0].id == "synced-since-change"
    assert engine.diagnose(case()).findings[0].rule == "synced-since-change"


@pytest.mark.requirement("R50")
def test_the_page_names_every_rule_with_its_why_its_links_and_its_fix(engine: Engine) -> None:
    page = rules_page(engine)

    for card in engine.cards:
        assert f"## {card.id}\n" in page
        assert card.why in page
        assert card.links[0].url in page
    assert "System > Mass Maintenance > Company Recycle Bin" in page
    assert "| `billing_option` | text |" in page
    assert "{{" not in page
    assert "nothing could be read" in page


def test_a_blank_case_is_never_a_failure(engine: Engine) -> None:
    states = {finding.state for finding in engine.diagnose(blank()).findings}

    assert states <= {State.UNKNOWN, State.NOT_NEEDED}
    assert engine.judge(blank()).visible is None


def test_a_blank_record_is_never_a_failure(engine: Engine) -> None:
    bare_account = account(status=None, types=None, deleted=None, changed_at=None, created_at=None)
    bare_agreement = agreement(
        status=None,
        cancelled=None,
        starts_on=None,
        open_ended=None,
        one_time=None,
        billing_cycle=None,
        billing_option=None,
        changed_at=None,
    )
    diagnosis = engine.diagnose(case(account=bare_account, agreements=(bare_agreement,), tables=None, filter=None))

    assert [finding.rule for finding in diagnosis.findings if finding.state is State.FAIL] == []
    assert diagnosis.visible is None


def _said(card: Card, state: State) -> list[Phrase]:
    """What the card says in each of its examples that come out so, with the facts of the example, in each PSA."""
    return [
        phrase(
            card,
            state,
            answer.because or example.because,
            {**WHEN, **example.given, **answer.evidence},
            psa=psa,
            nouns=NOUNS[psa],
        )
        for example in card.examples
        for answer in run(card, {**WHEN, **example.given})
        if answer.state is state
        for psa in card.psas
    ]
