"""The only fields of an account and of an agreement that are ever stored (R248), and how they are written down.

The lists are the allow-list: whatever else a connector read (``raw`` first of all) is dropped here, before storage.
A new field of a record must be put into its list or into the test that names the dropped ones.
"""

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Final

import msgspec

from connectors.records import Account, AccountFilter, Agreement, LineItem, Tables

ACCOUNT_FIELDS: Final = (
    "id",
    "name",
    "identifier",
    "status",
    "types",
    "active",
    "disabled",
    "deleted",
    "deleted_at",
    "parent",
    "created_at",
    "changed_at",
    "url",
)
AGREEMENT_FIELDS: Final = (
    "id",
    "name",
    "account_id",
    "account_name",
    "type",
    "status",
    "cancelled",
    "pending",
    "paused",
    "starts_on",
    "ends_on",
    "open_ended",
    "one_time",
    "recurring",
    "billing_cycle",
    "billing_option",
    "changed_at",
    "parent",
    "billed_to",
    "url",
    "lines",
)
LINE_FIELDS: Final = (
    "id",
    "agreement_id",
    "name",
    "quantity",
    "starts_on",
    "ends_on",
    "billable",
    "recurring",
    "active",
)
# NUL as JSON escapes it: after an even number of backslashes, or it would be a backslash and some text.
ESCAPED_NUL: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def write_account(account: Account) -> str:
    return _write(_allowed(account, ACCOUNT_FIELDS))


def read_account(record: str) -> Account:
    return msgspec.json.decode(record, type=Account)


def write_agreement(agreement: Agreement) -> str:
    return _write(_agreement(agreement))


def read_agreement(record: str) -> Agreement:
    return msgspec.json.decode(record, type=Agreement)


def write_tables(tables: Tables) -> str:
    return _write(tables)


def read_tables(text: str) -> Tables:
    return msgspec.json.decode(text, type=Tables)


def write_filter(account_filter: AccountFilter) -> str:
    return _write(account_filter)


def read_filter(text: str) -> AccountFilter:
    return msgspec.json.decode(text, type=AccountFilter)


def fields_of(record: str) -> dict[str, Any]:
    """A written record as plain JSON values, for comparing."""
    fields: dict[str, Any] = msgspec.json.decode(record)
    return fields


def fingerprint(*texts: str) -> str:
    """Differs where any of the texts differs; 32 characters."""
    return blake2b(b"\0".join(text.encode() for text in texts), digest_size=16).hexdigest()


def account_fingerprint(written: str, visible: bool | None, reasons: Sequence[str]) -> str:  # noqa: FBT001 - a verdict
    return fingerprint(written, str(visible), *reasons)


def storable(text: str) -> str:
    """PostgreSQL keeps every character but NUL."""
    return text.replace("\0", "")


def _agreement(agreement: Agreement) -> dict[str, Any]:
    fields = _allowed(agreement, AGREEMENT_FIELDS)
    if agreement.lines is not None:
        fields["lines"] = [_allowed(line, LINE_FIELDS) for line in agreement.lines]
    return fields


def _allowed(record: Account | Agreement | LineItem, fields: Sequence[str]) -> dict[str, Any]:
    """Fields that the PSA did not tell are left out: reading gives None again."""
    return {field: value for field in fields if (value := getattr(record, field)) is not None}


def _write(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return ESCAPED_NUL.sub(r"\1", text) if "\\u0000" in text else text
