"""Facts about Datto Autotask: its words, what it can tell, what may be read, how fast."""

from typing import Final

from connectors.autotask.rights import RIGHTS
from connectors.contract import Nouns, Spec
from connectors.records import Capability

_LINES: Final = "ContractServices|ContractServiceUnits|ContractServiceBundles|ContractServiceBundleUnits"
_BILLING: Final = f"Companies|Contracts|{_LINES}|Services|ServiceBundles"

SPEC: Final = Spec(
    kind="autotask",
    nouns=Nouns(
        psa="Autotask",
        account="account",
        accounts="accounts",
        account_id="account ID",
        agreement="contract",
        agreements="contracts",
    ),
    gives=frozenset(
        {
            Capability.ACCOUNT_TYPES,
            Capability.ACCOUNT_STATUS,
            Capability.PARENT_ACCOUNT,
            Capability.CHANGED_AT,
            Capability.AGREEMENT_STATUS,
            Capability.AGREEMENT_DATES,
            Capability.AGREEMENT_TYPE,
            Capability.RECURRING_KIND,
            Capability.AGREEMENT_LINES,
            Capability.LINE_QUANTITY,
            Capability.BILLING_CYCLE,
            Capability.VERSION,
        }
    ),
    required_settings=(),
    optional_settings=("zone_url", "base_url", "include_statuses", "include_types"),
    secrets=("username", "secret", "integration_code"),
    # 10,000 calls an hour are shared by all integrations of the tenant, and slowed down from the half on (AT §4.1).
    calls_per_minute=80,
    parallel_calls=3,  # per tracking identifier and entity; all of ours together stay below it (AT §4.1)
    page_size=500,
    # "POST …" are questions: Autotask reads with POST (AT §2.1). Nothing else is ever posted.
    reads={
        "check": (r"/ThresholdInformation", r"/VersionInformation", r"/zoneInformation"),
        "settings": (r"/(Companies|Contracts)/entityInformation/fields",),
        "full": (
            r"/ThresholdInformation",
            r"/(Companies|Contracts)/entityInformation(/fields)?",
            rf"POST /({_BILLING})/query(/count|/next)?",
        ),
        "one": (
            r"/(Companies|Contracts)/entityInformation(/fields)?",
            rf"POST /({_BILLING})/query(/next)?",
        ),
        "permissions": (
            r"/ThresholdInformation",
            r"/EntityInformation",
            rf"/({_BILLING}|Products|Tickets|Resources)/entityInformation",
            r"/(Companies|Contracts)/entityInformation/fields",
            rf"POST /({_BILLING}|Products|Tickets|Resources)/query/count",
        ),
    },
    rights=RIGHTS,
    guide_url="https://support.meetgradient.com/autotask-integration",
    exempt={
        "test_a_name_that_no_query_can_hold_is_refused_not_answered_with_nothing": (
            "Autotask takes every name as a JSON string, with nothing to escape."
        ),
        "test_the_look_up_also_shows_deleted_and_inactive_accounts": (
            "Autotask has no recycle bin; that inactive accounts are found is tested with its own stories."
        ),
    },
)
