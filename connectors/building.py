"""How every PSA's HTTP client is built out of its facts and a connection's setup."""

from connectors.contract import USUAL_TIMEOUT, Setup, Spec
from connectors.http import Budget, Http, Signs, Timing
from connectors.records import Usage


def http_of(  # noqa: PLR0913 - each is a fact of one PSA
    spec: Spec,
    setup: Setup,
    *,
    account: str,
    usage: Usage,
    timing: Timing,
    is_local: bool,
    budget: Budget | None = None,
    signs: Signs | None = None,
    usual_timeout: float = USUAL_TIMEOUT,
) -> Http:
    """``account`` names whose calls the PSA counts together. ``is_local``: on this machine, where no proxy leads.
    ``usual_timeout``: seconds, where nobody chose others.
    """
    chosen = setup.timeout_seconds
    return Http(
        psa=spec.nouns.psa,
        budget=budget or setup.budget(spec, account, timing),
        bulk=setup.bulk_budget(spec, account, timing),
        usage=usage,
        timing=timing,
        timeout_seconds=usual_timeout if chosen == USUAL_TIMEOUT else chosen,
        parallel_calls=spec.parallel_calls,
        through_proxies=not is_local,
        signs=signs,
    )
