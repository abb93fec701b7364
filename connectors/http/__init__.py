"""The only road to a PSA: reads with timeouts, retries, a call budget, guarded JSON and honest errors."""

from connectors.http.address import is_loopback, safe_url
from connectors.http.at_once import as_they_come, at_once
from connectors.http.budget import Budget, Budgets, moment
from connectors.http.client import Auth, Http, Request, Response, Signs
from connectors.http.reply import Reply, decoded, next_link
from connectors.http.timing import Timing
from connectors.http.window import Full, Moments, Pace, Window

__all__ = [
    "Auth",
    "Budget",
    "Budgets",
    "Full",
    "Http",
    "Moments",
    "Pace",
    "Reply",
    "Request",
    "Response",
    "Signs",
    "Timing",
    "Window",
    "as_they_come",
    "at_once",
    "decoded",
    "is_loopback",
    "moment",
    "next_link",
    "safe_url",
]
