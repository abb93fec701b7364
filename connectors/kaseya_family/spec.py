"""Facts about the family's API: what it can tell, what may be read, how fast."""

from collections.abc import Mapping
from typing import Final

from connectors.contract import Limit, Nouns, Quick, Spec
from connectors.http import Pace
from connectors.kaseya_family import configuration
from connectors.kaseya_family.product import Product
from connectors.kaseya_family.rights import rights_of
from connectors.records import Capability

# BMS §3. The rest is for calls that are made twice.
PER_ENDPOINT: Final = Limit(
    calls=1500,
    minutes=60,
    of="each endpoint",
    ours=1400,
    past_it="calls are refused until the hour has passed; it is not documented how",
)
_ACCOUNTS: Final = r"/v2/crm/accounts/(summary|lookup)"
_CONTRACTS: Final = r"/v2/finance/contracts/(summary|lookup)"
_READS: Final[Mapping[str, tuple[str, ...]]] = {
    "check": (r"/v2/security/userinfo", r"/v2/system/accounttypes/lookup"),
    "settings": (
        r"/v2/system/(accounttypes|queues|statuses|priorities|slas|locations|issuetypes)/lookup",
        r"/v2/system/issuetypes/\d+/issuesubtypes/lookup",
        r"/v2/system/customFields/\d+",
        r"/v2/system/(tenant)?lookup/[A-Za-z]+",
        r"/v2/hr/employees/lookup",
        r"/v2/admin/(security/roles|hr/departments)/lookup",
        r"/v2/servicedesk/templates/tickets/lookup",
    ),
    "full": (_ACCOUNTS, _CONTRACTS),
    # "POST …" are questions: this API reads its longer lists with POST. Nothing else is ever posted, but the sign-in.
    "one": (
        _ACCOUNTS,
        r"/v2/crm/accounts/summary/\d+",
        _CONTRACTS,
        r"/v2/admin/finance/services/lookup",
        r"POST /v2/admin/finance/services/\d+/relatedservices/search",
    ),
    "permissions": (
        r"/v2/security/userinfo",
        _ACCOUNTS,
        _CONTRACTS,
        r"/v2/system/accounttypes/lookup",
        r"/v2/admin/finance/services/lookup",
        r"/v2/finance/invoices/summary",
        r"/v2/hr/employees/lookup",
        r"/v2/servicedesk/templates/tickets/lookup",
    ),
    "sign-in": (r"POST /v2/security/(authenticate|refreshtoken)",),
}


_GIVES: Final = frozenset(
    {
        Capability.ACCOUNT_TYPES,
        Capability.ACCOUNT_STATUS,
        Capability.PARENT_ACCOUNT,
        Capability.CHANGED_AT,
        Capability.AGREEMENT_STATUS,
        Capability.AGREEMENT_DATES,
        Capability.AGREEMENT_TYPE,
        Capability.BILLING_CYCLE,
        Capability.RECURRING_KIND,
    }
)
_OPTIONAL: Final = (
    *("server", "base_url", "account_url", "contract_url", "include_statuses", "include_types"),
    # what a settings sync needs to know and no document tells (BMS §6)
    *("custom_field_modules", "ticket_types_table", "sources_table"),
)


def spec_of(product: Product) -> Spec:
    return Spec(
        kind=product.kind,
        nouns=Nouns(
            psa=product.name,
            account="account",
            accounts="accounts",
            account_id="account ID",
            agreement="contract",
            agreements="contracts",
        ),
        gives=_GIVES,
        required_settings=("tenant",),
        either_setting=() if product.usual_gateway else ("server", "base_url"),
        optional_settings=_OPTIONAL,
        secrets=("username", "password"),
        optional_secrets=("totp_secret",),  # for an API user who is asked for one-time codes
        pace=Pace(calls=300),  # no limit a minute is documented; a bulk read must not look like an attack
        parallel_calls=4,
        page_size=100,
        reads=_READS,
        quick=Quick(
            why=(
                f"{product.name} does not say which contracts changed, and names a contract's account without its "
                "number, so that every account has to be read to join them: every sync reads all."
            ),
        ),
        rights=rights_of(product),
        guide_url=f"https://{product.guide}",
        limits=(PER_ENDPOINT,),
        limit_notes=("No limit a minute is documented: ours keeps a bulk read from looking like an attack.",),
        settings_tables=configuration.NAMES,
        settings_fields=configuration.FIELDS,
        settings_parents=configuration.PARENTS,
        settings_chain=2,  # the issue types, and then the subtypes of each
    )
