"""The facts that a rule may ask about, their types and what they mean: conditions are checked against this at load."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Asks(StrEnum):
    """What a rule is about: it runs once per account, once per agreement, or once per connection."""

    ACCOUNT = "account"
    AGREEMENT = "agreement"
    CONNECTION = "connection"


class FactType(StrEnum):
    TEXT = "text"
    FLAG = "flag"  # true or false
    NUMBER = "number"
    DAY = "day"  # a date without a time
    MOMENT = "moment"  # a time with its zone
    TEXTS = "texts"  # several texts
    RECORDS = "records"  # several things with facts of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that can be known. ``of`` holds the facts of each record when there are several."""

    type: FactType
    means: str
    of: "Scope | None" = None


Scope = Mapping[str, Fact]


def _scope(text: str, **more: Fact) -> Scope:
    """Reads ``name type meaning`` lines."""
    facts = {}
    for line in filter(None, text.splitlines()):
        name, kind, means = line.split(maxsplit=2)
        facts[name] = Fact(type=FactType(kind), means=means)
    return MappingProxyType(facts | more)


def _records(means: str, of: Scope) -> Fact:
    return Fact(type=FactType.RECORDS, means=means, of=of)


LINE: Final = _scope("""
today           day     today in the connection's time zone
id              text    the line's id in the PSA
name            text    what it bills
quantity        number  how many of it are billed today
billable        flag    it is billed
recurring       flag    false: it is charged once only
active          flag    false: it is switched off
starts_on       day     its first day
ends_on         day     its last day
gives_quantity  flag    false: this PSA tells no quantities
""")

AGREEMENT: Final = _scope(
    """
today           day     today in the connection's time zone
now             moment  the time of the question
id              text    the agreement's id in the PSA
name            text    its name
type            text    the name of its type
type_is_allowed flag    false: the API user's role does not allow agreements of this type
status          text    the PSA's own word: Active, Cancelled, Expired, Inactive
cancelled       flag    it is cancelled
pending         flag    it is being set up, and not active yet
paused          flag    it is paused by the PSA's own mark
starts_on       day     its first day; null: it has none, by the PSA's own word
ends_on         day     its last day; null: it has no end, by the PSA's own word
one_time        flag    it is billed once only
recurring       flag    the PSA's own kind of agreement recurs
billing_cycle   text    the name of its billing cycle; null: read, and there is none
billing_option  text    what the cycle's own row says: Monthly, NotRecurring …
changed_at      moment  when it was last changed
parent          text    the agreement that it hangs under; null: it has none
parent_id       text    that agreement's id
billed_to       text    the other account that gets its invoice; null: its own
same_as_copy    flag    the copy holds it just as it is now
gives_lines     flag    this PSA tells the lines of every agreement
""",
    lines=_records("what it bills, line by line", LINE),
)

TWIN: Final = _scope("""
id              text    the other account's id
name            text    its name
status          text    its status
active          flag    it is active, by a mark of its own
deleted         flag    it is deleted or in the recycle bin
changed_at      moment  when it was last changed
url             text    its page in the PSA
""")

COPIED_AGREEMENT: Final = _scope("""
id              text    the agreement's id
name            text    its name
type            text    the name of its type
changed_at      moment  when it was last changed, as of the copy
last_seen_at    moment  when the PSA last returned it to a sync
""")

PROBE: Final = _scope("""
id              text    such as companies, billing-cycles
right           text    what to grant, in the PSA's own words
call            text    the call that probed it
access          text    granted, empty, refused, unprobeable, unknown
used_by         texts   who needs it: bot, billing tool
often_missed    flag    the documents call it commonly missed
detail          text    what the PSA said
""")

_SYNC: Final = """
today             day     today in the connection's time zone
now               moment  the time of the question
last_full_sync_at moment  when the last successful full sync started; null: never
"""

_CONNECTION: Final = """
psa_version       text    the PSA's version, as it writes it
has_allow_list    flag    in this PSA a role can leave out agreements by their type
"""

CONNECTION: Final = _scope(_SYNC + _CONNECTION, probes=_records("each documented right, probed", PROBE))

ACCOUNT: Final = _scope(
    _SYNC
    + """
id                  text    the account's id in the PSA
name                text    its name
identifier          text    its short id
status              text    the name of its status; null: it has none
status_is_pulled    flag    the connection's filter pulls this status
status_in_table     flag    the PSA's own list of statuses holds it
status_is_standard  flag    its name is one of the PSA's standard statuses
filter_is_custom    flag    an operator chose which statuses and types are pulled
pulled_statuses     texts   the statuses that are pulled
left_out_statuses   texts   the statuses that are left out
types               texts   the names of its types; null: it has none
types_are_pulled    flag    the connection's filter pulls at least one of its types
types_decide        flag    false: its types are mere groups, and nobody chose among them
pulled_types        texts   the types that are pulled
left_out_types      texts   the types that are left out
active              flag    it is active, by a mark of its own
disabled            flag    it is disabled
deleted             flag    it is deleted, merged or in the recycle bin
deleted_at          moment  when it was deleted
parent              text    the name of its parent account; null: it has none
created_at          moment  when it was created
changed_at          moment  when it was last changed
active_twin         text    id of the one other account of the same name that is not deleted; null: there is none
found_live          flag    the PSA holds the record now
account_access      text    may the API user read accounts: granted, empty, refused, unknown
agreement_access    text    may the API user read agreements: granted, empty, refused, unknown
has_allow_list      flag    in this PSA a role can leave out agreements by their type
hidden_types        texts   agreement types that the API user's role does not allow
in_copy             flag    the last sync stored it
copied_at           moment  the age of the copy; null: never synced
copied_name         text    its name, as of the copy
copied_changed_at   moment  when it was last changed, as of the copy
copied_deleted      flag    it was deleted, as of the copy
""",
    agreements=_records("its agreements", AGREEMENT),
    parent_agreements=_records("the agreements of its parent account", AGREEMENT),
    twins=_records("other accounts of the same name", TWIN),
    copied_agreements=_records("its agreements, as of the copy", COPIED_AGREEMENT),
)

SCOPES: Final[Mapping[Asks, Scope]] = MappingProxyType(
    {Asks.ACCOUNT: ACCOUNT, Asks.AGREEMENT: AGREEMENT, Asks.CONNECTION: CONNECTION}
)
