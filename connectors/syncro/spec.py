"""Facts about Syncro: its words, what it can tell, what may be read, how fast."""

from typing import Final

from connectors.contract import Limit, Nouns, Quick, Spec
from connectors.http import Pace
from connectors.records import Capability
from connectors.syncro import configuration
from connectors.syncro.rights import RIGHTS

# SYN §3.
PER_ADDRESS: Final = Limit(
    calls=180,
    minutes=1,
    of="the IP address: all tokens and tenants behind it together",
    ours=150,
    past_it="Syncro refuses calls; it is not documented whether it says for how long",
)

SPEC: Final = Spec(
    kind="syncro",
    nouns=Nouns(
        psa="Syncro",
        account="customer",
        accounts="customers",
        account_id="customer ID",
        agreement="recurring invoice",
        agreements="recurring invoices",
    ),
    gives=frozenset(
        {
            Capability.CHANGED_AT,
            Capability.BILLING_CYCLE,
            Capability.RECURRING_KIND,
            Capability.AGREEMENT_LINES,
            Capability.LINE_QUANTITY,
        }
    ),
    required_settings=("subdomain",),
    # Syncro has no statuses or types, so the two filters are known and only taken empty.
    optional_settings=("base_url", "include_statuses", "include_types"),
    secrets=("api_token",),
    pace=PER_ADDRESS.pace,
    bulk_pace=Pace(calls=120),
    parallel_calls=4,
    page_size=50,  # fixed by Syncro, and different from list to list: the answers' own numbers count (SYN §2)
    reads={
        "check": (r"/me",),
        "settings": (r"/me", r"/settings", r"/tickets/settings", r"/users", r"/canned_responses", r"/new_ticket_forms"),
        "full": (r"/me", r"/customers", r"/schedules(/\d+)?"),
        "one": (r"/me", r"/customers(/\d+)?", r"/schedules(/\d+)?"),
        "permissions": (
            r"/me",
            r"/settings/tabs",
            r"/(customers|invoices)(/\d+)?",
            r"/(schedules|products|new_ticket_forms|canned_responses)",
        ),
    },
    quick=Quick(
        why=(
            "Syncro cannot be asked for the customers and recurring invoices that changed since some moment, so every "
            "sync reads all of them."
        ),
    ),
    rights=RIGHTS,
    rights_made_anew=True,
    guide_url="https://support.meetgradient.com/syncromsp-integration",
    limits=(PER_ADDRESS,),
    limit_notes=("All Syncro connections of one process share these calls, because they share its address.",),
    settings_tables=configuration.NAMES,
    settings_fields=configuration.FIELDS,
    exempt={
        "test_a_refused_table_says_so_and_a_psa_that_is_down_is_an_error": (
            "Syncro has no table of customer statuses or types, so there is nothing to read that could be refused."
        ),
    },
)
