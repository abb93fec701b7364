"""Names as the API can be asked for them, and our own comparison of what comes back (BMS §2)."""

import re
from typing import Final
from urllib.parse import quote

# A URL should stay short, and a letter outside of ASCII takes up to twelve signs in it.
_LONGEST_ENCODED: Final = 600
_UNSPEAKABLE: Final = re.compile(r"[\x00-\x1f\x7f]+")


def searchable(name: str) -> str:
    """The part of a name that can be sent: whole where it is short and printable, else its longest fragment."""
    fragment = max(_UNSPEAKABLE.split(name.strip()), key=len).strip()
    while len(quote(fragment)) > _LONGEST_ENCODED:
        fragment = fragment[: len(fragment) * 3 // 4].strip()
    return fragment


def holds(name: str, *texts: str | None) -> bool:
    """Whether the server looks for the whole name, its beginning or any part is not documented: we look for any."""
    wanted = comparable(name)
    return any(wanted in comparable(text) for text in texts if text)


def comparable(text: str) -> str:
    return text.strip().casefold().replace("\x00", "\ufffd")  # as our records spell it
