"""Facts about ConnectWise PSA: its words, what it can tell, what may be read, how fast."""

from typing import Final

from connectors.connectwise import configuration
from connectors.connectwise.other_lists import OTHER_LISTS
from connectors.connectwise.rights import RIGHTS
from connectors.contract import Limit, Nouns, Quick, Spec
from connectors.records import Capability

# The vendor names no number for all: it slows down who comes near this one (CW §4.1).
THROTTLED: Final = Limit(
    calls=1000,
    minutes=1,
    of="one integration",
    ours=300,  # others call the same tenant
    past_it="ConnectWise slows the integration down, and says for how many seconds",
)

SPEC: Final = Spec(
    kind="connectwise",
    nouns=Nouns(
        psa="ConnectWise",
        account="company",
        accounts="companies",
        account_id="RecId",
        agreement="agreement",
        agreements="agreements",
    ),
    gives=frozenset(
        {
            Capability.ACCOUNT_TYPES,
            Capability.ACCOUNT_STATUS,
            Capability.DELETED_FLAG,
            Capability.PARENT_ACCOUNT,
            Capability.CHANGED_AT,
            Capability.AGREEMENT_STATUS,
            Capability.AGREEMENT_DATES,
            Capability.AGREEMENT_TYPE,
            Capability.BILLING_CYCLE,
            Capability.ONE_TIME_FLAG,
            Capability.LINE_QUANTITY,
            Capability.VERSION,
        }
    ),
    required_settings=("company",),
    either_setting=("site", "base_url"),
    optional_settings=("site", "base_url", "codebase", "api_version", "include_statuses", "include_types"),
    secrets=("public_key", "private_key", "client_id"),
    pace=THROTTLED.pace,
    parallel_calls=4,
    page_size=1000,
    reads={
        "check": (r"/system/info",),
        "settings": (
            r"/company/companies/(statuses|types|info/types)",
            r"/company/contacts/(types(/info)?|departments)",
            r"/finance/agreements/types(/info)?",
            r"/finance/billingCycles(/info)?",
            r"/service/(boards|info/boards)",
            r"/service/boards/\d+/(statuses(/info)?|types|subtypes|items)",
            r"/service/(priorities|priority/info|sources(/info)?|SLAs|slainfo/info|templates/info|locations(/info)?)",
            r"/system/(info/)?(members|departments|locations)",
            r"/system/(securityroles|userDefinedFields(/info)?)",
            r"/system/mySecurity/customizeItems/",
        ),
        "full": (
            r"/company/companies(/count)?",
            r"/finance/agreements(/count)?",
            r"/finance/billingCycles(/info)?",
        ),
        "quick": (
            r"/company/companies(/count)?",
            r"/finance/agreements(/count)?",
            r"/finance/billingCycles(/info)?",
        ),
        "one": (
            r"/company/companies(/\d+|/count)?",
            r"/finance/agreements(/\d+/additions)?",
            r"/finance/billingCycles(/info)?",
        ),
        "permissions": (
            r"/system/mySecurity(/customizeItems/)?",
            r"/(company/companies|finance/agreements)(/types|/statuses)?/count",
            r"/finance/agreements/types/info",
            r"/finance/billingCycles/count",
            r"/procurement/(catalog|products)/count",
            r"/service/(boards|tickets)/count",
            r"/system/(members|securityroles)/count",
            r"/company/contacts/departments/count",
        ),
    },
    quick=Quick(
        accounts=True,
        agreements=True,
        why=(
            "It reads the companies and agreements that were changed since the last sync. ConnectWise gives a merged "
            "company no new date and says nothing of one that was removed, so only a full sync finds those."
        ),
    ),
    rights=RIGHTS,
    guide_url="https://support.meetgradient.com/cwmanage-integration",
    limits=(THROTTLED,),
    limit_notes=(
        "ConnectWise publishes no number for every tenant. The 60 calls a minute that some write of are not its word.",
    ),
    other_lists=OTHER_LISTS,
    settings_tables=configuration.NAMES,
    settings_fields=configuration.FIELDS,
    settings_parents=configuration.PARENTS,
    settings_chain=2,  # the boards, and then their lists
)
