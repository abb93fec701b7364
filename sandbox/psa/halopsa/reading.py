"""Answers a list or a single record (HALO §2, §4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.psa.halopsa.applications import Agent
from sandbox.psa.halopsa.endpoints import Endpoint
from sandbox.psa.halopsa.errors import invalid, not_found
from sandbox.psa.halopsa.query import Query, like
from sandbox.psa.halopsa.tenant import Tenant
from sandbox.psa.records import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Where sources disagree, both kinds of server exist: each is one switch."""

    literal_search: bool = False  # wildcards in a search stand for themselves
    lists_hold_lines: bool = True  # includelines works
    bare_lists: bool = False  # no envelope, and then no paging either
    lean_lists: bool = False  # a list of customers shows only the usual columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One read of one endpoint: for which agent and which moment."""

    tenant: Tenant
    endpoint: Endpoint
    agent: Agent
    now: datetime
    manners: Manners

    def listed(self, query: Query) -> Any:
        rows = [row for row in self._rows() if self._fits(row, query)]
        rows = _ordered(rows, query)
        if not self.endpoint.key or self.manners.bare_lists:
            return [self._shown(row, query) for row in rows]
        start = max(0, query.page_no - 1) * query.page_size
        page = [self._shown(row, query) for row in rows[start : start + query.page_size]]
        told = {"page_no": query.page_no, "page_size": query.page_size} if query.page_no else {}
        return {**told, "record_count": len(rows), self.endpoint.key: page}

    def one(self, record_id: int, query: Query) -> Json:
        """A record that the agent may not see looks like one that is gone."""
        found = next((row for row in self._rows() if row["id"] == record_id), None)
        if found is None:
            raise not_found()
        return found if query.flag("includedetails") else {key: found[key] for key in found if key != "lines"}

    def _rows(self) -> Sequence[Json]:
        rows, owner = self._stored(), self.endpoint.owner
        if not owner or not self.agent.hidden:
            return rows
        return [row for row in rows if self.agent.sees(row[owner])]

    def _stored(self) -> Sequence[Json]:
        kept = {
            "/Client": self.tenant.clients,
            "/RecurringInvoice": self.tenant.invoices,
            "/ClientContract": self.tenant.contracts,
        }.get(self.endpoint.path)
        if kept is not None:
            return kept.at(self.now)
        if self.endpoint.path == "/Site":
            return self.tenant.sites(self.tenant.clients.at(self.now))
        return self.tenant.table(self.endpoint.path)

    def _fits(self, row: Json, query: Query) -> bool:
        if self.endpoint.path == "/Client" and not _is_marked(row, query):
            return False
        numbers = {name: number for name, number in query.numbers.items() if name in row}
        if any(row[name] != number for name, number in numbers.items()):
            return False
        if not query.search:
            return True
        pattern = like(query.search, literal=self.manners.literal_search)
        return any(pattern.search(text) for text in _texts(row))

    def _shown(self, row: Json, query: Query) -> Json:
        if self.endpoint.path == "/Client" and self.manners.lean_lists:
            return {name: row[name] for name in ("id", "name", "toplevel_id", "toplevel_name", "ref", "main_site_name")}
        if "lines" in row and not (query.flag("includelines") and self.manners.lists_hold_lines):
            return {name: value for name, value in row.items() if name != "lines"}
        return row


def _is_marked(client: Json, query: Query) -> bool:
    """What comes without either mark is not documented: here only active ones do."""
    if not {"includeactive", "includeinactive"} & query.flags.keys():
        return not client["inactive"]
    return query.flag("includeinactive" if client["inactive"] else "includeactive")


def _texts(row: Json) -> Iterable[str]:
    """A search looks into several columns."""
    return (row[name] for name in ("name", "ref", "main_site_name", "reference", "client_name") if row.get(name))


def _ordered(rows: list[Json], query: Query) -> list[Json]:
    if query.order:
        if rows and query.order not in rows[0]:
            raise invalid({"order": [f"Invalid column name '{query.order}'."]})
        return sorted(rows, key=lambda row: row[query.order], reverse=query.descending)
    if query.page_no and len(rows) > query.page_size:
        # Without an order rows move between the pages: here they always do, so that nobody forgets it.
        turn = (query.page_no * 7) % len(rows)
        return [*rows[turn:], *rows[:turn]]
    return rows
