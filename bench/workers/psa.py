"""Bare calls to the simulated ConnectWise, without anything of the product in between."""

import base64
from typing import Any

import httpx

from connectors.connectwise.settings import API_VERSION


def client(given: dict[str, Any]) -> httpx.Client:
    """Signed like the product's calls; one connection at a time."""
    company, keys = given["settings"]["company"], given["secrets"]
    signature = base64.b64encode(f"{company}+{keys['public_key']}:{keys['private_key']}".encode()).decode()
    return httpx.Client(
        base_url=f"{given['settings']['site']}/v4_6_release/apis/3.0",
        headers={
            "Authorization": f"Basic {signature}",
            "clientId": keys["client_id"],
            "Accept": f"application/vnd.connectwise.com+json; version={API_VERSION}",
        },
        trust_env=False,
        timeout=60,
    )
