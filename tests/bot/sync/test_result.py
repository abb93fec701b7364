import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.store.queries.runs import RunState
from bot.store.queries.stages import Staged
from bot.sync.guard import Cause, Refusal
from bot.sync.reading import Harvest
from bot.sync.result import connector_ending, full_counts, one_counts, refused_ending, run_json
from connectors.errors import (
    BadRequest,
    ConnectorError,
    InvalidData,
    NotFound,
    PermissionDenied,
    PsaDown,
    RateLimited,
    SignInFailed,
    TimedOut,
    Unreachable,
)
from connectors.records import AccountCounts
from tests.bot.sync.fakes import NOON
from tests.bot.sync.test_times import RUN

COUNTS = {
    "accounts": {
        "in_psa": 52310,
        "fetched": 1502,
        "visible": 1498,
        "hidden": 4,
        "left_out": {"prospect": 31002, "inactive": 19610, "recycled": 196},
    },
    "agreements": {"fetched": 5329, "qualifying": 3811},
}
CHANGES = {"added": 6, "removed": 2, "changed": 14, "became_visible": 3, "became_hidden": 2}


@pytest.mark.requirement("R78", "R89")
def test_the_document_of_a_sync_is_the_one_that_scripts_hold_on_to() -> None:
    ended = replace(
        RUN,
        state=RunState.SUCCEEDED,
        ended_at=NOON + timedelta(seconds=90),
        calls=41,
        bytes=4123901,
        counts=COUNTS,
        changes=CHANGES,
    )
    assert json.loads(json.dumps(run_json(ended, "cw-prod"))) == {
        "run": 812,
        "connection": "cw-prod",
        "kind": "full",
        "state": "succeeded",
        "started_at": "2026-11-21T12:00:00Z",
        "ended_at": "2026-11-21T12:01:30Z",
        "calls": 41,
        "bytes": 4123901,
        **COUNTS,
        "changes": CHANGES,
        "error": None,
        "proves_deletions": True,
    }


def test_a_run_that_knows_nothing_yet_says_so_with_nulls() -> None:
    document = run_json(replace(RUN, started_at=None), "cw-prod")
    assert document["accounts"] == {"in_psa": None, "fetched": None, "visible": None, "hidden": None, "left_out": {}}
    assert document["agreements"] == {"fetched": None, "qualifying": None}
    assert document["started_at"] is None
    assert set(document["changes"]) == set(CHANGES)


@pytest.mark.parametrize(
    ("error", "state", "kind", "who"),
    [
        (PermissionDenied("No."), "failed", "permission_denied", "operator"),
        (SignInFailed("No."), "failed", "api_error", "operator"),
        (NotFound("No."), "failed", "api_error", "operator"),
        (BadRequest("No."), "failed", "api_error", "us"),
        (InvalidData("No."), "failed", "invalid_data", "us"),
        (TimedOut("No."), "incomplete", "timeout", "nobody"),
        (RateLimited("No."), "incomplete", "rate_limited", "nobody"),
        (Unreachable("No."), "incomplete", "unreachable", "operator"),
        (PsaDown("No."), "incomplete", "psa_down", "psa"),
    ],
)
def test_each_error_says_who_must_act_and_whether_it_is_tried_again(
    error: ConnectorError, state: str, kind: str, who: str
) -> None:
    error.call = "GET /finance/agreements"
    ending = connector_ending(error)
    assert ending.state == state
    assert ending.error == {"kind": kind, "message": "No.", "who_must_act": who, "call": "GET /finance/agreements"}


@pytest.mark.parametrize(
    ("cause", "kind"), [(Cause.PERMISSION, "permission_denied"), (Cause.NOT_KNOWN, "invalid_data")]
)
def test_a_refusal_is_for_the_operator_to_decide(cause: Cause, kind: str) -> None:
    ending = refused_ending(Refusal(losses=(), cause=cause, message="Too much."), {}, "GET /finance/count")
    assert ending.state is RunState.REFUSED
    assert ending.error is not None
    assert (ending.error["kind"], ending.error["who_must_act"]) == (kind, "operator")


@pytest.mark.parametrize(
    ("asked", "accounts"),
    [
        ({"in_psa": 1, "visible": True, "left_out": None}, (1, 1, 1, 0, {})),
        ({"in_psa": 1, "visible": False, "left_out": None}, (1, 1, 0, 1, {})),
        ({"in_psa": 1, "visible": False, "left_out": "prospect"}, (1, 1, 0, 0, {"prospect": 1})),
        ({"in_psa": 0, "visible": False, "left_out": None}, (0, 0, 0, 0, {})),
    ],
)
def test_a_sync_of_one_account_counts_that_one(asked: dict[str, Any], accounts: tuple[Any, ...]) -> None:
    counts = one_counts(agreements=0, qualifying=0, **asked)
    assert tuple(counts["accounts"].values()) == accounts


@pytest.mark.requirement("R73", "R77", "R88")
def test_the_counts_of_a_full_sync_add_up() -> None:
    staged = Staged(accounts=9, visible=5, cannot_tell=1, qualifying=7, agreements=12, orphans=3, orphaned=2)
    harvest = Harvest(staged=staged, counts=AccountCounts(in_psa=99, left_out={"prospect": 90}))
    counts = full_counts(harvest)
    assert counts["accounts"] == {
        "in_psa": 99,
        "fetched": 9,
        "visible": 5,
        "hidden": 4,
        "cannot_tell": 1,
        "left_out": {"prospect": 90},
    }
    assert counts["agreements"] == {"fetched": 12, "qualifying": 7, "without_account": 3}
