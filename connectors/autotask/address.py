"""Which zone a tenant lives in: asked for by the user's name, remembered, asked again when it moved (AT §1.2)."""

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from connectors.autotask.answers import UNKNOWN_USER, refusal, told
from connectors.autotask.auth import Keys
from connectors.autotask.settings import VERSION, Settings, api_root
from connectors.errors import InvalidData, NotFound, PsaDown, SignInFailed, TimedOut, Unreachable
from connectors.http import Http, Timing, decoded, is_loopback

HOSTS: Final = (
    "https://webservices.autotask.net/ATServicesRest/V1.0",
    "https://webservices2.autotask.net/ATServicesRest/V1.0",
)
KEPT_FOR: Final = 24 * 3600.0  # a database is moved once in years, and a 401 shows it sooner
_CALL: Final = "GET /zoneInformation"
_VENDOR: Final = ".autotask.net"
_NUMBERED: Final = re.compile(r"webservices(\d*)\.autotask\.net", re.IGNORECASE)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """``base`` is the API root without a trailing slash, ``web`` the web client's address with one."""

    base: str
    web: str
    discovered: bool = True


class Address:
    """The tenant's zone. Callers that come at the same time share one search."""

    def __init__(self, *, settings: Settings, http: Http, keys: Keys, timing: Timing) -> None:
        self._settings = settings
        self._http = http
        self._keys = keys
        self._timing = timing
        self._lock = asyncio.Lock()
        self._zone: Zone | None = None
        self._found_at = 0.0
        self._version: str | None = None

    async def zone(self) -> Zone:
        async with self._lock:
            if self._zone is None or self._timing.clock() - self._found_at > KEPT_FOR:
                return await self._search()
            return self._zone

    async def renewed(self, stale: Zone) -> Zone | None:
        """The zone after a 401; None when it is still the same. The second to ask gets the first's."""
        async with self._lock:
            found = await self._search() if self._zone == stale else self._zone
            return found if found != stale else None

    async def version(self) -> str | None:
        """The version that this bot calls, when Autotask lists it; asked for once, and never worth a failure."""
        zone = await self.zone()
        if self._version is None and zone.discovered:
            call = "GET /VersionInformation"
            try:
                reply = await self._http.get(f"{zone.base.rpartition('/')[0]}/VersionInformation", call=call)
                listed = decoded(reply, "Autotask") if reply.status == 200 else None
            except (PsaDown, Unreachable, TimedOut, InvalidData):
                return None
            versions = listed.get("apiVersions") if isinstance(listed, Mapping) else None
            self._version = VERSION if isinstance(versions, list) and VERSION in versions else None
        return self._version

    async def _search(self) -> Zone:
        found = await self._find()
        if self._zone is not None and found != self._zone:
            _log.info("Autotask moved to another zone.", extra={"action": "autotask.moved"})
        self._zone, self._found_at = found, self._timing.clock()
        return found

    async def _find(self) -> Zone:
        if self._settings.base_url:
            return Zone(base=self._settings.base_url, web=_web_of(self._settings.base_url), discovered=False)
        if self._settings.zone_url:
            return await self._asked_at(self._settings.zone_url)
        try:
            return await self._asked_at(HOSTS[0])
        except (PsaDown, Unreachable, TimedOut):
            return await self._asked_at(HOSTS[1])

    async def _asked_at(self, root: str) -> Zone:
        """Nobody has to sign in, so no keys are sent; the user's name is what is asked about."""
        params = {"user": self._settings.username}
        reply = await self._http.get(f"{root}/zoneInformation", call=_CALL, params=params)
        if reply.status != 200:
            raise self._refused(told(reply), refusal(reply, "/zoneInformation", ""))
        answer = decoded(reply, "Autotask")
        if not isinstance(answer, Mapping):
            raise InvalidData("Autotask's answer is not a zone.", call=_CALL, status=reply.status)
        return _zone(answer, root)

    def _refused(self, text: str, error: Exception) -> Exception:
        """An unknown user is a 500 here, and no outage."""
        return SignInFailed(UNKNOWN_USER, call=_CALL) if "could not be determined" in text else error


def _zone(answer: Mapping[str, Any], asked: str) -> Zone:
    named = {name.casefold(): value for name, value in answer.items()}
    url, web = named.get("url"), named.get("weburl")
    if not isinstance(url, str) or not _is_trusted(url, asked):
        # The keys would travel there.
        raise NotFound("Autotask named a zone that is not on its own hosts, so nothing was sent there.", call=_CALL)
    base = api_root(url)
    trusted = isinstance(web, str) and _is_trusted(web, asked)
    return Zone(base=base, web=f"{str(web).rstrip('/')}/" if trusted else _web_of(base))


def _is_trusted(url: str, asked: str) -> bool:
    """Https on the vendor's hosts or on the host that was asked; plain http on this very machine only."""
    try:
        there, here = urlsplit(url), urlsplit(asked)
        host, _ = there.hostname or "", there.port
    except ValueError:
        return False
    if "@" in there.netloc or there.query or there.fragment:
        return False
    if there.scheme == "http":
        return here.scheme == "http" and is_loopback(host)
    return there.scheme == "https" and (host.endswith(_VENDOR) or host == here.hostname)


def _web_of(base: str) -> str:
    """The web client of zone 3 is ww3 where its API is webservices3 (AT §1.2); elsewhere it is the same host."""
    url = urlsplit(base)
    host = _NUMBERED.sub(r"ww\1.autotask.net", url.netloc)
    return f"{url.scheme}://{host}/"
