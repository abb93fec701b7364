from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.records import Because
from rules.cards import Card, load_card
from rules.engine import Engine
from rules.examples import check_examples
from rules.model import State
from rules.phrasing import phrase
from rules.reading import RuleError
from rules.words import Phrasebook
from tests.rules.cases import account, case, not_in_copy
from tests.rules.writing import Write, card_text

MISSPELT = [f"{{given: {{nmae: x}}, expect: {one}}}" for one in ("pass", "fail", "cannot_tell")]


ANY_NAME = """
  - {given: {name: Acme Ltd}, expect: pass}
  - {given: {name: Test 1}, expect: fail}
  - {given: {}, expect: cannot_tell}"""


def refusal(folder: Path) -> str:
    """What loading the one card of the folder says."""
    (file,) = folder.iterdir()
    with pytest.raises(RuleError) as refused:
        load_card(file, Phrasebook(), built_in=False)
    return str(refused.value)


def own_card(folder: Path) -> Card:
    (file,) = folder.iterdir()
    return load_card(file, Phrasebook(), built_in=False)


def test_an_operator_adds_a_rule_with_one_file(write: Write) -> None:
    engine = Engine.load(write())
    test_customer = case(account=account(name="Test 1"), cached=not_in_copy())

    judged = engine.judge(test_customer)
    diagnosis = engine.diagnose(test_customer)
    finding = next(one for one in diagnosis.findings if one.rule == "no-test-customers")

    assert judged.reasons == ("no-test-customers",)
    assert diagnosis.summary == "Test 1 is in ConnectWise but hidden: it is a test customer."
    assert (finding.reason, finding.fix) == ("Test 1 is a test customer.", ("Rename it.",))
    assert diagnosis.enough_to_fix == ("no-test-customers",)


def test_without_a_folder_only_the_built_in_rules_are_loaded(write: Write) -> None:
    built_in = {card.id for card in Engine.load().cards}

    assert {card.id for card in Engine.load(write()).cards} == built_in | {"no-test-customers"}


def test_the_steps_of_a_fix_may_differ_by_psa(write: Write, engine: Engine) -> None:
    both = "\n  says: It is wrong.\n  in_short: wrong\n  fix: {autotask: [Open Autotask.], any: [Open the PSA.]}"
    card = own_card(write(fail=both, psas="[connectwise, autotask]", examples=ANY_NAME))
    facts = {"name": "Test 1"}

    def steps(psa: str) -> tuple[str, ...]:
        return phrase(card, State.FAIL, None, facts, psa=psa, nouns={}).fix

    assert (steps("autotask"), steps("connectwise")) == (("Open Autotask.",), ("Open the PSA.",))
    assert check_examples(card) == []


def test_every_psa_of_a_card_needs_its_fix(write: Write) -> None:
    only_one = "{says: It is wrong., in_short: wrong, fix: {autotask: [Open Autotask.]}}"

    assert "no fix for every PSA" in refusal(write(fail=only_one, psas="[connectwise, autotask]"))


