"""Which account does a typed name mean? Pure: it suggests, it never guesses (X16, J2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.store.names import How, Match, name_key
from connectors.errors import ConnectorError
from connectors.records import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the cache and the PSA said about a name. ``live`` is empty when ``error`` says why it was not read."""

    matches: Sequence[Match]
    live: Mapping[str, Account] = field(default_factory=dict)
    error: ConnectorError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A name that is close to the one asked for, or one of several that match it."""

    id: str
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """``focus``: the accounts to diagnose, the one in use first. Else ``several``: a person has to choose."""

    focus: tuple[str, ...] = ()
    several: tuple[Near, ...] = ()
    nearest: tuple[Near, ...] = ()


def choose(query: str, found: Found, *, only: str | None = None) -> Choice:
    """One account of exactly that name, or one match at all, is the answer; anything else is a choice.

    Accounts of one name of which at most one is in use are diagnosed together: that is the recycle-bin twin (R37).
    """
    if only is not None:
        return Choice(focus=(only,))
    matches = {match.id: match for match in found.matches}
    names = [*matches, *(each for each in found.live if each not in matches)]
    exact = [each for each in names if _is_exact(query, matches.get(each), found.live.get(each))]
    others = tuple(_near(each, matches, found.live) for each in names if each not in exact)
    if exact:
        in_use = [each for each in exact if not _is_deleted(found, each)]
        if len(in_use) <= 1:
            return Choice(focus=(*in_use, *(each for each in exact if each not in in_use)), nearest=others)
        return Choice(several=(*(_near(each, matches, found.live) for each in exact), *others))
    likely = tuple(each for each in others if each.id in found.live or matches[each.id].how is not How.FUZZY)
    if len(likely) == 1:
        return Choice(focus=(likely[0].id,), nearest=tuple(each for each in others if each is not likely[0]))
    return Choice(several=likely) if likely else Choice(nearest=others)


def _is_exact(query: str, match: Match | None, account: Account | None) -> bool:
    """By name, id or identifier; legal forms, case and punctuation do not count: “Acme” is Acme Ltd."""
    if match is not None and match.how is How.EXACT:
        return True
    if account is None:
        return False
    wanted = name_key(query)
    return wanted in {name_key(account.name), name_key(account.identifier or "")} or query.strip() == account.id


def _is_deleted(found: Found, account_id: str) -> bool:
    account = found.live.get(account_id)
    return account is not None and account.deleted is True


def _near(account_id: str, matches: Mapping[str, Match], live: Mapping[str, Account]) -> Near:
    account = live.get(account_id)
    if account is None:
        return Near(id=account_id, name=matches[account_id].name, detail="from the cache")
    status = [account.status.name] if account.status else []
    kinds = [each.name for each in account.types or ()]
    recycled = ["in the recycle bin"] if account.deleted else []
    return Near(id=account_id, name=account.name, detail=", ".join([account_id, *status, *kinds, *recycled]))
