"""Where to sign in: told by a setting, by the server itself, or by the usual place (HALO §1)."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

from connectors.errors import BadSettings, InvalidData
from connectors.halopsa.settings import NO_TENANT, Settings
from connectors.http import Http, decoded, safe_url

CALL: Final = "GET /AuthInfo"
_log = logging.getLogger(__name__)


class Address:
    """AuthInfo is open to everybody, so no token is sent. Found once; a new connector looks anew."""

    def __init__(self, *, settings: Settings, http: Http) -> None:
        self._settings = settings
        self._http = http
        self._lock = asyncio.Lock()
        self._token_url = ""

    @property
    def api(self) -> str:
        return self._settings.api

    def token_url(self) -> str:
        return self._token_url

    async def settle(self) -> None:
        """Callers that come at the same time share one search."""
        async with self._lock:
            if not self._token_url:
                self._token_url = await self._find()

    async def _find(self) -> str:
        settings = self._settings
        tenant_is_known = bool(settings.tenant) or settings.on_premises
        told = {} if settings.auth_url and tenant_is_known else await self._told()
        server = settings.auth_url or self._server(told) or f"{settings.web}/auth"
        tenant = settings.tenant or ("" if settings.on_premises else _tenant(told))
        url = server if urlsplit(server).path.endswith("/token") else f"{server}/token"
        return f"{url}?tenant={quote(tenant, safe='')}" if tenant else url

    async def _told(self) -> Mapping[str, Any]:
        """Older servers may not have it; then the usual place is tried."""
        reply = await self._http.get(f"{self._settings.api}/AuthInfo", call=CALL)
        try:
            answer = decoded(reply, "HaloPSA") if reply.status == 200 else {}
        except InvalidData:
            answer = {}
        if not isinstance(answer, Mapping) or not answer:
            _log.info("HaloPSA does not say where to sign in.", extra={"action": "halopsa.no_auth_info"})
            return {}
        return answer

    def _server(self, told: Mapping[str, Any]) -> str:
        """Another host is usual. A plain http:// one would get the secret in the clear, so it is not taken."""
        url = told.get("auth_url")
        if not isinstance(url, str) or not url.strip():
            return ""
        try:
            return safe_url(url, allow_insecure_loopback=self._settings.is_local, setting="auth_url").geturl()
        except BadSettings:
            return ""


def _tenant(told: Mapping[str, Any]) -> str:
    tenant = told.get("tenant_id")
    return tenant if isinstance(tenant, str) and tenant.strip().casefold() not in {"", NO_TENANT} else ""
