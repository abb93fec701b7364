"""The security level that Autotask needs, right by right, in its own words, most missed first (AT §6; R30 to R33)."""

from datetime import date
from functools import partial
from typing import Final

from connectors.contract import Right

_READ_ON: Final = date(2026, 11, 26)
_asked = partial(Right, source="support.meetgradient.com/autotask-integration", read_on=_READ_ON)
_found = partial(
    Right,
    source="concluded from Autotask's API",
    unsure="The guide does not name this entity; Autotask itself says whether the API user may read it.",
)
_BILLING_TOOL: Final = ("billing tool",)
_BOTH: Final = ("bot", "billing tool")
_CONTRACTS: Final = "Contracts: Full permission"
_PRODUCTS: Final = "Inventory: All view object permissions to Products"

RIGHTS: Final[tuple[Right, ...]] = (
    _asked(
        id="companies",
        area="CRM",
        right="CRM: All permission to Customer & Cancellation",
        why="Opens the accounts. With less than All only some of them come back, without an error.",
        path="/Companies/entityInformation",
        used_by=_BOTH,
        often_missed=True,
    ),
    _asked(
        id="agreements",
        area="Contracts",
        right=_CONTRACTS,
        why="Opens the contracts. Without them no account can be told to be billed.",
        path="/Contracts/entityInformation",
        used_by=_BOTH,
    ),
    _found(
        id="contract-services",
        area="Contracts",
        right=_CONTRACTS,
        why="Shows the recurring services in a contract.",
        path="/ContractServices/entityInformation",
        used_by=_BOTH,
    ),
    _found(
        id="contract-service-units",
        area="Contracts",
        right=_CONTRACTS,
        why="Shows how many units of a service are billed today.",
        path="/ContractServiceUnits/entityInformation",
        used_by=_BOTH,
    ),
    _found(
        id="contract-bundles",
        area="Contracts",
        right=_CONTRACTS,
        why="Shows the service bundles in a contract: one with bundles only recurs as well.",
        path="/ContractServiceBundles/entityInformation",
        used_by=_BOTH,
    ),
    _found(
        id="contract-bundle-units",
        area="Contracts",
        right=_CONTRACTS,
        why="Shows how many units of a bundle are billed today.",
        path="/ContractServiceBundleUnits/entityInformation",
        used_by=_BOTH,
    ),
    _found(
        id="services",
        area="Inventory",
        right=_PRODUCTS,
        why="Gives the services their names.",
        path="/Services/entityInformation",
        used_by=_BOTH,
    ),
    _asked(
        id="products",
        area="Inventory",
        right=_PRODUCTS,
        why="The billing tool reads the product catalogue.",
        path="/Products/entityInformation",
        used_by=_BILLING_TOOL,
    ),
    _asked(
        id="costs",
        area="Other",
        right="Other > Miscellaneous: Can view internal cost data",
        why="Without it costs come as nought, without an error.",
        path=None,
        used_by=_BILLING_TOOL,
        not_probeable_because="A cost that is hidden looks like a cost of nought.",
    ),
    _asked(
        id="tickets",
        area="Service Desk",
        right="Service Desk: Tickets View, Add, Edit",
        why=(
            "The billing tool writes its alerts into tickets; a queue is offered for them once a resource is assigned "
            "to it. Not needed without alerts."
        ),
        path="/Tickets/entityInformation",
        used_by=_BILLING_TOOL,
    ),
    _asked(
        id="ticket-permissions",
        area="Service Desk",
        right=(
            "Service Desk > Other Permissions: Can edit status of complete tickets; "
            "Can administer tags and tag groups; Can remove tags from tickets"
        ),
        why="The billing tool closes its own alerts. Not needed without alerts.",
        path=None,
        used_by=_BILLING_TOOL,
        not_probeable_because="Editing can only be proven by writing, and this bot never writes.",
    ),
    _asked(
        id="license",
        area="API user",
        right="Security level with the license type API User, such as a copy of API User (system)",
        why="Only API users are let into the REST API. The license type of a level cannot be changed later.",
        path="/ThresholdInformation",
        used_by=_BOTH,
    ),
    Right(
        id="line-of-business",
        area="API user",
        right="Resource > Associations: every line of business, or none restricted",
        why="Accounts and contracts of another line of business do not come back, without an error.",
        path=None,
        used_by=_BOTH,
        not_probeable_because="Records that it hides are missing without a sign.",
        source="Autotask's developer help on API users and companies",
        unsure="No integration guide asks for it.",
    ),
    Right(
        id="password",
        area="API user",
        right="Security level > Other: Not required to change password (password does not expire)",
        why="On the day on which the password expires every call is refused like one with wrong keys.",
        path=None,
        used_by=_BOTH,
        not_probeable_because="Autotask does not tell when a password expires.",
        source="rmm.datto.com/help/en/Content/2SETUP/Integrations/AutotaskIntegration.htm",
        read_on=_READ_ON,
    ),
    _found(
        id="resources",
        area="Admin",
        right="Admin: Resources (Users) view",
        why="A settings sync reads the list of resources.",
        path="/Resources/entityInformation",
        used_by=("settings sync",),
    ),
    _found(
        id="ticket-fields",
        area="Service Desk",
        right="Service Desk: Tickets View",
        why="A settings sync reads what the fields of tickets let one choose: queues, statuses, priorities. No ticket.",
        path="/Tickets/entityInformation",
        used_by=("settings sync",),
    ),
    _found(
        id="setup",
        area="Admin",
        right="Admin: Company setup (departments, locations, roles, contact groups, user-defined fields) view",
        why="A settings sync reads these tables.",
        path="/Departments/entityInformation",
        used_by=("settings sync",),
    ),
)


def entity_of(right: Right) -> str:
    """The entity whose own information proves the right; empty where none does."""
    path = right.path or ""
    return path.split("/")[1] if path.endswith("/entityInformation") else ""


_SETUP: Final = (
    *("Roles", "InternalLocations", "ContactGroups", "UserDefinedFieldDefinitions", "UserDefinedFieldListItems"),
)


def right_for(path: str) -> str:
    """The right that opens a path, in Autotask's words; empty where no source names one."""
    entity = path.split("/")[1] if path.count("/") else ""
    known = {entity_of(row): row.right for row in RIGHTS} | {"ServiceBundles": _PRODUCTS}
    known |= dict.fromkeys(_SETUP, known["Departments"])
    return known.get(entity, "") if entity else ""
