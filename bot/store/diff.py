"""What differs between what is stored and what a run brought: pure, so that it can be tested to death."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.store.record import fields_of, read_agreement, storable, write_agreement
from bot.store.snapshot import Change, What
from connectors.records import Agreement

VERDICT_FIELDS: Final = ("visible", "reasons")  # a difference in these alone does not count as changed


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Field → (old, new), for the fields that differ; a field that is not there counts as None."""
    names = dict.fromkeys([*before, *after])
    pairs = {name: (before.get(name), after.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@dataclass(slots=True)
class Ledger:
    """Collects the differences of accounts, field by field, until all are known."""

    fields: dict[str, dict[str, tuple[Any, Any]]] = field(default_factory=dict)

    def account(self, account_id: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        self._add(account_id, differences(before, after))

    def agreement_came(self, agreement: Agreement) -> None:
        self._add(agreement.account_id, {f"agreements.{agreement.id}": (None, storable(agreement.name))})

    def agreement_went(self, agreement: Agreement) -> None:
        self._add(agreement.account_id, {f"agreements.{agreement.id}": (storable(agreement.name), None)})

    def agreement_changed(self, before: str, after: Agreement) -> None:
        old = read_agreement(before)
        if old.account_id != after.account_id:
            self.agreement_went(old)
            self.agreement_came(after)
            return
        found = differences(fields_of(before), fields_of(write_agreement(after)))
        self._add(after.account_id, {f"agreements.{after.id}.{name}": pair for name, pair in found.items()})

    def changes(self, names: Mapping[str, str]) -> list[Change]:
        """Of the accounts in ``names``."""
        return [
            _change(account_id, names[account_id], pairs)
            for account_id, pairs in self.fields.items()
            if account_id in names and set(pairs) - {"reasons"}
        ]

    def _add(self, account_id: str | None, pairs: Mapping[str, tuple[Any, Any]]) -> None:
        if account_id is not None and pairs:
            self.fields.setdefault(account_id, {}).update(pairs)


def _change(account_id: str, name: str, pairs: Mapping[str, tuple[Any, Any]]) -> Change:
    return Change(
        account_id=account_id,
        name=name,
        what=_what(pairs),
        fields=tuple(pairs),
        before={field: old for field, (old, _) in pairs.items()},
        after={field: new for field, (_, new) in pairs.items()},
    )


def _what(pairs: Mapping[str, tuple[Any, Any]]) -> What:
    """To become unknown is neither: nobody saw the account appear or vanish."""
    became = pairs.get("visible", (None, None))[1]
    if became is None:
        return What.CHANGED
    return What.BECAME_VISIBLE if became else What.BECAME_HIDDEN


def has_changed(change: Change) -> bool:
    """Whether anything but the verdict differs."""
    return any(name not in VERDICT_FIELDS for name in change.fields)
