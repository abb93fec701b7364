"""Answers a record, a query, a count or a next page (AT §2)."""

import json
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final
from urllib.parse import quote

from sandbox.psa.autotask.errors import bad_query, wrong_method
from sandbox.psa.autotask.fields import Entity
from sandbox.psa.autotask.query import Query
from sandbox.psa.autotask.tenant import Tenant, shown
from sandbox.psa.autotask.users import GROUPS, ApiUser, Crm
from sandbox.psa.records import Json

PAGES_KEPT: Final = 50  # of each user (AT §2.3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A page that was announced: how the first one was asked for, and the ids on this one."""

    method: str
    question: bytes
    query: Query
    ids: Sequence[int]


class Pages:
    """The paging state of one user. Of many pages only the newest are kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Waiting] = OrderedDict()

    def keep(self, waiting: Waiting) -> str:
        """→ the value of ``paging``."""
        size = waiting.query.limit
        key = json.dumps({"pageSize": size, "previousIds": [], "nextIds": list(waiting.ids)})
        self._kept[key] = waiting
        while len(self._kept) > PAGES_KEPT:
            self._kept.popitem(last=False)
        return key

    def take(self, key: str, method: str, question: bytes) -> Waiting:
        waiting = self._kept.get(key)
        if waiting is None:
            raise bad_query("The page is no longer known.")
        if waiting.method != method:
            raise wrong_method(method)
        if waiting.question != question:
            raise bad_query("The next page has to be asked for with the query of the first.")
        return waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One user's view of one entity at one moment. ``backwards``: rows do not come by rising id."""

    tenant: Tenant
    entity: Entity
    user: ApiUser
    now: datetime
    backwards: bool = False

    def one(self, record_id: int) -> Json:
        """A record that is hidden or gone is null, with status 200 (AT §6.2)."""
        found = next(iter(self._by_ids([record_id])), None)
        return {"item": None if found is None else self._masked(shown(found, None))}

    def count(self, query: Query) -> Json:
        return {"queryCount": sum(1 for _ in self._fitting(query))}

    def page(self, query: Query, ids: Sequence[int] = ()) -> tuple[list[Json], Sequence[int]]:
        """The rows of a page, and the ids of the next one. ``ids``: of this page, where it was announced."""
        if not ids:
            ids = [row["id"] for row in islice(self._fitting(query), query.limit)]
        following = [row["id"] for row in islice(self._fitting(query, beyond=ids[-1]), query.limit)] if ids else []
        return [self._masked(shown(row, query.fields)) for row in self._by_ids(ids)], following

    def _by_ids(self, ids: Sequence[int]) -> list[Json]:
        """A row that is gone by now is left out."""
        records = self._records()
        places = {record_id: _after(records, record_id) - 1 for record_id in ids}
        found = [records[at] for record_id, at in places.items() if at >= 0 and records[at]["id"] == record_id]
        return [row for row in found if self._may_see(row)]

    def _fitting(self, query: Query, beyond: int | None = None) -> Iterator[Json]:
        """In the order of the server; ``beyond``: only what comes after this id in it."""
        records = self._records()
        places = range(_after(records, query.after), len(records))
        if beyond is not None and not self.backwards:
            places = range(max(places.start, _after(records, beyond)), places.stop)
        elif beyond is not None:
            places = range(places.start, _after(records, beyond - 1))
        for at in reversed(places) if self.backwards else places:
            row = records[at]
            if query.fits(row) and self._may_see(row):
                yield row

    def _records(self) -> Sequence[Json]:
        return self.tenant.collection(self.entity).at(self.now)

    def _may_see(self, row: Json) -> bool:
        if self.entity.path != "Companies":
            return True
        picklists = self.tenant.picklists
        kind = picklists.label("Companies", "companyType", row["companyType"])
        group = next((name for name, kinds in GROUPS.items() if kind in kinds), None)
        access = self.user.level.crm[group] if group else Crm.ALL
        if access is Crm.TERRITORIES:
            return picklists.label("Companies", "territoryID", row["territoryID"]) in self.user.territories
        return access is Crm.ALL

    def _masked(self, row: Json) -> Json:
        """Costs come as nought to a user who may not read them, without a sign."""
        if self.user.level.costs:
            return row
        return {name: 0.0 if name in {"unitCost", "cost"} else value for name, value in row.items()}


def next_address(base: str, entity: Entity, paging: str) -> str:
    return f"{base}/{entity.path}/query/next?paging={quote(paging, safe='')}"


def _after(records: Sequence[Json], last_id: int) -> int:
    """The position of the first record with a higher id."""
    return bisect_right(records, last_id, key=lambda record: int(record["id"]))
