"""The configuration tables of a PSA, for a settings sync: what is declared of them, and how they are told."""

from connectors.configuration.columns import ID_AND_NAME, Choices, Columns, settings_rows, under_named_parents
from connectors.configuration.reading import Once, Read, Rows, put_together, refused_or, tables_of

__all__ = [
    "ID_AND_NAME",
    "Choices",
    "Columns",
    "Once",
    "Read",
    "Rows",
    "put_together",
    "refused_or",
    "settings_rows",
    "tables_of",
    "under_named_parents",
]
