"""Where a tenant's API root is: named by a setting, or found out from the login company (CW §1.3)."""

import asyncio
import logging
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from connectors.connectwise.answers import is_lost, refusal
from connectors.connectwise.auth import Keys
from connectors.connectwise.settings import API_PATH, Settings, api_host
from connectors.errors import InvalidData, NotFound, PsaDown, SignInFailed
from connectors.http import Http, Timing, decoded, is_loopback

KEPT_FOR: Final = 3600.0  # the codebase changes with upgrades only
ALIAS: Final = "v4_6_release"  # routes to the current codebase on every server
_COMPANY_INFO: Final = "GET /login/companyinfo"
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?")
_CODEBASE: Final = re.compile(r"[A-Za-z0-9._-]+")

_log = logging.getLogger(__name__)


class Address:
    """The API root, remembered for an hour, and found anew when an answer shows that it moved."""

    def __init__(self, *, settings: Settings, http: Http, keys: Keys, timing: Timing) -> None:
        self._settings = settings
        self._http = http
        self._keys = keys
        self._timing = timing
        self._lock = asyncio.Lock()
        self._base = ""
        self._found_at = 0.0

    async def base(self) -> str:
        """Without a trailing slash. Callers that come at the same time share one search."""
        async with self._lock:
            if not self._base or self._timing.clock() - self._found_at > KEPT_FOR:
                await self._search()
            return self._base

    async def renewed(self, stale: str) -> str | None:
        """The root after an answer from nowhere; None when it is still the same. The second to ask gets the first's."""
        async with self._lock:
            if self._base == stale:
                await self._search()
            return self._base if self._base != stale else None

    async def _search(self) -> None:
        found = await self._find()
        if self._base and found != self._base:
            _log.info("ConnectWise moved to another codebase.", extra={"action": "connectwise.moved"})
        self._base, self._found_at = found, self._timing.clock()

    async def _find(self) -> str:
        settings = self._settings
        root = settings.base_url
        if root.endswith(f"/{API_PATH}"):
            return root
        if settings.codebase:
            return f"{root or _in_cloud(settings.site)}/{settings.codebase}/{API_PATH}"
        return await self._as_given_or_alias(root) if root else await self._discovered(settings.site)

    async def _as_given_or_alias(self, root: str) -> str:
        """``base_url`` may be the API root itself or the host in front of it."""
        reply = await self._http.get(f"{root}/system/info", call="GET /system/info", auth=self._keys)
        if is_lost(reply):
            return f"{root}/{ALIAS}/{API_PATH}"
        if reply.status in {200, 403}:
            return root
        raise refusal(reply, "/system/info", self._keys.without_secrets(reply.beginning))

    async def _discovered(self, site: str) -> str:
        """Nobody has to sign in for companyinfo, so no keys are sent."""
        company = self._settings.company
        try:
            reply = await self._http.get(f"{site}/login/companyinfo/{quote(company, safe='')}", call=_COMPANY_INFO)
            told = decoded(reply, "ConnectWise") if reply.status == 200 else {}
        except (PsaDown, InvalidData, NotFound):
            told = {}
        if told is None:  # CW §1.3: an unknown company is the literal null, with status 200
            raise SignInFailed(
                f"ConnectWise knows no company “{company}” at {site}: check the company and the region of the site.",
                call=_COMPANY_INFO,
            )
        return _root(site, told if isinstance(told, Mapping) else {})


def _root(site: str, told: Mapping[str, Any]) -> str:
    """``{SiteUrl or site}/{Codebase}apis/3.0``, whatever companyinfo left out or spelled oddly."""
    host, codebase = told.get("SiteUrl"), str(told.get("Codebase") or "").strip("/")
    scheme, _, own = site.partition("://")
    if isinstance(host, str) and _HOST.fullmatch(host):
        own = host
        # Plain http was allowed for this machine only.
        scheme = scheme if is_loopback(host.partition(":")[0]) else "https"
    if not _CODEBASE.fullmatch(codebase):
        codebase = ALIAS
    return f"{_in_cloud(f'{scheme}://{own}')}/{codebase}/{API_PATH}"


def _in_cloud(site: str) -> str:
    scheme, _, netloc = site.partition("://")
    return f"{scheme}://{api_host(netloc)}"
