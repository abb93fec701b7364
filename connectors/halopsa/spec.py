"""Facts about HaloPSA: its words, what it can tell, what may be read, how fast."""

from datetime import date
from typing import Final

from connectors.contract import Limit, Nouns, OtherList, Quick, Spec
from connectors.halopsa import configuration
from connectors.halopsa.rights import RIGHTS
from connectors.http import Pace
from connectors.records import Capability

# Tables of the tenant, for a settings sync (HALO §6).
_CONFIGURATION: Final = (
    "TicketArea|Team|Organisation|Status|Priority|SLA|TicketType|Category|FieldInfo|Template|Agent|Roles|UserRoles|"
    "TopLevel|Lookup"
)

# Halo's own text says 300, other sources 450 and 500 (HALO §3). What a 429 says counts.
ROLLING: Final = Limit(
    calls=300,
    minutes=5,
    of="the tenant",
    ours=280,
    past_it="HaloPSA refuses calls until the window has rolled on, and names its limit, which then holds for us",
)

SPEC: Final = Spec(
    kind="halopsa",
    nouns=Nouns(
        psa="HaloPSA",
        account="customer",
        accounts="customers",
        account_id="customer ID",
        agreement="recurring invoice",
        agreements="recurring invoices",
    ),
    gives=frozenset(
        {
            Capability.ACCOUNT_TYPES,
            Capability.ACCOUNT_STATUS,
            Capability.PARENT_ACCOUNT,
            Capability.CHANGED_AT,
            Capability.AGREEMENT_STATUS,
            Capability.AGREEMENT_DATES,
            Capability.AGREEMENT_LINES,
            Capability.LINE_QUANTITY,
            Capability.RECURRING_KIND,
            Capability.VERSION,
        }
    ),
    required_settings=(),
    either_setting=("site", "base_url"),
    optional_settings=("site", "base_url", "tenant", "auth_url", "include_statuses", "include_types"),
    secrets=("client_id", "client_secret"),
    pace=ROLLING.pace,
    bulk_pace=Pace(calls=200, seconds=300.0),
    parallel_calls=4,
    page_size=100,  # more are never returned, whatever is asked for (HALO §2)
    reads={
        "check": (r"/AuthInfo", r"/InstanceInfo"),
        "settings": (r"/AuthInfo", rf"/({_CONFIGURATION})"),
        "full": (r"/AuthInfo", r"/Client", r"/RecurringInvoice"),
        "one": (r"/AuthInfo", r"/(Client|RecurringInvoice)(/-?\d+)?", r"/ClientContract", r"/Agent/me"),
        "permissions": (
            r"/AuthInfo",
            r"/InstanceInfo",
            r"/Agent/me",
            r"/(Client|RecurringInvoice|ClientContract|Item|TicketType)",
        ),
    },
    quick=Quick(
        why=(
            "HaloPSA documents no way to ask for the customers and recurring invoices that changed since some moment, "
            "so every sync reads all of them."
        ),
    ),
    rights=RIGHTS,
    guide_url="https://support.meetgradient.com/halo-integration",
    limits=(ROLLING,),
    limit_notes=("Other sources write of 450 and 500 calls in five minutes; we keep to the smallest number.",),
    other_lists=(
        OtherList(
            source="kb.mspcentric.io/sonicwall/halopsa-integration-guide",
            read_on=date(2026, 11, 26),
            says="A guide for billing and alerts asks for tickets, too, and says that all clients have to be allowed.",
            asks=(
                "Role: Tickets Access Level Read and Modify, add, edit and edit closed tickets, all ticket types",
                "Role > Client Restrictions: Allow use of all Clients = Yes",
            ),
        ),
    ),
    settings_tables=configuration.NAMES,
    settings_fields=configuration.FIELDS,
    settings_parents=configuration.PARENTS,
    settings_chain=2,  # the numbers of the lookups, and then the lookups
)
