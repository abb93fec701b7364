"""The refusals of the API, word for word where a source has the words (CW §4.2)."""

from sandbox.psa.refused import Refused


def not_signed_in() -> Refused:
    return Refused(401, {"code": "ConnectWiseApi", "message": "UserNotAuthenticated"})


def wrong_sign_in(message: str) -> Refused:
    return Refused(401, {"code": "Unauthorized", "message": message})


def not_permitted() -> Refused:
    message = "You do not have security permission to perform this action."
    return Refused(403, {"code": "Security", "message": message, "errors": None})


def invalid(what: str, message: str) -> Refused:
    """A query that the server cannot take: ``message`` names the token that is wrong."""
    return Refused(400, {"code": "InvalidObject", "message": f"{what} is invalid: {message}", "errors": None})


def not_found(noun: str, record_id: str) -> Refused:
    return Refused(404, {"code": "NotFound", "message": f"{noun} {record_id} not found", "errors": None})


def no_such_endpoint() -> Refused:
    return Refused(404, {"code": "ConnectWiseApi", "message": "The endpoint does not exist."})


def cannot_route() -> Refused:
    return Refused(400, "Cannot route. Codebase/company is invalid")


def stale_codebase() -> Refused:
    return Refused(404, "<html><head><title>404 Not Found</title></head><body>Not Found</body></html>")


def read_only(method: str) -> Refused:
    """Not the vendor's answer: this stand-in has no writes, so that a test can prove that nobody tries one."""
    return Refused(405, {"code": "MethodNotAllowed", "message": f"{method} is not supported.", "errors": None})


def too_many_requests(seconds: int) -> Refused:
    """The one body whose key is ``error`` in place of ``code`` (CW §4.1)."""
    message = f"Too many requests. Please try again in {seconds} seconds."
    return Refused(429, {"error": "ConnectWiseAPI", "message": message}, {"Retry-After": str(seconds)})


def url_too_long() -> Refused:
    return Refused(414, "<html><head><title>414 Request-URI Too Long</title></head><body></body></html>")
