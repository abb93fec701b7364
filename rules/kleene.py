"""Logic with three values: ``None`` is "could not be told", and is never taken for yes or no."""

from collections.abc import Iterable

Truth = bool | None


def all_of(truths: Iterable[Truth]) -> Truth:
    """False as soon as one is false; else unknown when one is unknown."""
    unknown = False
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            unknown = True
    return None if unknown else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """True as soon as one is true; else unknown when one is unknown."""
    unknown = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            unknown = True
    return None if unknown else False


def opposite(truth: Truth) -> Truth:
    return None if truth is None else not truth
