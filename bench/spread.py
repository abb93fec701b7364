"""What repeated measurements come to: the median, and how far they lie apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """``low`` and ``high`` are the extremes of ``count`` measurements."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, numbers: Sequence[float]) -> "Spread":
        return cls(median=median(numbers), low=min(numbers), high=max(numbers), count=len(numbers))

    def written(self, unit: str = "", digits: int = 2) -> str:
        """``1.20 s (1.10 to 1.40)``"""
        middle = f"{self.median:,.{digits}f}{unit}"
        return middle if self.count == 1 else f"{middle} ({self.low:,.{digits}f} to {self.high:,.{digits}f})"


def ratios(above: Sequence[float], below: Sequence[float]) -> Spread:
    """Round by round: both were measured side by side, so what slowed one slowed the other."""
    return Spread.of([one / other for one, other in zip(above, below, strict=False)])
