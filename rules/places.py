"""Where a person clicks, by PSA: the menu paths of every fix stand here once, each with its source (C13, X27).

A card says ``Open {{ place.agreement }}.`` and every PSA gets its own words.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Places = Mapping[str, str]

# CW §6.1, R36, R94.
_CONNECTWISE: Final = {
    "account": "the company in ConnectWise (Companies > Companies) and its Finance screen, where status and type are",
    "agreement": "Finance > Agreements in ConnectWise and the agreement",
    "rights": "System > Security Roles in ConnectWise and the role of the API member",
    "grant_accounts": "Set Companies > Company Maintenance > Inquire to All.",
    "grant_agreements": "Set Finance > Agreements > Inquire to All.",
    "grant_types": "Set Table Setup to Inquire All and allow Company / Company Type under Customize.",
    "grant_statuses": "Set Table Setup to Inquire All and allow Company / Company Status under Customize.",
}
# R20, R32, R33; product 2.2 "Autotask"; AT §6.
_AUTOTASK: Final = {
    "account": "the account in Autotask (CRM > Accounts; your Autotask may call it organization or company)",
    "agreement": "Contracts in Autotask and the contract",
    "rights": "Admin > Security Levels in Autotask and the security level of the API user",
    "grant_accounts": (
        "Set CRM > Customer & Cancellation to All, not Mine, and look for a line of business that limits it."
    ),
    "grant_agreements": "Set Contracts to Full permission.",
    "grant_types": "Set CRM > Customer & Cancellation to All: its picklists are read with the same right.",
    "grant_statuses": "Set CRM > Customer & Cancellation to All: its picklists are read with the same right.",
}
# R53; product 2.2 "HaloPSA"; HALO §5.
_HALOPSA: Final = {
    "account": "the customer in HaloPSA (Customers)",
    "agreement": "the customer in HaloPSA, its Recurring Invoices, and the recurring invoice",
    "rights": (
        "Configuration > Integrations > HaloPSA API > View Applications in HaloPSA, the application, "
        "and the role of the agent that it acts as"
    ),
    "grant_accounts": (
        "Tick read:customers for the application, set Clients Access Level to Read Only for the role, "
        "and Allow use of all Customers to Yes for the agent."
    ),
    "grant_agreements": (
        "Tick read:invoices, read:contracts and read:items for the application, "
        "and set Invoices, Client Contracts and Items to Read for the role."
    ),
    "grant_types": "Tick read:customers for the application.",
    "grant_statuses": "Tick read:customers for the application.",
}
# R55; product 2.2 "Syncro"; SYN §5.
_SYNCRO: Final = {
    "account": "the customer in Syncro (Customers)",
    "agreement": "Invoices > Recurring Invoices in Syncro and the recurring invoice",
    "rights": "Admin > API Tokens > New Token > Custom Permissions in Syncro",
    "grant_accounts": (
        "Re-create the token with Customers - List/Search and Customers - View Detail, without an expiry date, "
        "and put it in with psa-bot connections rotate."
    ),
    "grant_agreements": (
        "Re-create the token with Recurring Invoices - List, Invoices - List/Search and Invoices - View Details, "
        "and put it in with psa-bot connections rotate."
    ),
    "grant_types": "Re-create the token with Customers - List/Search.",
    "grant_statuses": "Re-create the token with Customers - List/Search.",
}


def _kaseya(name: str) -> Places:
    """Kaseya BMS and Pulseway PSA are one product under two names (R56; BMS §4, §5)."""
    return {
        "account": f"the account in {name} (CRM > Accounts)",
        "agreement": f"Finance > Contracts in {name} and the contract",
        "rights": f"Admin > Security > Roles in {name} and the role of the API employee",
        "grant_accounts": (
            "Set CRM > Accounts to View, tick Has API Access, and look under Admin > CRM > Scopes whether a scope "
            "leaves accounts out."
        ),
        "grant_agreements": "Set Finance > Contracts to View and tick Has API Access.",
        "grant_types": "Set Admin to View: the account types are read with it.",
        "grant_statuses": "Set CRM > Accounts to View.",
    }


PLACES: Final[Mapping[str, Places]] = MappingProxyType(
    {
        "connectwise": _CONNECTWISE,
        "autotask": _AUTOTASK,
        "halopsa": _HALOPSA,
        "syncro": _SYNCRO,
        "kaseya-bms": _kaseya("Kaseya BMS"),
        "pulseway": _kaseya("Pulseway PSA"),
    }
)
# By these names the pages of the documentation tell the PSAs apart.
TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "connectwise": "ConnectWise",
        "autotask": "Autotask",
        "halopsa": "HaloPSA",
        "syncro": "Syncro",
        "kaseya-bms": "Kaseya BMS",
        "pulseway": "Pulseway PSA",
    }
)
# What no read can show, so that nobody takes silence for a pass (AT §6.1, BMS §5, HALO §5).
UNTESTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "autotask": "Whether a line of business limits what the API user sees.",
        "halopsa": "Whether the agent of the API application is limited to some customers.",
    }
)
# PSAs whose role can leave out agreements by their type, without an error (CW §6.1).
ALLOW_LISTS: Final = frozenset({"connectwise"})
