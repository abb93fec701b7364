"""What is known of each PSA as a page: docs/connectors.md is written from the Specs, never by hand."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from connectors.contract import Limit, Right, Spec
from connectors.http import Pace
from connectors.records import Capability
from connectors.registry import specs

CAPABILITIES: Final[Mapping[Capability, str]] = {
    Capability.ACCOUNT_TYPES: "types of an account",
    Capability.ACCOUNT_STATUS: "status of an account, or an active mark",
    Capability.DELETED_FLAG: "accounts in the recycle bin",
    Capability.PARENT_ACCOUNT: "parent of an account",
    Capability.CHANGED_AT: "when an account was changed",
    Capability.AGREEMENT_STATUS: "status of an agreement",
    Capability.AGREEMENT_DATES: "first and last day of an agreement",
    Capability.AGREEMENT_TYPE: "type of an agreement",
    Capability.BILLING_CYCLE: "billing cycle",
    Capability.ONE_TIME_FLAG: "one-time mark of an agreement",
    Capability.LINE_QUANTITY: "quantity of a line",
    Capability.AGREEMENT_LINES: "lines of every agreement, in bulk",
    Capability.RECURRING_KIND: "whether the agreement's kind recurs",
    Capability.VERSION: "its own version",
}
SETTINGS: Final[Mapping[str, str]] = {
    "site": "the host that you log in to",
    "server": "the gateway URL that My Settings shows",
    "base_url": "the API's own address: for servers of your own, and for tests",
    "auth_url": "the authorization server, where it is another",
    "zone_url": "the address of your zone, where it is not to be found out",
    "company": "the company that you type when you log in",
    "subdomain": "the name before .syncromsp.com",
    "tenant": "the tenant, or the company's name at sign-in",
    "codebase": "the codebase, where it is not to be found out",
    "api_version": "the version of the API to ask for",
    "account_url": "the address of an account's page, with {id}",
    "contract_url": "the address of a contract's page, with {id}",
    "include_statuses": "labels of the statuses that are pulled, in place of the usual ones",
    "include_types": "labels of the types that are pulled, in place of the usual ones",
    "custom_field_modules": "numbers of the modules whose custom fields are read",
    "ticket_types_table": "the name of the table of ticket types",
    "sources_table": "the name of the table of ticket sources",
}
PURPOSES: Final[Mapping[str, str]] = {
    "check": "to test the connection",
    "settings": "tables of a sync, and a settings sync",
    "full": "a full sync",
    "quick": "a quick sync",
    "one": "a question, and a sync of one",
    "permissions": "to try the rights",
    "sign-in": "to sign in",
}
_INTRO: Final = """# Connectors

