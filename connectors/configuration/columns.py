"""Which fields of a configuration table are read, and the records that they become: nothing else is kept (R248; C6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from connectors import values
from connectors.paging import Row
from connectors.records import Ref, SettingsRow

Cell = str | bool | int | None
RETIRED: Final = "inactiveOptions"  # the property that names what a custom field no longer lets one choose


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The field that lists what a custom field lets one choose; each entry has an id and a ``name``.

    ``told_by`` and ``kinds``: the field that says what kind of field it is, and the kinds that have options even where
    they list none. Any other has options when it lists some.
    """

    field: str
    name: str = "name"
    active: str = ""
    inactive: str = ""
    told_by: str = ""
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The allow-list of one table's fields, beside its ``id``.

    ``name``: the first of them that says something; of a person, all of them. ``active`` and ``inactive``: the flag
    that says so, whatever this table calls it; neither: it knows no inactive rows. ``parent``: the fields of
    its id and name. A property may be the path of a field in an object: ``location/name`` is kept as
    ``location``. ``renamed``: where a smaller list calls a property otherwise.
    """

    name: tuple[str, ...] = ("name",)
    is_person: bool = False
    active: str = ""
    inactive: str = ""
    parent: tuple[str, ...] = ()
    role: str = ""  # of a member: the only property that one may have (R165)
    properties: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    choices: Choices | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """What to ask for where the PSA lets one choose."""
        wanted = ("id", *self.name, self.active, self.inactive, *self.parent, self.role, *self.properties)
        listed = (self.choices.field, self.choices.told_by) if self.choices else ()
        return tuple(dict.fromkeys(name for name in (*wanted, *listed) if name))


ID_AND_NAME: Final = Columns()


def settings_rows(
    rows: Iterable[Row], columns: Columns, *, psa: str, parent: Ref | None = None, prefix: str = ""
) -> tuple[SettingsRow, ...]:
    """In their order, each id once. ``prefix``: before the ids, where one table of ours is several of the PSA's.

    The case of the fields' names counts for nothing. Raises InvalidData for a row without an id.
    """
    found: dict[str, SettingsRow] = {}
    for row in rows:
        told = _settings_row(_folded(row), columns, psa)
        named = replace(told, id=f"{prefix}{told.id}", parent=parent or told.parent)
        found.setdefault(named.id, named)
    return tuple(found.values())


def under_named_parents(rows: Iterable[SettingsRow], parents: Iterable[SettingsRow]) -> tuple[SettingsRow, ...]:
    """The same rows where the PSA tells only the number of the parent."""
    names = {row.id: row.name for row in parents}
    return tuple(
        replace(row, parent=Ref(id=row.parent.id, name=names.get(row.parent.id, ""))) if row.parent else row
        for row in rows
    )


def _settings_row(row: Row, columns: Columns, psa: str) -> SettingsRow:
    properties = {_kept_as(name, columns): _cell(_at(row, name)) for name in columns.properties if _has(row, name)}
    if columns.role and _has(row, columns.role):
        properties["role"] = _cell(_at(row, columns.role))
    options, retired = _options(row, columns.choices, psa) if columns.choices else (None, "")
    if retired:
        properties[RETIRED] = retired
    return SettingsRow(
        id=_identity(row, psa),
        name=_name(row, columns),
        active=_is_active(row, columns.active, columns.inactive),
        parent=_parent(row, columns.parent),
        properties=properties,
        options=options,
    )


def _identity(row: Row, psa: str) -> str:
    return _text(values.required_identity(_bare(row.get("id")), psa=psa, noun="row of its configuration"))


def _name(row: Row, columns: Columns) -> str:
    texts = [text for name in columns.name if (text := _text(_at(row, name)))]
    return " ".join(texts) if columns.is_person else next(iter(texts), "")


def _is_active(row: Row, active: str, inactive: str) -> bool | None:
    """None also where the PSA did not tell."""
    flag = values.flag(_at(row, active or inactive)) if active or inactive else None
    return flag if active or flag is None else not flag


def _parent(row: Row, names: tuple[str, ...]) -> Ref | None:
    identity = values.identity(_bare(_at(row, names[0]))) if names else None
    if identity is None:
        return None
    return Ref(id=_text(identity), name=_text(_at(row, names[1])) if len(names) > 1 else "")


def _options(row: Row, choices: Choices, psa: str) -> tuple[tuple[Ref, ...] | None, str]:
    """What may be chosen, and the names of what may no longer be."""
    listed = _at(row, choices.field)
    entries = [_folded(entry) for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []
    kind = _text(_at(row, choices.told_by)).casefold() if choices.told_by else ""
    if not entries and kind not in choices.kinds:
        return None, ""
    retired = [one for one in entries if _is_active(one, choices.active, choices.inactive) is False]
    offered = (one for one in entries if one not in retired)
    names = [_text(one.get(choices.name.casefold())) for one in retired]
    return tuple(
        Ref(id=_identity(one, psa), name=_text(one.get(choices.name.casefold()))) for one in offered
    ), ", ".join(names)


def _kept_as(name: str, columns: Columns) -> str:
    return columns.renamed.get(name, name.partition("/")[0])


def _has(row: Row, path: str) -> bool:
    return path.partition("/")[0].casefold() in row


def _at(row: Row, path: str) -> Any:
    head, _, leaf = path.casefold().partition("/")
    value = row.get(head)
    if not leaf:
        return value
    return _folded(value).get(leaf) if isinstance(value, Mapping) else None


def _folded(row: Row) -> Row:
    return {str(name).casefold(): value for name, value in row.items()}


def _cell(value: Any) -> Cell:
    """A list is told by its entries, one after the other; what is no single value at all is not kept."""
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else str(value)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value if isinstance(one, int | str))
    return values.text(value)


def _text(value: Any) -> str:
    return (values.text(value) or "").strip()


def _bare(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
