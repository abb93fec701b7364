"""The refusals of the API, word for word where a source has the words (SYN §3)."""

from typing import Final

from sandbox.psa.refused import NO_HEADERS, Refused

NOT_AUTHORIZED: Final = "Not authorized. Please ask account admin to update your group permissions."
WRONG_TOKEN: Final = "Invalid or expired API token"  # noqa: S105 - a sentence; nobody has seen the real one


def wrong_token(*, says: str = WRONG_TOKEN) -> Refused:
    return Refused(401, {"error": says})


def not_permitted() -> Refused:
    """A missing permission has the same status as a wrong token."""
    return Refused(401, {"error": NOT_AUTHORIZED})


def not_found() -> Refused:
    return Refused(404, {"message": "Not found"})


def no_such_page() -> Refused:
    return Refused(
        404, "<!DOCTYPE html><html><body><h1>The page you were looking for doesn't exist.</h1></body></html>"
    )


def invalid(*texts: str) -> Refused:
    """Stricter than the vendor, who ignores what it does not know: so that a misspelt parameter is noticed."""
    return Refused(422, {"error": list(texts)})


def read_only(method: str) -> Refused:
    """Not the vendor's answer: this stand-in has no writes, so that a test can prove that nobody tries one."""
    return Refused(405, {"error": f"{method} is not supported."})


def too_many_requests(retry_after: int | None) -> Refused:
    """Two sources disagree on whether it says how long to wait."""
    headers = NO_HEADERS if retry_after is None else {"Retry-After": str(retry_after)}
    return Refused(429, {"error": "Rate limit exceeded"}, headers)
