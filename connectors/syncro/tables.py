"""Syncro has no table that a filter could look customers up in."""

from typing import Final

from connectors.records import Because, Table, Tables

_ABSENT: Final = Because.NOT_EXPOSED

# Customers have neither status nor type, recurring invoices no type, and the frequencies are no table of the tenant
# (SYN §4), so there is nothing to read.
NO_TABLES: Final = Tables(
    statuses=Table(name="statuses", rows=None, because=_ABSENT),
    types=Table(name="types", rows=None, because=_ABSENT),
    agreement_types=Table(name="agreement_types", rows=None, because=_ABSENT),
    billing_cycles=Table(name="billing_cycles", rows=None, because=_ABSENT),
)
