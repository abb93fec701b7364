"""What nobody has proven about the real servers: switches, so that a client can be tried with either (BMS §2 to §4)."""

from dataclasses import dataclass, field
from enum import StrEnum


class Finds(StrEnum):
    """How ``Filter.AccountName`` compares (BMS §2)."""

    ANY_PART = "any part"
    BEGINNING = "beginning"
    WHOLE = "whole"


class Fails(StrEnum):
    """How a missing right and a stale token are told (BMS §3)."""

    STATUS = "status"  # 401, 403
    ENVELOPE = "envelope"  # 200 with success: false


@dataclass(slots=True, kw_only=True)
class Ways:
    """``not_offered``: paths of endpoints that it lacks. ``knows_pages`` False: page 1 comes again and again."""

    finds: Finds = Finds.ANY_PART
    fails: Fails = Fails.STATUS
    pascal_case: bool = False
    inactive_without_filter: bool = False
    bare_record: bool = True
    totals: bool = True
    knows_pages: bool = True
    largest_page: int = 100
    takes_urlencoded: bool = True
    refreshes: bool = True
    not_offered: set[str] = field(default_factory=set)
