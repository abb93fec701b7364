"""The refusals of the API. Their texts are made up, because the real ones are not documented (BMS §3)."""

from sandbox.psa.refused import NO_HEADERS, Refused


def failure(message: str, *, code: int = 0, status: int = 200) -> Refused:
    """``stackStrace`` is the vendor's own spelling."""
    error = {
        "code": code,
        "message": message,
        "details": None,
        "stackStrace": "   at Vorex.Api.Secret.Place()",
        "subErrors": [],
    }
    return Refused(status, {"success": False, "error": error, "result": None})


def wrong_sign_in() -> Refused:
    return failure("Invalid user name or password")


def wants_code() -> Refused:
    return failure("MFA verification code is required.")


def no_api_access() -> Refused:
    return failure("The user does not have API access.")


def stale_token(*, in_envelope: bool) -> Refused:
    return failure("The access token has expired.", code=401) if in_envelope else Refused(401, "")


def not_permitted(*, in_envelope: bool) -> Refused:
    message = "You do not have permission to perform this action."
    return failure(message, status=200 if in_envelope else 403)


def not_found(what: str) -> Refused:
    return failure(f"{what} was not found.", status=404)


def no_such_endpoint() -> Refused:
    return Refused(404, "")


def invalid(message: str) -> Refused:
    """Stricter than the vendor, who ignores what it does not know: so that a misspelt parameter is noticed."""
    return failure(message, status=400)


def not_a_form() -> Refused:
    return Refused(415, "")


def read_only(method: str) -> Refused:
    """Not the vendor's answer: this stand-in has no writes, so that a test can prove that nobody tries one."""
    return failure(f"{method} is not supported.", status=405)


def too_many_requests(retry_after: int | None) -> Refused:
    headers = NO_HEADERS if retry_after is None else {"Retry-After": str(retry_after)}
    return Refused(429, "API calls quota exceeded.", headers)
