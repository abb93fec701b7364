"""The tenant's picklists: which number stands for which label. Each tenant has its own (AT §5, §7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    value: int
    label: str
    is_system: bool = False
    is_active: bool = True

    def as_json(self, order: int) -> Json:
        """``value`` is a text although records hold a number."""
        return {
            "value": str(self.value),
            "label": self.label,
            "isDefaultValue": order == 1,
            "sortOrder": order,
            "parentValue": "",
            "isActive": self.is_active,
            "isSystem": self.is_system,
        }


def _system(**labels: int) -> tuple[Entry, ...]:
    return tuple(Entry(value=value, label=label, is_system=True) for label, value in labels.items())


def _own(*labels: str, first: int = 1) -> tuple[Entry, ...]:
    return tuple(Entry(value=number, label=label) for number, label in enumerate(labels, start=first))


STANDARD: Final[Mapping[tuple[str, str], Sequence[Entry]]] = {
    ("Companies", "companyType"): _system(Customer=1, Lead=2, Prospect=3, Dead=4, Cancelation=6, Vendor=7, Partner=8),
    ("Companies", "classification"): _own("Gold", "Silver", "Bronze"),
    ("Companies", "territoryID"): _own("North", "South", "East", "West", first=29682778),
    ("Contracts", "contractType"): _system(
        **{
            "Time & Materials": 1,
            "Fixed Price": 3,
            "Block Hours": 4,
            "Retainer": 6,
            "Recurring Service": 7,
            "Per Ticket": 8,
            "Umbrella": 9,
        }
    ),
    ("Contracts", "status"): _system(Active=1, Inactive=0),
    ("Contracts", "contractCategory"): _own("Standard", "Gold support", first=12),
    ("Contracts", "contractPeriodType"): _system(Monthly=2, Quarterly=3, Semi_Annual=4, Yearly=5),
    ("Contracts", "billingPreference"): _system(Immediately=1, Manually=2, On_Timesheet_Approval=3),
}


class Picklists:
    """Records are written through the labels, so that a tenant with other numbers is as consistent as any."""

    def __init__(self, entries: Mapping[tuple[str, str], Sequence[Entry]] = STANDARD) -> None:
        self._entries = dict(entries)

    @classmethod
    def with_other_numbers(cls, add: int = 100) -> "Picklists":
        """The same labels under numbers that no book names, and more contract statuses than the usual two."""
        shifted = {
            key: [Entry(value=entry.value + add, label=entry.label) for entry in entries]
            for key, entries in STANDARD.items()
        }
        shifted["Contracts", "status"] += _own("Cancelled", "Expired", "Pending", first=add + 40)
        return cls(shifted)

    def value(self, entity: str, field: str, label: str) -> int:
        """KeyError: there is no such label."""
        values = {entry.label: entry.value for entry in self._entries[entity, field]}
        return values[label]

    def label(self, entity: str, field: str, value: Any) -> str:
        return next((entry.label for entry in self._entries[entity, field] if entry.value == value), str(value))

    def rename(self, entity: str, field: str, label: str, new: str) -> None:
        """What an administrator may do to a label; its number stays."""
        self._entries[entity, field] = [
            Entry(value=one.value, label=new if one.label == label else one.label, is_system=one.is_system)
            for one in self._entries[entity, field]
        ]

    def as_json(self, entity: str, field: str) -> list[Json]:
        entries = self._entries.get((entity, field), ())
        return [entry.as_json(order) for order, entry in enumerate(entries, start=1)]
