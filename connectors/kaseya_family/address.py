"""Where the API answers now: the first of its possible hosts, until that one turns out not to be there."""


class Address:
    """Kept for as long as the connector lives; the vendor's documents disagree about a few hosts (BMS §1)."""

    def __init__(self, bases: tuple[str, ...]) -> None:
        self._bases = bases
        self._at = 0

    @property
    def base(self) -> str:
        return self._bases[self._at]

    def next_after(self, stale: str) -> bool:
        """False: there is no other. The second caller to ask about the same host gets the first one's answer."""
        if self.base == stale and self._at + 1 < len(self._bases):
            self._at += 1
        return self.base != stale
