"""An operator's own rule card, to be changed one key at a time."""

from pathlib import Path
from typing import Protocol

_CARD = {
    "id": "no-test-customers",
    "title": "The name is not one of our tests",
    "why": "Customers that we made up for training are never billed.",
    "psas": "[connectwise]",
    "asks": "account",
    "decides": "blocks",
    "order": "80",
    "expect": "{not: {name: {matches: '^test'}}}",
    "fail": """
  says: "{{ name }} is a test customer."
  in_short: it is a test customer
  fix: [Rename it.]""",
    "cannot_tell": """
  says: Its name could not be read.
  in_short: its name could not be read""",
    "source": "our handbook",
    "examples": """
  - {given: {name: Acme Ltd}, expect: pass}
  - {given: {name: Test 1}, expect: fail, says: Test 1 is a test customer.}
  - {given: {}, expect: cannot_tell}""",
}


class Write(Protocol):
    def __call__(self, text: str | None = None, /, name: str = ..., **changes: str) -> Path: ...


def card_text(**changes: str) -> str:
    """The card as YAML. An empty value leaves the key out; ``pass_`` stands for pass."""
    keys = _CARD | {name.rstrip("_"): value for name, value in changes.items()}
    return "".join(f"{key}: {value}\n" for key, value in keys.items() if value)
