"""The stories as a person would tell them, the customers they are about, and how each should be judged."""

from typing import Final

from sandbox.psa.script import NOTHING_TO_FIX, Plot, Tale
from sandbox.psa.syncro import cast

TALES: Final[tuple[Tale, ...]] = (
    (
        "bluth",
        "Bluth Company",
        (cast.BLUTH,),
        "BLOCKED",
        "No recurring invoice",
        "It is a customer like any other, but nobody made a recurring invoice for it.",
        "Make a recurring invoice with one line",
    ),
    (
        "dunder",
        "Dunder Mifflin",
        (cast.DUNDER,),
        "BLOCKED",
        "An empty recurring invoice",
        "Its recurring invoice has not a single line.",
        "Add a recurring line",
    ),
    (
        "pendant",
        "Pendant Publishing",
        (cast.PENDANT,),
        "EXCLUDED_BY_DESIGN",
        "Disabled",
        "The customer is disabled, although its recurring invoice still bills.",
        "Enable the customer",
    ),
    (
        "kramerica",
        "Kramerica Industries",
        (cast.KRAMERICA,),
        "VISIBLE",
        "Paused",
        "Its only recurring invoice is paused.",
        "Resume the recurring invoice",
    ),
    (
        "vandelay",
        "Vandelay Industries",
        (cast.VANDELAY,),
        "VISIBLE",
        "Charged once",
        "The only line of its recurring invoice is a one-time charge.",
        "Make the line recurring",
    ),
    (
        "loblaw",
        "Bob Loblaw Law",
        (cast.LOBLAW,),
        "BLOCKED",
        "A quantity of zero",
        "The only line of its recurring invoice has the quantity zero.",
        "Set the quantity to 12",
    ),
    (
        "gekko",
        "Gekko & Co",
        (cast.GEKKO,),
        "CANNOT_TELL",
        "Counted by assets",
        "Its only line is tied to assets, and what it will count cannot be read.",
        "Set the quantity to 12 by hand",
    ),
    (
        "sitwell",
        "Sitwell Enterprises",
        (cast.SITWELL,),
        "CANNOT_TELL",
        "A token that lacks a permission",
        "The API token was made anew, and nobody ticked Recurring Invoices - List.",
        "Re-create the token with Recurring Invoices - List",
    ),
    (
        "wernham",
        "Wernham Hogg",
        (cast.WERNHAM,),
        "VISIBLE",
        "All is well",
        "A customer with a monthly recurring invoice of two lines.",
        NOTHING_TO_FIX,
    ),
    (
        "goodman",
        "Saul Goodman",
        (cast.GOODMAN,),
        "VISIBLE",
        "A private person",
        "All is well, but it has no business name: only a first and a last name.",
        NOTHING_TO_FIX,
    ),
    (
        "prestige",
        "Prestige Worldwide",
        (cast.PRESTIGE,),
        "NOT_SYNCED_YET",
        "Brand new",
        "It was created yesterday with a monthly recurring invoice; the last sync is older.",
        f"{NOTHING_TO_FIX}: sync it",
    ),
    (
        "entertainment",
        "Entertainment 720",
        (cast.ENTERTAINMENT,),
        "GONE_IN_PSA",
        "Deleted for good",
        "Somebody deleted the customer two days ago, and Syncro has no recycle bin.",
        "Bring the customer back",
    ),
)
BEGUN_WELL: Final = frozenset({"sitwell"})  # taking the permission away would spoil every other story
PLOTS: Final = tuple(Plot.of(tale, whole_psa=tale[0] in BEGUN_WELL) for tale in TALES)