def test_the_version_changes_with_the_rules(write: Write) -> None:
    assert Engine.load().version != Engine.load(write()).version


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"expect": "{statsu: Active}"}, "expect.statsu: There is no fact 'statsu'. Known here: account_access"),
        ({"expect": "{all: [{name: x}, {deleted: maybe}]}"}, "expect.all.1.deleted: 'maybe' is neither true nor"),
        ({"expect": "{name: {before: x}}"}, "expect.name.before: 'before' does not fit 'name'"),
        ({"expect": "{name: {matches: '('}}"}, "is no regular expression"),
        ({"titel": "x"}, "titel: This contains unknown field 'titel'. Known: asks, by_design, cannot_tell"),
        ({"why": ""}, "This missing required field 'why'"),
        ({"psas": "[conectwise]"}, "psas.0: Invalid enum value 'conectwise'"),
        ({"title": f"The {'long ' * 20}title"}, "title: Expected 'str' of length <= 80"),
        ({"title": "Ensure that it is no test"}, "title: Say what is right, such as"),
        ({"order": "soon"}, "order: Expected 'int', got 'str'"),
        ({"asks": "company"}, "asks: Invalid enum value 'company'"),
        ({"id": "another-id"}, "id: 'another-id' is not the file's name: call the file another-id.yaml"),
        ({"decides": "freshness"}, "decides: Only the built-in rule decides freshness"),
        ({"expect": ""}, "expect: Write a condition under expect"),
        ({"check": "python:rules.checks.permissions", "expect": ""}, "check: Rules of your own cannot run code"),
        ({"check": "python:os.system"}, "check: Rules of your own cannot run code"),
        ({"fail": "{says: It is wrong., in_short: wrong}"}, "fail: There is no fix for every PSA of the card"),
        ({"fail": "{says: It is wrong., fix: [Mend it.]}"}, "fail: A rule that blocks needs in_short"),
        ({"fail": "{sayz: It is wrong.}"}, "fail.sayz: This contains unknown field 'sayz'. Known: because, fix"),
        ({"fail": "{says: '{{ oops', in_short: wrong, fix: [Mend it.]}"}, "fail.says: '{{ oops' is not a template"),
        (
            {"fail": "[{says: It is wrong., in_short: wrong, fix: [Mend it.], when: {name: x}}]"},
            "fail.0: The last one must fit always",
        ),
        ({"cannot_tell": "{says: No., because: permission}"}, "cannot_tell: The last one must fit always"),
        ({"not_needed_if": "{nmae: x}"}, "not_needed_if.nmae: There is no fact 'nmae'"),
        ({"evidence": "[nmae]"}, "evidence.0: There is no fact 'nmae'"),
        ({"repair": "{deleted: maybe}"}, "repair.deleted: 'maybe' is neither true nor false"),
        ({"links": "[{label: x y, url: 'http://plain.example'}]"}, "links.0.url: Expected 'str' matching regex"),
        ({"needs": "[telepathy]"}, "needs.0: Invalid enum value 'telepathy'"),
        (
            {"examples": "[{given: {}, expect: pass}, {given: {}, expect: fail}, {given: {}, expect: pass}]"},
            "examples: There is no example that expects cannot_tell",
        ),
        (
            {"examples": f"[{', '.join(MISSPELT)}]"},
            "examples.0.given.nmae: There is no fact 'nmae'",
        ),
        ({"examples": "[{given: {}, expect: pass}]"}, "examples: Expected 'array' of length >= 3"),
    ],
)
def test_a_bad_card_is_refused_with_file_line_and_what_to_do(
    write: Write, changes: dict[str, str], problem: str
) -> None:
    folder = write(**changes)
    lines = card_text(**changes).splitlines()
    key = next(iter(changes))
    line = next((number for number, text in enumerate(lines, 1) if text.startswith(f"{key}:")), 1)

    message = refusal(folder)

    assert problem in message
    assert message.startswith(f"{folder / 'no-test-customers.yaml'}:{line}:")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id: [", ":1: is not valid YAML"),
        ("- a\n- b\n", ":1: is not a rule card"),
        ("", ":1: is not a rule card"),
        ("id: a\nid: b\n", "is not valid YAML: found duplicate key"),
        ("id: &x [a]\nb: *x\n", ":1: uses an alias (*name): write the value out"),
        ("id: !!python/object/apply:os.system [ls]\n", "is not valid YAML: could not determine a constructor"),
        ("id: 2026-13-45\n", "is not valid YAML"),
        ("a: " + "x" * 70_000, "has 70003 characters; 64000 is the most"),
    ],
)
def test_a_file_that_is_no_plain_mapping_is_refused(write: Write, text: str, problem: str) -> None:
    assert problem in refusal(write(text))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_bytes(b"\xff\xfe\x00")

    assert "odd.yaml:1: cannot be read as UTF-8 text" in refusal(tmp_path)


