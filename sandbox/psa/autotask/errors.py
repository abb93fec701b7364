"""The refusals of the API, word for word where a source has the words (AT §4.2). Most of them are a 500."""

from collections.abc import Mapping

from sandbox.psa.refused import NO_HEADERS, Refused


def refused(status: int, text: str, headers: Mapping[str, str] = NO_HEADERS) -> Refused:
    return Refused(status, {"errors": [text]}, headers)


def unknown_user() -> Refused:
    return refused(500, "Zone information could not be determined")


def unauthorized() -> Refused:
    return refused(401, "Unauthorized")


def wrong_code() -> Refused:
    return refused(500, "IntegrationCode is invalid.")


def not_permitted() -> Refused:
    return refused(500, "The logged in Resource does not have the adequate permissions to query this entity type.")


def unknown_field(name: str, entity: str) -> Refused:
    return refused(500, f"Unable to find {name} in the {entity} Entity.")


def bad_query(text: str) -> Refused:
    """Its texts are not documented."""
    return refused(500, text)


def not_found() -> Refused:
    return Refused(404, "<html><head><title>404</title></head><body>The resource cannot be found.</body></html>")


def wrong_method(method: str) -> Refused:
    return refused(405, f"The requested resource does not support http method '{method}'.")


def url_too_long() -> Refused:
    return Refused(414, "<html><head><title>414</title></head><body>Request-URI Too Long</body></html>")


def threshold_exceeded() -> Refused:
    return refused(429, "The API request threshold has been exceeded for this database.")


def too_many_requests(seconds: int) -> Refused:
    return refused(429, "The API request threshold has been exceeded.", {"Retry-After": str(seconds)})


def too_many_threads(status: int) -> Refused:
    return refused(status, "Itgenatr005: The Autotask API thread threshold of 3 threads has been exceeded.")
