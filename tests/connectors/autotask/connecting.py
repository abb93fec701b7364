"""An Autotask connector in front of an answerer, with a clock that only sleeping moves."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from connectors.autotask.connector import Autotask, build
from connectors.contract import Setup
from tests.connectors.answerer import Answer, Answerer, Say, answering
from tests.connectors.faketime import FakeTime

API: Final = "/ATServicesRest/V1.0"
ZONE: Final = f"{API}/zoneInformation"
THRESHOLD: Final = f"{API}/ThresholdInformation"
SECRETS: Final = {
    "username": "bot+canary@example.test",
    "secret": "SECRET canary$1",
    "integration_code": "CODEcanary",
}
NO_RIGHT: Final = Say(
    body={"errors": ["The logged in Resource does not have the adequate permissions to query this entity type."]},
    status=500,
)
UNAUTHORIZED: Final = Say(status=401)
QUIET: Final = Say(
    body={"externalRequestThreshold": 10000, "requestThresholdTimeframe": 60, "currentTimeframeRequestCount": 812}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    server: Answerer
    at: Autotask
    time: FakeTime

    def on(self, path: str, *answers: Answer) -> None:
        """``path``: inside the API."""
        self.server.on(f"{API}{path}", *answers)

    def knows(self, **fields: Mapping[str, Any]) -> None:
        """Field lists of accounts and contracts: field name to value and label."""
        for entity, names in {"Companies": COMPANY_FIELDS, "Contracts": CONTRACT_FIELDS}.items():
            lists = {**names, **fields.get(entity, {})}
            self.on(f"/{entity}/entityInformation/fields", Say(body={"fields": field_list(lists)}))


COMPANY_FIELDS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("id", "companyName", "companyNumber", "isActive", "parentCompanyID", "createDate")),
    "lastTrackedModifiedDateTime": None,
    "companyType": {"1": "Customer", "3": "Prospect"},
}
CONTRACT_FIELDS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("id", "contractName", "companyID", "startDate", "endDate", "billToCompanyID")),
    "contractType": {"3": "Fixed Price", "7": "Recurring Service"},
    "status": {"0": "Inactive", "1": "Active"},
    "contractPeriodType": {"2": "Monthly"},
}


def field_list(names: Mapping[str, Mapping[str, str] | None]) -> list[Mapping[str, Any]]:
    return [
        {
            "name": name,
            "isPickList": values is not None,
            "picklistValues": values and [{"value": value, "label": label} for value, label in values.items()],
        }
        for name, values in names.items()
    ]


def page(*rows: Mapping[str, Any], following: str | None = None) -> Say:
    return Say(body={"items": list(rows), "pageDetails": {"count": len(rows), "nextPageUrl": following}})


def setup(time: FakeTime | None = None, /, **given: str) -> Setup:
    clock = time or FakeTime()
    return Setup(settings=given, secrets=SECRETS, allow_insecure_loopback=True, now=clock.now, sleep=clock.sleep)


@asynccontextmanager
async def wired(*, discovering: bool = False) -> AsyncIterator[Wired]:
    """``discovering``: the zone is asked for, at the answerer, and lies there as well."""
    async with answering() as server:
        time = FakeTime()
        given = {"zone_url": server.url} if discovering else {"base_url": server.url}
        at = build(setup(time, **given))
        if discovering:
            server.on(ZONE, zone(server.url))
        yield Wired(server=server, at=at, time=time)
        await at.aclose()


def zone(host: str, path: str = "/ATServicesRest/", **changes: Any) -> Say:
    answer = {"zoneName": "America East", "url": f"{host}{path}", "webUrl": f"{host}/", "ci": 12345}
    return Say(body=answer | changes)
