"""Facts about HaloPSA: its words, what it can tell, what may be read, how fast."""

from typing import Final

from connectors.contract import Nouns, Spec
from connectors.halopsa.rights import RIGHTS
from connectors.records import Capability

# Tables of the tenant, for a settings sync (HALO §6).
CONFIGURATION_PATHS: Final = (
    "TicketArea|Team|Status|Priority|SLA|TicketType|TicketTypeGroup|Category|FieldInfo|Template|Agent|Roles|"
    "Organisation|Site|Users|TopLevel|Lookup|Tags|Outcome|Currency|BillingTemplate"
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
    # site is needed, unless base_url names the API itself
    optional_settings=("site", "base_url", "tenant", "auth_url", "include_statuses", "include_types"),
    secrets=("client_id", "client_secret"),
    # 280 in five minutes: Halo's own text says 300, other sources 450 and 500 (HALO §3). What a 429 says counts.
    calls_per_minute=56,
    parallel_calls=4,
    page_size=100,  # more are never returned, whatever is asked for (HALO §2)
    reads={
        "check": (r"/AuthInfo", r"/InstanceInfo"),
        "settings": (r"/AuthInfo", rf"/({CONFIGURATION_PATHS})"),
        "full": (r"/AuthInfo", r"/Client", r"/RecurringInvoice"),
        "one": (r"/AuthInfo", r"/(Client|RecurringInvoice)(/-?\d+)?", r"/ClientContract", r"/Agent/me"),
        "permissions": (
            r"/AuthInfo",
            r"/Agent/me",
            r"/(Client|RecurringInvoice|ClientContract|Item|TicketType)",
        ),
    },
    rights=RIGHTS,
    guide_url="https://support.meetgradient.com/halo-integration",
    exempt={
        "test_what_the_filter_leaves_out_is_counted_by_class": (
            "HaloPSA has no recycle bin, and every group of its customers is pulled unless an operator says otherwise; "
            "the counts are tested with its own stories."
        ),
        "test_a_refused_table_says_so_and_a_psa_that_is_down_is_an_error": (
            "HaloPSA has no table of statuses that could be refused: a customer is active or not; its groups are "
            "tested on their own."
        ),
        "test_a_name_that_no_query_can_hold_is_refused_not_answered_with_nothing": (
            "HaloPSA takes quotes and backslashes as they are; names of nothing but wildcards are tested on their own."
        ),
        "test_the_look_up_also_shows_deleted_and_inactive_accounts": (
            "HaloPSA has no recycle bin; that inactive customers are found is tested with its own stories."
        ),
    },
)
