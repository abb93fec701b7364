"""What the settings of every PSA have in common: which names are known, secrets in one piece, addresses."""

import re
from typing import Final
from urllib.parse import SplitResult

from connectors.contract import Setup, Spec
from connectors.errors import BadSettings
from connectors.http import safe_url

PRINTABLE: Final = re.compile(r"[\x21-\x7e]+")  # a secret as it is given out; also keeps line breaks out of headers


def refuse_unknown(spec: Spec, setup: Setup) -> None:
    """Raises BadSettings with the names that are known."""
    known = {
        "setting": (setup.settings, (*spec.required_settings, *spec.optional_settings)),
        "secret": (setup.secrets, (*spec.secrets, *spec.optional_secrets)),
    }
    for what, (given, names) in known.items():
        unknown = sorted(set(given) - set(names))
        if unknown:
            raise BadSettings(
                f"{spec.nouns.psa} has no {what} {', '.join(unknown)}. Known: {', '.join(sorted(names))}."
            )


def given(setup: Setup, name: str) -> str:
    """A setting as it was typed, without blanks around it; empty where there is none."""
    return setup.settings.get(name, "").strip()


def secret(spec: Spec, setup: Setup, name: str, *, where: str, shape: re.Pattern[str] = PRINTABLE) -> str:
    """``where`` to find it, in the PSA's words. Raises BadSettings, which never holds a value."""
    text = setup.secrets.get(name, "").strip()
    if not text:
        raise BadSettings(f"{name} is missing: give it as a secret ({where}).")
    if not shape.fullmatch(text):
        raise BadSettings(
            f"{name} holds a space, a line break or a letter that {spec.nouns.psa} does not give out: copy it once "
            "more."
        )
    return text


def address(setup: Setup, name: str) -> SplitResult | None:
    """Of an API, without a trailing slash; None where it is not given."""
    text = given(setup, name)
    return _safe(setup, name, text) if text else None


def host(setup: Setup, name: str, text: str = "") -> SplitResult:
    """Only scheme and host count: people paste the address of the page that they have open.

    ``text``: to be read in place of what the setting says.
    """
    return _safe(setup, name, re.split(r"[?#]", text or given(setup, name), maxsplit=1)[0])._replace(path="")


def _safe(setup: Setup, name: str, text: str) -> SplitResult:
    return safe_url(text, allow_insecure_loopback=setup.allow_insecure_loopback, setting=name)
