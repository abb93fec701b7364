"""The stories as a person would tell them, the customers they are about, and how each should be judged."""

from typing import Final

from sandbox.psa.halopsa import cast

NOTHING_TO_FIX: Final = "Nothing to fix in the PSA"

# id, company, customers, expected verdict, title, what is wrong, what the fix does
TALES: Final = (
    (
        "oceanic",
        "Oceanic Airlines",
        (cast.OCEANIC,),
        "VISIBLE",
        "All is well",
        "An active customer with a recurring invoice and two active lines in it.",
        NOTHING_TO_FIX,
    ),
    (
        "acme",
        "Acme Dental",
        (cast.ACME,),
        "NOT_SYNCED_YET",
        "Brand new",
        "It was created yesterday and has a recurring invoice; the last sync is older.",
        f"{NOTHING_TO_FIX}: sync it",
    ),
    (
        "monsters",
        "Monsters, Inc.",
        (cast.MONSTERS,),
        "BLOCKED",
        "No recurring invoice",
        "It is a customer that nobody made a recurring invoice for.",
        "Create a recurring invoice with a line",
    ),
    (
        "gringotts",
        "Gringotts Bank",
        (cast.GRINGOTTS,),
        "BLOCKED",
        "No active line",
        "Both lines of its recurring invoice are inactive.",
        "Activate a line",
    ),
    (
        "ollivander",
        "Ollivanders",
        (cast.OLLIVANDER,),
        "BLOCKED",
        "A heading is no line",
        "Its recurring invoice holds a heading and nothing below it.",
        "Add a line below the heading",
    ),
    (
        "cheers",
        "Cheers Bar",
        (cast.CHEERS,),
        "BLOCKED",
        "Quantity zero",
        "The only line of its recurring invoice has the quantity 0.",
        "Set the quantity to 12",
    ),
    (
        "lumon",
        "Lumon Industries",
        (cast.LUMON,),
        "EXCLUDED_BY_DESIGN",
        "Switched off",
        "Its recurring invoice has active lines, but the customer is inactive.",
        "Make the customer active",
    ),
    (
        "duff",
        "Duff Brewing",
        (cast.DUFF,),
        "BLOCKED",
        "A disabled invoice",
        "Its only recurring invoice is disabled.",
        "Enable the recurring invoice",
    ),
    (
        "nakatomi",
        "Nakatomi Trading",
        (cast.NAKATOMI,),
        "BLOCKED",
        "Out of its dates",
        "Its recurring invoice and its contract ended a month ago.",
        "Extend both by a year",
    ),
    (
        "bubba",
        "Bubba Gump Shrimp",
        (cast.BUBBA, cast.GUMP),
        "BLOCKED",
        "Billed through another",
        "It has no recurring invoice of its own: Gump Holding pays for it.",
        "Give it a recurring invoice of its own",
    ),
    (
        "halcyon",
        "Halcyon Power",
        (cast.HALCYON,),
        "CANNOT_TELL",
        "Counted later",
        "The quantity of its only line is counted from its assets when the invoice is made.",
        "Set a fixed quantity of 12",
    ),
    (
        "spectre",
        "Spectre Holdings",
        (cast.SPECTRE,),
        "CANNOT_TELL",
        "Out of sight",
        "The agent of the API application may not use all customers, and this one is not among its own.",
        "Set Allow use of all Customers to Yes",
    ),
)
# These are about the whole tenant, so they begin well. Their verdict is that of the customer once they are broken.
TENANT_TALES: Final = (
    (
        "dharma",
        "Dharma Initiative",
        (cast.DHARMA,),
        "CANNOT_TELL",
        "A right was taken away",
        "The API application lost the permission to read invoices.",
        "Tick read:invoices for the application",
    ),
    (
        "zorin",
        "Zorin Industries",
        (cast.ZORIN,),
        "VISIBLE",
        "An old build",
        "The server runs version 2.99, which is older than 2.146.",
        "Upgrade to 2.206.1",
    ),
)
