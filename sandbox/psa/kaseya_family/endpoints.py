"""The endpoints: what each is called, which right opens it, and what it answers (BMS §4, §6)."""

from typing import Final

from sandbox.psa.kaseya_family import errors
from sandbox.psa.kaseya_family.asked import Asked, Endpoint, Listed
from sandbox.psa.kaseya_family.asking import matches
from sandbox.psa.kaseya_family.building import SERVICES
from sandbox.psa.kaseya_family.setup_lists import SETUP_LISTS
from sandbox.psa.kaseya_family.users import ACCOUNTS, ADMIN, CONTRACTS, INVOICES, NOBODY
from sandbox.psa.records import Json

CONTRACT_FIELDS: Final = (
    "id",
    "contractName",
    "accountName",
    "contractType",
    "contractBillingPrice",
    "status",
    "contractNumber",
    "billingCycle",
    "startDate",
    "endDate",
)


def _user(asked: Asked) -> Json:
    return {
        "userId": 42,
        "fullName": "PSA Bot",
        "emailAddress": "psabot@example.test",
        "tenantId": 9,
        "businessName": asked.tenant.builder.tenant,
        "userAccessRights": [{"menuCategoryId": 3, "mainMenuId": 5, "canView": True, "canModify": False}],
        "specialFeatures": [{"id": 12}],
        "isUserSystemAdmin": False,
        "productName": asked.title,
        "newTicketingUI": True,
    }


def _types(asked: Asked) -> Listed:
    return Listed(rows=asked.tenant.builder.types())


def _accounts(asked: Asked) -> Listed:
    question = asked.question
    wanted, code, kind = question.text("accountname"), question.text("accountcode"), question.number_of("accounttypeid")
    active = question.flag("isactive", usual=None if asked.ways.inactive_without_filter else True)
    rows = [
        row
        for row in asked.tenant.accounts_at(asked.now)
        if (active is None or row["isActive"] is active)
        and matches(wanted, row["accountName"], asked.ways.finds if wanted else asked.ways.finds.ANY_PART)
        and (not code or row["accountCode"].casefold() == code.casefold())
        and (kind is None or row["accountTypeId"] == kind)
    ]
    return Listed(rows=question.page(rows, asked.ways), total=len(rows))


def _account(asked: Asked) -> Json:
    found = [row for row in asked.tenant.accounts_at(asked.now) if row["id"] == asked.record_id]
    if not found:
        raise errors.not_found("The account")
    return found[0]


def _account_lookup(asked: Asked) -> Listed:
    question = asked.question
    wanted, ids = question.text("name"), question.text("ids").split(",") if question.text("ids") else []
    scoped = question.flag("withsecurityscope", usual=True) is True
    inactive_too = question.flag("withinactiveaccounts", usual=False)
    rows = [
        {"id": row["id"], "name": row["accountName"], "tenantName": row["tenantName"], "isActive": row["isActive"]}
        for row in asked.tenant.accounts_at(asked.now, scoped=scoped)
        if (inactive_too or row["isActive"])
        and matches(wanted, row["accountName"], asked.ways.finds.ANY_PART)
        and (not ids or str(row["id"]) in ids)
    ]
    return Listed(rows=question.page(rows, asked.ways))


def _contracts(asked: Asked) -> Listed:
    question = asked.question
    parts = {name: question.text(name.casefold()).casefold() for name in ("accountName", "contractName")}
    words = {name: question.text(name.casefold()).casefold() for name in ("contractType", "billingCycle", "status")}
    rows = asked.tenant.contracts_at(asked.now)
    for name, part in parts.items():
        rows = [row for row in rows if part in row[name].casefold()] if part else rows
    for name, word in words.items():
        rows = [row for row in rows if str(row[name]).casefold() == word] if word else rows
    page = [{name: row[name] for name in CONTRACT_FIELDS} for row in question.page(rows, asked.ways)]
    return Listed(rows=page, total=len(rows))


def _contract_lookup(asked: Asked) -> Listed:
    """It knows no pages."""
    question = asked.question
    account, ids = question.number_of("accountid"), question.text("ids")
    current_only = question.flag("excludeexpiredcontracts", usual=True)
    return Listed(
        rows=[
            {
                "id": row["id"],
                "name": row["contractName"],
                "isDefault": False,
                "slaId": 2,
                "slaName": "Standard",
                "isActive": row["status"] == "Active",
                "endDate": row["endDate"],
            }
            for row in asked.tenant.contracts_at(asked.now)
            if (account is None or row["accountId"] == account)
            and (not ids or str(row["id"]) in ids.split(","))
            and not (current_only and row["status"] == "Expired")
        ]
    )


def _services(asked: Asked) -> Listed:
    rows: list[Json] = [{"id": identity, "name": name, "description": name} for identity, name, _ in SERVICES]
    return Listed(rows=asked.question.page(rows, asked.ways), total=len(rows))


def _service_lines(asked: Asked) -> Listed:
    wanted = asked.question.text("contractname").casefold()
    lines = asked.tenant.lines_at(asked.now, asked.record_id)
    rows = [row for row in lines if wanted in row["contractName"].casefold()]
    return Listed(rows=asked.question.page(rows, asked.ways), total=len(rows))


def _invoices(asked: Asked) -> Listed:
    return Listed(rows=asked.question.page([{"id": 1, "invoiceNumber": "I-1", "accountId": 501}], asked.ways))


def _filters(*names: str) -> tuple[str, ...]:
    return tuple(f"Filter.{name}" for name in names)


ENDPOINTS: Final = (
    Endpoint(path="/v2/security/userinfo", right=NOBODY, knows=(), answer=_user),
    Endpoint(path="/v2/system/accounttypes/lookup", right=ADMIN, knows=(), answer=_types),
    Endpoint(
        path="/v2/crm/accounts/summary",
        right=ACCOUNTS,
        knows=_filters(
            "AccountName",
            "AccountCode",
            "AccountTypeId",
            "AccountTypeName",
            "CreatedOnFrom",
            "CreatedOnTo",
            "ModifiedOnFrom",
            "ModifiedOnTo",
            "IsActive",
        ),
        answer=_accounts,
    ),
    Endpoint(path=r"/v2/crm/accounts/summary/(\d+)", right=ACCOUNTS, knows=(), answer=_account),
    Endpoint(
        path="/v2/crm/accounts/lookup",
        right=ACCOUNTS,
        knows=_filters("Ids", "Name", "WithSecurityScope", "WithInactiveAccounts"),
        answer=_account_lookup,
    ),
    Endpoint(
        path="/v2/finance/contracts/summary",
        right=CONTRACTS,
        knows=_filters("ContractType", "ContractName", "BillingCycle", "AccountName", "Status"),
        answer=_contracts,
    ),
    Endpoint(
        path="/v2/finance/contracts/lookup",
        right=CONTRACTS,
        knows=("Ids", "AccountId", "Name", "ExcludeExpiredContracts"),
        answer=_contract_lookup,
    ),
    Endpoint(path="/v2/finance/invoices/summary", right=INVOICES, knows=(), answer=_invoices),
    Endpoint(path="/v2/admin/finance/services/lookup", right=ADMIN, knows=_filters("Id", "Name"), answer=_services),
    Endpoint(
        method="POST",
        path=r"/v2/admin/finance/services/(\d+)/relatedservices/search",
        right=ADMIN,
        knows=("AccountName", "ContractName", "ServiceName"),
        answer=_service_lines,
    ),
    *SETUP_LISTS,
)
