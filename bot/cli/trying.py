"""Tries a connection: signs in, reads the tables, and probes each right (U3: signing in alone proves little)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.exits import Exit, exit_for
from bot.permissions import Line, lines_of
from bot.render.filters import filter_words
from bot.render.permissions import right_document
from connectors.contract import Connector, filter_from
from connectors.errors import ConnectorError, WhoMustAct
from connectors.records import Access, AccessProbe, AccountFilter, ConnectionCheck

MARKS = {Access.GRANTED: "ok", Access.REFUSED: "REFUSED", Access.EMPTY: "EMPTY"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """``exit`` is DONE exactly when it works."""

    document: Mapping[str, Any]
    text: str
    exit: Exit

    @property
    def works(self) -> bool:
        return self.exit is Exit.DONE


async def try_out(connector: Connector, settings: Mapping[str, str]) -> Tried:
    """Raises BadSettings for a label of the filter that this tenant does not have."""
    try:
        checked = await connector.check()
        which = filter_from(await connector.tables(), settings)
        probes = await connector.probe()
    except ConnectorError as error:
        return _broken(error)
    return _tried(connector, checked, which, probes)


def _broken(error: ConnectorError) -> Tried:
    who = WhoMustAct(error.who_must_act).value
    document = {"ok": False, "error": error.message, "who_must_act": who, "call": error.call}
    return Tried(document=document, text=f"It does not work: {error.message}", exit=exit_for(error.kind))


def _tried(
    connector: Connector, checked: ConnectionCheck, which: AccountFilter, probes: Sequence[AccessProbe]
) -> Tried:
    rights = lines_of(connector.spec, probes)
    needed = [line.right.right for line in rights if line.access is Access.REFUSED and _a_sync_reads(connector, line)]
    document = {
        "ok": not needed,
        "version": checked.version,
        "host": checked.host,
        "rights": [right_document(line) for line in rights],
        "filter": filter_words(which),
    }
    lines = [
        f"Signed in to {checked.host}, version {checked.version or 'unknown'}.",
        *(_line(line) for line in rights if line.is_the_bots),
        filter_words(which),
    ]
    if needed:
        document |= {"error": f"The API user may not read what every sync reads. Grant: {'; '.join(needed)}."}
        document |= {"who_must_act": WhoMustAct.OPERATOR.value}
        lines.append(f"It does not work: {document['error']}")
    return Tried(document=document, text="\n".join(lines), exit=Exit.NO if needed else Exit.DONE)


def _a_sync_reads(connector: Connector, line: Line) -> bool:
    """Without it every full sync fails; without another right, some questions stay open."""
    path = line.right.path or ""
    return any(re.fullmatch(pattern, path) for pattern in connector.spec.reads["full"])


def _line(line: Line) -> str:
    """Only what this bot itself uses: nobody is told to grant more."""
    detail = f" {line.detail}" if line.detail and line.access is not Access.GRANTED else ""
    return f"{MARKS.get(line.access, 'unknown'):8} {line.right.right}.{detail}"
