"""The stories as a person would tell them, the accounts they are about, and how each should be judged (R56)."""

from collections.abc import Mapping
from typing import Final

from sandbox.psa.kaseya_family import cast
from sandbox.psa.script import NOTHING_TO_FIX, Plot

# As a Tale, but each product has names of its own for the accounts.
TALES: Final[tuple[tuple[str, tuple[int, ...], str, str, str, str], ...]] = (
    (
        "well",
        (cast.WELL,),
        "VISIBLE",
        "All is well",
        "A client with a recurring contract.",
        NOTHING_TO_FIX,
    ),
    (
        "new",
        (cast.NEW,),
        "NOT_SYNCED_YET",
        "Brand new",
        "It was created yesterday and has a recurring contract; the last sync is older.",
        f"{NOTHING_TO_FIX}: sync it",
    ),
    (
        "prospect",
        (cast.PROSPECT,),
        "EXCLUDED_BY_DESIGN",
        "Still a prospect",
        "Its contract runs, but its account type is Prospect.",
        "Change the account type to a client's",
    ),
    (
        "vendor",
        (cast.VENDOR,),
        "EXCLUDED_BY_DESIGN",
        "Filed as a vendor",
        "It buys and sells; its account type is Vendor.",
        "Change the account type to a client's",
    ),
    (
        "inactive",
        (cast.INACTIVE,),
        "EXCLUDED_BY_DESIGN",
        "Switched off",
        "Its contract runs, but the account is not active.",
        "Set the account to active",
    ),
    (
        "no-contract",
        (cast.NO_CONTRACT,),
        "BLOCKED",
        "No contract at all",
        "It is a client that nobody made a contract for.",
        "Create a recurring services contract",
    ),
    (
        "ended",
        (cast.ENDED,),
        "BLOCKED",
        "Ran out",
        "Its recurring contract ended a month ago.",
        "Extend the contract by two years",
    ),
    (
        "later",
        (cast.LATER,),
        "BLOCKED",
        "Not yet",
        "Its recurring contract begins in ten days.",
        "Let the contract begin today",
    ),
    (
        "switched-off",
        (cast.SWITCHED_OFF,),
        "BLOCKED",
        "A contract that is off",
        "Somebody deactivated its only contract.",
        "Activate the contract",
    ),
    (
        "one-time",
        (cast.ONE_TIME,),
        "BLOCKED",
        "Paid once",
        "Its only contract is of the type Fixed Price.",
        "Make it a contract of the type Recurring Services",
    ),
    (
        "on-retainer",
        (cast.ON_RETAINER,),
        "CANNOT_TELL",
        "A retainer",
        "Its only contract is a retainer with a billing cycle; no document says whether that counts.",
        "Make it a contract of the type Recurring Services",
    ),
    (
        "branch",
        (cast.BRANCH, cast.WELL),
        "BLOCKED",
        "Billed by its parent",
        "It has no contract of its own: the account that it belongs to has one.",
        "Give it a contract of its own",
    ),
    (
        "unseen",
        (cast.UNSEEN,),
        "CANNOT_TELL",
        "Out of sight",
        "The security scope of the API user leaves it out, without an error.",
        "Widen the security scope",
    ),
    (
        "twice",
        (cast.TWICE, cast.TWICE_OLD),
        "AMBIGUOUS",
        "Twice in the list",
        "An inactive account has the same name and an old contract.",
        "Rename the inactive account",
    ),
    (
        "locked-out",
        (cast.LOCKED_OUT,),
        "CANNOT_TELL",
        "Locked out",
        "When its role loses Has API Access, the API user can read nothing, this account neither.",
        "Tick Has API Access for the role again",
    ),
)
BEGUN_WELL: Final = frozenset({"unseen", "locked-out"})  # taking the right away would spoil every other story


def plots(names: Mapping[int, str]) -> list[Plot]:
    """``names``: of the accounts, by their ids."""
    told = []
    for story_id, account_ids, expected, title, text, fix_label in TALES:
        tale = (story_id, names[account_ids[0]], account_ids, expected, title, text, fix_label)
        told.append(Plot.of(tale, whole_psa=story_id in BEGUN_WELL))
    return told
