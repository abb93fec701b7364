"""Facts about Datto Autotask: its words, what it can tell, what may be read, how fast."""

from typing import Final

from connectors.autotask import configuration
from connectors.autotask.rights import RIGHTS
from connectors.contract import Limit, Nouns, Quick, Spec
from connectors.records import Capability

_LINES: Final = "ContractServices|ContractServiceUnits|ContractServiceBundles|ContractServiceBundleUnits"
_BILLING: Final = f"Companies|Contracts|{_LINES}|Services|ServiceBundles"

TOO_MUCH_FOR_A_SYNC: Final = 0.70  # of the tenant's hour
# AT §4.1. Ours leaves more than half to the other integrations.
HOURLY: Final = Limit(
    calls=10_000,
    minutes=60,
    of="all integrations of the tenant together",
    ours=4_800,
    past_it="Autotask adds half a second to each call from the half on, a second from three quarters on, and suspends "
    "its API for the tenant at the end",
)

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
    pace=HOURLY.pace_of_a_minute,
    parallel_calls=3,  # per tracking identifier and entity; all of ours together stay below it (AT §4.1)
    page_size=500,
    # "POST …" are questions: Autotask reads with POST (AT §2.1). Nothing else is ever posted.
    reads={
        "check": (r"/ThresholdInformation", r"/VersionInformation", r"/zoneInformation"),
        "settings": (
            r"/(Companies|Contracts|Tickets|UserDefinedFieldDefinitions)/entityInformation/fields",
            r"POST /(Resources|Roles|Departments|InternalLocations|ContactGroups)/query(/next)?",
            r"POST /UserDefinedField(Definitions|ListItems)/query(/next)?",
        ),
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
            rf"/({_BILLING}|Products|Tickets|Resources|Departments)/entityInformation",
            r"/(Companies|Contracts)/entityInformation/fields",
            rf"POST /({_BILLING}|Products|Tickets|Resources|Departments)/query/count",
        ),
    },
    quick=Quick(
        accounts=True,
        why=(
            "It reads the accounts that were changed since the last sync, and every contract, because Autotask does "
            "not say when a contract was changed. What was removed is found by a full sync alone."
        ),
    ),
    rights=RIGHTS,
    guide_url="https://support.meetgradient.com/autotask-integration",
    limits=(HOURLY,),
    limit_notes=(
        "Three calls at once are Autotask's own limit for each tracking identifier and entity; a fourth is refused.",
        f"A full sync does not begin where {TOO_MUCH_FOR_A_SYNC:.0%} of the tenant's hour are used up.",
    ),
    settings_tables=configuration.NAMES,
    settings_fields=configuration.FIELDS,
    settings_parents=configuration.PARENTS,
)
