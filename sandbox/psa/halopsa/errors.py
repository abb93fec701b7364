"""The refusals of the sign-in and the API, in the shapes that clients have met (HALO §1, §3)."""

from collections.abc import Mapping, Sequence

from sandbox.psa.refused import NO_HEADERS, Refused


def oauth(status: int, error: str) -> Refused:
    return Refused(status, {"error": error})


def not_signed_in() -> Refused:
    return Refused(401, "", {"WWW-Authenticate": 'Bearer error="invalid_token"'})


def not_permitted() -> Refused:
    return Refused(403, {"ClassName": "System.UnauthorizedAccessException", "Message": "You do not have access."})


def denied_as_bad_request() -> Refused:
    """A denied call may come as a 400 (HALO §5)."""
    return Refused(400, {"ClassName": "System.Exception", "Message": "You do not have permission to do this."})


def invalid(fields: Mapping[str, Sequence[str]]) -> Refused:
    return Refused(400, {f"[0].{name}": list(messages) for name, messages in fields.items()})


def not_found() -> Refused:
    return Refused(404, {"Message": "The requested item does not exist."})


def no_such_address() -> Refused:
    return Refused(404, "<!DOCTYPE html><html><head><title>404</title></head><body>Not Found</body></html>")


def read_only(method: str) -> Refused:
    """Not the vendor's answer: this stand-in has no writes, so that a test can prove that nobody tries one."""
    return Refused(405, {"Message": f"The requested resource does not support the method {method}."})


def too_many_requests(calls: int, minutes: int, headers: Mapping[str, str] = NO_HEADERS) -> Refused:
    """Plain text, and no Retry-After that anybody has seen (HALO §3)."""
    return Refused(429, f"Rate Limit Reached - {calls} Requests per rolling {minutes} minute window.", headers)