def test_a_built_in_card_names_a_check_that_is_there(write: Write) -> None:
    (file,) = write(expect="", check="python:rules.checks.tea_leaves").iterdir()

    with pytest.raises(RuleError, match="is not there"):
        load_card(file, Phrasebook(), built_in=True)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("{twins: {id: x}}", "Write a list of records"),
        ("{twins: [x]}", "examples.0.given.twins.0: Write facts as name: value"),
        ("{types: Client}", "Write a list of texts"),
        ("{types: [1]}", "1 is not a text"),
        ("{changed_at: 3}", "3 is not a time"),
    ],
)
def test_facts_of_an_example_are_typed_like_any_other(write: Write, given: str, problem: str) -> None:
    examples = ", ".join(f"{{given: {given}, expect: {one}}}" for one in ("pass", "fail", "cannot_tell"))

    assert problem in refusal(write(examples=f"[{examples}]"))


def test_a_time_without_a_zone_is_utc(write: Write) -> None:
    moments = ["2026-11-21T10:00:00", "'2026-11-21T10:00:00'", "2026-11-21T12:00:00+02:00", "2026-11-21T10:00:00Z"]
    expected = ["pass", "fail", "cannot_tell", "pass"]
    given = [f"{{given: {{now: {when}}}, expect: {one}}}" for when, one in zip(moments, expected, strict=True)]
    card = own_card(write(examples=f"[{', '.join(given)}]"))

    assert {example.given["now"] for example in card.examples} == {datetime(2026, 11, 21, 10, tzinfo=UTC)}


def test_an_id_that_is_taken_is_refused(write: Write) -> None:
    folder = write(card_text(id="agreement-exists"), name="agreement-exists")

    with pytest.raises(RuleError, match="There is a rule 'agreement-exists' already"):
        Engine.load(folder)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="is not a folder: set PSA_BOT_RULES_DIR"):
        Engine.load(tmp_path / "nowhere")


def test_a_template_cannot_reach_into_python(write: Write) -> None:
    words = "{says: '{{ name.__class__.__mro__ }}', in_short: wrong, fix: [Mend it.]}"
    problems = check_examples(own_card(write(fail=words)))

    assert "unsafe" in str(problems[0])


def test_yaml_words_mean_what_they_say(write: Write) -> None:
    folder = write(
        expect="{name: {not_in: [None, no, on, off]}}",
        examples="[{given: {name: Acme}, expect: pass}, {given: {name: None}, expect: fail},"
        " {given: {name: 'on'}, expect: fail}, {given: {}, expect: cannot_tell}]",
    )
    card = own_card(folder)

    assert check_examples(card) == []


def test_a_wrong_example_is_a_problem_with_its_line(write: Write) -> None:
    folder = write(
        examples="""
  - {given: {name: Test 9}, expect: pass}
  - {given: {name: Test 1}, expect: fail, says: Something else.}
  - {given: {}, expect: cannot_tell, because: permission}
  - {given: {}, expect: cannot_tell, says: Its name could not be read.}"""
    )
    card = own_card(folder)
    problems = [str(problem) for problem in check_examples(card)]

    assert len(problems) == 2
    assert ":18: no-test-customers: the example expects pass, but got fail (name matches ^test: Test 9)." in problems[0]
    assert "expects 'Something else.', but got 'Test 1 is a test customer.'" in problems[1]


def test_an_example_that_expects_another_cause_is_a_problem(engine: Engine) -> None:
    card = engine.card("permissions")
    assert card is not None
    (wrong,) = [example for example in card.examples if example.because is Because.NOT_EXPOSED]
    changed = replace(card, examples=(replace(wrong, because=Because.PSA_DOWN),))

    assert [text for problem in check_examples(changed) for text in (problem.wanted, problem.got)] == [
        "because psa_down",
        "because not_exposed",
    ]
