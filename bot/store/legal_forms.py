"""Words at the end of a company's name that say what kind of company it is, not which one.

Written as ``name_key`` leaves them: small ASCII letters, no dots. Add one here, and the next sync takes it up.
"""

from typing import Final

LEGAL_FORMS: Final = frozenset(
    {
        # English
        *("co", "company", "corp", "corporation", "inc", "incorporated", "limited", "llc", "llp", "lp", "ltd", "pc"),
        *("plc", "pllc", "pty", "pty ltd", "pvt", "pvt ltd", "private limited", "cic", "cio", "dba", "and co"),
        # German, Austrian, Swiss
        *("ag", "ek", "ev", "eg", "gbr", "ggmbh", "gmbh", "gmbh and co kg", "kg", "kgaa", "mbh", "ohg", "se", "ug"),
        # French, Belgian, Dutch
        *("sa", "sarl", "sas", "sasu", "eurl", "sci", "snc", "bv", "bvba", "cv", "nv", "vof", "vzw"),
        # Spanish, Portuguese, Italian
        *("sl", "slu", "sau", "sa de cv", "s de rl", "s de rl de cv", "lda", "ltda", "eireli", "srl", "spa", "sapa"),
        # Nordic, Baltic
        *("a s", "ab", "aps", "as", "asa", "hf", "ehf", "oy", "oyj", "is", "ou", "sia", "uab"),
        # Central and eastern Europe
        *(
            "doo",
            "dd",
            "ad",
            "eood",
            "ood",
            "jsc",
            "kft",
            "nyrt",
            "zrt",
            "sp z oo",
            "sp zoo",
            "sro",
            "spol s ro",
            "ooo",
        ),
        # Asia
        *("kk", "gk", "sdn bhd", "bhd", "pte", "pte ltd", "tbk", "pt"),
    }
)