What each PSA can tell, what the bot needs in it, how fast it asks, and what it reads. This page is written from
`connectors/*/spec.py` and `rights.py` by `make docs`. `psa-bot permissions --connection NAME` tries the rights; a day
beside a right is the day on which the page that asks for it was read last, as a stored copy.
"""


def connectors_page() -> str:
    """The whole page, in Markdown."""
    every = tuple(specs().values())
    parts = [_INTRO, *_overview(every)]
    return "\n".join([*parts, *(line for spec in every for line in _section(spec))])


def _overview(every: Sequence[Spec]) -> Iterator[str]:
    names = [f"[{spec.nouns.psa}](#{_anchor(spec)})" for spec in every]
    yield "## Their words\n"
    words = [
        ("an account", *(spec.nouns.account for spec in every)),
        ("its number", *(spec.nouns.account_id for spec in every)),
        ("an agreement", *(spec.nouns.agreement for spec in every)),
        ("kind, as in `--psa`", *(f"`{spec.kind}`" for spec in every)),
    ]
    yield from _table(("", *names), words)
    yield "## What they can tell\n"
    told = [
        (words_of, *("✓" if capability in spec.gives else "" for spec in every))
        for capability, words_of in CAPABILITIES.items()
    ]
    yield from _table(("", *names), told)
    yield "What a PSA cannot tell is no reason against a customer: a rule that asks for it is *not needed* there.\n"
    yield "## How fast they are asked\n"
    pace = [
        (name, _allowed(spec.limits), _pace(spec.pace), f"{spec.parallel_calls}", f"{spec.page_size:,}")
        for name, spec in zip(names, every, strict=True)
    ]
    yield from _table(("", "the vendor's limit", "ours", "at once", "rows in a page"), pace)


def _pace(pace: Pace) -> str:
    return f"{pace.calls} in {pace.seconds / 60:g} minutes" if pace.seconds > 60 else f"{pace.calls} a minute"


def _section(spec: Spec) -> Iterator[str]:
    yield f"## {spec.nouns.psa}\n"
    yield f"[The billing tool's integration guide]({spec.guide_url}).\n"
    yield "### Settings and secrets\n"
    yield from _settings(spec)
    yield "### Rights\n"
    yield from _rights(spec)
    yield "### Limits\n"
    yield from _limits(spec)
    yield "### What is read\n"
    yield from _reads(spec)
    if spec.exempt:
        yield "### Exempt from the tests that all connectors share\n"
        yield from _items(f"{_sentence(name)}: {reason}" for name, reason in spec.exempt.items())


def _settings(spec: Spec) -> Iterator[str]:
    needed = {**dict.fromkeys(spec.required_settings, "needed"), **dict.fromkeys(spec.either_setting, _either(spec))}
    rows = [
        (f"`{name}`", needed.get(name, "optional"), SETTINGS[name])
        for name in (*needed, *(name for name in spec.optional_settings if name not in needed))
    ]
    yield from _table(("setting", "", "is"), rows)
    optional = f"; optional {_code(spec.optional_secrets)}" if spec.optional_secrets else ""
    yield f"Secrets, on standard input: {_code(spec.secrets)}{optional}.\n"


def _either(spec: Spec) -> str:
    return f"one of {' and '.join(f'`{name}`' for name in spec.either_setting)}"


def _rights(spec: Spec) -> Iterator[str]:
    """The often missed ones first (R33)."""
    if spec.rights_made_anew:
        yield "They cannot be added to credentials that exist: make new ones.\n"
    rows = [_right(right) for right in sorted(spec.rights, key=lambda right: not right.often_missed)]
    yield from _table(("right", "why", "this bot", "billing tool", "told by", "asked for by"), rows)
    for other in spec.other_lists:
        yield f"[{other.source}](https://{other.source}) ({_day(other.read_on)}): {other.says}\n"
        yield from _items(other.asks)


def _right(right: Right) -> tuple[str, ...]:
    bot = "✓" if "bot" in right.used_by else "settings sync" if "settings sync" in right.used_by else ""
    often = " *often missed*" if right.often_missed else ""
    told_by = f"`GET {right.path}`" if right.path else right.not_probeable_because
    read_on = f", {_day(right.read_on)}" if right.read_on else ""
    name = right.source.partition("/")[0] if right.guide_url else right.source
    source = f"[{name}]({right.guide_url}){read_on}" if right.guide_url else name
    unsure = f" {right.unsure}" if right.unsure else ""
    billing = "✓" if "billing tool" in right.used_by else ""
    return (f"{right.right}{often}", right.why, bot, billing, told_by, f"{source}.{unsure}")


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _limits(spec: Spec) -> Iterator[str]:
    for limit in spec.limits:
        yield f"- {_allowed((limit,))}, of which we take {limit.ours:,} at most. Past it: {limit.past_it}."
    yield from _items(spec.limit_notes)


def _allowed(limits: Sequence[Limit]) -> str:
    return "; ".join(f"{limit.calls:,} calls in {_minutes(limit.minutes)}, for {limit.of}" for limit in limits)


def _minutes(minutes: int) -> str:
    return "a minute" if minutes == 1 else "an hour" if minutes == 60 else f"{minutes} minutes"


def _reads(spec: Spec) -> Iterator[str]:
    """Nothing else is ever called (R247). The paths are regular expressions."""
    for purpose, paths in spec.reads.items():
        yield f"- {PURPOSES[purpose]}: {_code(paths)}"
    yield ""
    tables = ", ".join(spec.settings_tables.values())
    yield f"A settings sync reads {tables}. {_chain(spec)}\n" if tables else "It has no settings sync.\n"
    yield f"*Quick sync*: {spec.quick.why}\n"


def _chain(spec: Spec) -> str:
    longest = spec.settings_chain
    return (
        f"At most {longest} of its calls wait for one another."
        if longest > 1
        else "None of its calls waits for another."
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def _items(lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    yield from (f"- {line}" for line in lines)
    yield ""


def _code(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _sentence(test: str) -> str:
    return test.removeprefix("test_").replace("_", " ")


def _anchor(spec: Spec) -> str:
    return spec.nouns.psa.lower().replace(" ", "-")
