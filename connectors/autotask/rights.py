"""The security level that Autotask needs, right by right, in its own words, most missed first (AT §6; R30 to R33)."""

from typing import Final

from connectors.contract import Right

_GUIDE: Final = "support.meetgradient.com/autotask-integration"
_SHEET: Final = "AT §6.3"
_BILLING_TOOL: Final = ("billing tool",)
_BOTH: Final = ("bot", "billing tool")
_CONTRACTS: Final = "Contracts: Full permission"
_PRODUCTS: Final = "Inventory: All view object permissions to Products"

RIGHTS: Final[tuple[Right, ...]] = (
    Right(
        id="companies",
        area="CRM",
        right="CRM: All permission to Customer & Cancellation",
        why="Opens the accounts. With less than All only some of them come back, without an error.",
        path="/Companies/entityInformation",
        used_by=_BOTH,
        often_missed=True,
        source=_GUIDE,
    ),
    Right(
        id="agreements",
        area="Contracts",
        right=_CONTRACTS,
        why="Opens the contracts. Without them no account can be told to be billed.",
        path="/Contracts/entityInformation",
        used_by=_BOTH,
        source=_GUIDE,
    ),
    Right(
        id="contract-services",
        area="Contracts",
        right=_CONTRACTS,
        why="Shows the recurring services in a contract.",
        path="/ContractServices/entityInformation",
        used_by=_BOTH,
        source=_SHEET,
    ),
    Right(
        id="contract-service-units",
        area="Contracts",
        right=_CONTRACTS,
        why="Shows how many units of a service are billed today.",
        path="/ContractServiceUnits/entityInformation",
        used_by=_BOTH,
        source=_SHEET,
    ),
    Right(
        id="contract-bundles",
        area="Contracts",
        right=_CONTRACTS,
        why="Shows the service bundles in a contract: one with bundles only recurs as well.",
        path="/ContractServiceBundles/entityInformation",
        used_by=_BOTH,
        source=_SHEET,
    ),
    Right(
        id="contract-bundle-units",
        area="Contracts",
        right=_CONTRACTS,
        why="Shows how many units of a bundle are billed today.",
        path="/ContractServiceBundleUnits/entityInformation",
        used_by=_BOTH,
        source=_SHEET,
    ),
    Right(
        id="services",
        area="Inventory",
        right=_PRODUCTS,
        why="Gives the services their names.",
        path="/Services/entityInformation",
        used_by=_BOTH,
        source=_SHEET,
    ),
    Right(
        id="products",
        area="Inventory",
        right=_PRODUCTS,
        why="The billing tool reads the product catalogue.",
        path="/Products/entityInformation",
        used_by=_BILLING_TOOL,
        source=_GUIDE,
    ),
    Right(
        id="costs",
        area="Other",
        right="Other > Miscellaneous: Can view internal cost data",
        why="Without it costs come as nought, without an error.",
        path=None,
        used_by=_BILLING_TOOL,
        not_probeable_because="A cost that is hidden looks like a cost of nought.",
        source=_GUIDE,
    ),
    Right(
        id="tickets",
        area="Service Desk",
        right="Service Desk: Tickets View, Add, Edit",
        why="The billing tool writes its alerts into tickets. Not needed without alerts.",
        path="/Tickets/entityInformation",
        used_by=_BILLING_TOOL,
        source=_GUIDE,
    ),
    Right(
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
        source=_GUIDE,
    ),
    Right(
        id="license",
        area="API user",
        right="Security level with the license type API User, such as a copy of API User (system)",
        why="Only API users are let into the REST API. The license type of a level cannot be changed later.",
        path="/ThresholdInformation",
        used_by=_BOTH,
        source=_GUIDE,
    ),
    Right(
        id="line-of-business",
        area="API user",
        right="Resource > Associations: every line of business, or none restricted",
        why="Accounts and contracts of another line of business do not come back, without an error.",
        path=None,
        used_by=_BOTH,
        not_probeable_because="Records that it hides are missing without a sign.",
        source="AT §6.1",
    ),
    Right(
        id="resources",
        area="Admin",
        right="Admin: Resources (Users) view",
        why="A settings sync reads the list of resources.",
        path="/Resources/entityInformation",
        used_by=("settings sync",),
        source=_SHEET,
    ),
)


def entity_of(right: Right) -> str:
    """The entity whose own information proves the right; empty where none does."""
    path = right.path or ""
    return path.split("/")[1] if path.endswith("/entityInformation") else ""


def right_for(path: str) -> str:
    """The right that opens a path, in Autotask's words; empty where no source names one."""
    entity = path.split("/")[1] if path.count("/") else ""
    known = {entity_of(row): row.right for row in RIGHTS} | {"ServiceBundles": _PRODUCTS}
    return known.get(entity, "") if entity else ""
