"""Lists of rights that others publish for ConnectWise PSA and that say something else than ours, each with its page."""

from typing import Final

from connectors.connectwise.rights import READ_ON
from connectors.contract import OtherList

OTHER_LISTS: Final[tuple[OtherList, ...]] = (
    OtherList(
        source="support.meetgradient.com/cwtroubleshooting",
        read_on=READ_ON,
        says="An older page of the billing tool's vendor asks for more, and for every Inquire at the level All.",
        asks=(
            "Companies > Company Maintenance: Edit, Inquire",
            "Companies > Contacts: Edit, Inquire",
            "Finance > Agreements: Edit, Inquire",
            "Finance > Invoicing: Inquire",
            "Procurement > Product Catalog, Products: Edit, Inquire",
            "Sales > Opportunity: Edit, Inquire",
            "Service Desk > Service Tickets: Inquire",
            "System > Member Maintenance: Edit, Inquire",
            "System > My Company: Inquire",
            "System > Table Setup: Add, Edit, Inquire",
            "Time & Expense > Time Entries: Inquire",
        ),
    ),
    OtherList(
        source="docs.msportal.ai/user-guides/integrations/enable-connectwise-integration",
        read_on=READ_ON,
        says=(
            "MSPortal asks for far more, because it also writes contacts, tickets and invoices; another copy of its "
            "page asks for Add, Edit and Inquire (All) everywhere. Neither this bot nor the billing tool needs that."
        ),
        asks=(
            "Companies > Company Maintenance, Notes, Team Members: Add, Inquire",
            (
                "Companies > Company/Contact Group Maintenance, Configurations, Contacts, CRM / Sales Activities, "
                "Manage Attachments, Reports, Surveys: Add, Edit, Inquire"
            ),
            "Finance > Agreement Invoicing, Billing View Time, Invoice Approval, Invoicing: Add, Inquire",
            "Finance > Agreements, Reports: Add, Edit, Inquire",
            (
                "Procurement > Inventory Adjustments, Inventory Transfers, Product Billable Option, "
                "Serial Number Search: Inquire"
            ),
            (
                "Procurement > Product Catalog, Products, Purchase Orders, Purchasing Approvals, Purchasing Demand: "
                "Add, Edit, Inquire"
            ),
            "Project > every item: Inquire",
        ),
    ),
)
