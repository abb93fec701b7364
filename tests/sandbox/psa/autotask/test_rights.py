import pytest

from sandbox.psa.autotask import cast
from tests.sandbox.psa.autotask.calling import EVERYTHING, Caller

DENIED = "The logged in Resource does not have the adequate permissions to query this entity type."


async def access(api: Caller, entity: str) -> object:
    return (await api.get(f"/{entity}/entityInformation")).json["info"]["userAccessForQuery"]


@pytest.mark.parametrize(
    ("user", "entity"),
    [
        ("nocrm", "Companies"),
        ("nocontracts", "Contracts"),
        ("nocontracts", "ContractServices"),
        ("nobundles", "ContractServiceBundles"),
        ("nounits", "ContractServiceUnits"),
        ("noproducts", "Services"),
        ("psabot", "Resources"),
        ("nosetup", "Roles"),
        ("nosetup", "Departments"),
        ("nosetup", "UserDefinedFieldDefinitions"),
        ("nosetup", "UserDefinedFieldListItems"),
    ],
)
async def test_a_blocked_entity_is_a_500_and_says_none(api: Caller, user: str, entity: str) -> None:
    api.user = user
    assert (await api.query(EVERYTHING, entity=entity)).error == DENIED
    assert (await api.post(f"/{entity}/query/count", {"filter": [EVERYTHING]})).error == DENIED
    assert (await api.get(f"/{entity}/entityInformation/fields")).error == DENIED
    assert await access(api, entity) == "None"


async def test_a_limited_user_gets_fewer_rows_and_no_error(api: Caller) -> None:
    whole = (await api.post("/Companies/query/count", {"filter": [EVERYTHING]})).json["queryCount"]
    api.user = "psabot"
    api.psa.unfix("aperture")
    assert await access(api, "Companies") == "Restricted"
    part = (await api.post("/Companies/query/count", {"filter": [EVERYTHING]})).json["queryCount"]
    assert part == whole - 1
    assert (await api.get(f"/Companies/{cast.APERTURE}")).json == {"item": None}


async def test_a_group_of_types_can_be_closed_by_itself(api: Caller) -> None:
    api.user = "nocustomers"
    assert await access(api, "Companies") == "Restricted"
    names = await api.names(EVERYTHING)
    assert "Vandelay Industries" in names
    assert "Wayne Enterprises" not in names


async def test_rights_are_told_for_every_entity_at_once_where_that_call_is_answered(api: Caller) -> None:
    infos = {
        one["info"]["name"]: one["info"] for one in (await api.get("/EntityInformation")).json["entityDescriptions"]
    }
    assert infos["Company"]["userAccessForQuery"] == "All"
    assert infos["Company"]["canDelete"] is False
    assert infos["Ticket"]["userAccessForCreate"] == "All"
    api.user = "undescribed"
    assert (await api.get("/EntityInformation")).status == 404
    assert await access(api, "Companies") == 1


async def test_costs_come_as_nought_without_a_sign(api: Caller) -> None:
    (row,) = (await api.query({"op": "eq", "field": "id", "value": 501}, entity="ContractServices")).json["items"]
    assert (row["unitPrice"], row["unitCost"]) == (45.0, 18.0)
    api.user = "nocosts"
    (row,) = (await api.query({"op": "eq", "field": "id", "value": 501}, entity="ContractServices")).json["items"]
    assert (row["unitPrice"], row["unitCost"]) == (45.0, 0.0)


async def test_fields_tell_their_picklists_with_texts_for_numbers(api: Caller) -> None:
    fields = {one["name"]: one for one in (await api.get("/Companies/entityInformation/fields")).json["fields"]}
    labels = {one["value"]: one["label"] for one in fields["companyType"]["picklistValues"]}
    assert labels == {
        "1": "Customer",
        "2": "Lead",
        "3": "Prospect",
        "4": "Dead",
        "6": "Cancelation",
        "7": "Vendor",
        "8": "Partner",
    }
    assert fields["assetValue"]["isQueryable"] is False
    custom = await api.get("/Companies/entityInformation/userDefinedFields")
    assert [one["name"] for one in custom.json["fields"]] == ["Tier"]
    assert (await api.get("/Contracts/entityInformation/userDefinedFields")).json == {"fields": []}
    assert (await api.get("/Contracts/entityInformation/nothing")).status == 404


async def test_ticket_fields_tell_inactive_values_and_what_a_value_hangs_under(api: Caller) -> None:
    fields = {one["name"]: one for one in (await api.get("/Tickets/entityInformation/fields")).json["fields"]}
    queues = {one["label"]: one["isActive"] for one in fields["queueID"]["picklistValues"]}
    assert (queues["Service Desk"], queues["Legacy (old)"]) == (True, False)
    assert fields["subIssueType"]["picklistParentValueField"] == "issueType"
    issues = {one["value"] for one in fields["issueType"]["picklistValues"]}
    assert {one["parentValue"] for one in fields["subIssueType"]["picklistValues"]} == issues


async def test_what_a_tenant_is_set_up_with_is_read_like_any_other_entity(api: Caller) -> None:
    names = await api.query(EVERYTHING, entity="Roles", IncludeFields=["id", "name"])
    assert names.json["items"][0] == {"id": 20, "name": "Administrator"}
    assert (await api.post("/Departments/query/count", {"filter": [EVERYTHING]})).json == {"queryCount": 3}
    unknown = await api.query(EVERYTHING, entity="Roles", IncludeFields=["id", "password"])
    assert unknown.error.startswith("Unable to find")
