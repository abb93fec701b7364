"""The JSON of psa-bot missing: names and shapes that scripts hold on to (interface.md §4)."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.render.documents import missing_document, utc
from connectors.records import Because
from rules.model import Verdict
from tests.bot.render.scenes import (
    about,
    answer,
    answered,
    chain,
    diagnosis,
    finding,
    result,
    running,
    several,
    unknown,
)
from tests.bot.sync.fakes import NOON

EVIDENCE = {
    "cycle": "None",
    "count": 3,
    "on": date(2026, 11, 21),
    "at": NOON,
    "amount": Decimal("1.50"),
    "names": ("a", "b"),
    "inner": {1: None},
    "yes": True,
}


def test_an_account_is_told_with_all_its_findings() -> None:
    judged = diagnosis(
        about("88", "Managed", evidence=EVIDENCE),
        unknown("account-is-readable", Because.RULE_ERROR, error_id="E-1"),
        agreements=[
            chain("88", "Managed", "agreement-billing-cycle"),
            chain("9", "Old", qualifies=None, unknown=["x"]),
        ],
        enough=["agreement-billing-cycle"],
    )
    document = missing_document(answer(replace(result(answered(judged)), running=running())))
    assert (document["query"], document["asked_at"]) == ("Acme", "2026-11-21T12:00:00Z")
    (told,) = document["results"]
    assert (told["connection"], told["psa"], told["verdict"], told["running"]) == (
        "cw-prod",
        "connectwise",
        "BLOCKED",
        812,
    )
    assert (told["calls"], told["elapsed_ms"]) == (5, 412)
    (account,) = told["accounts"]
    assert account["cached"] == {"present": True, "as_of": "2026-11-17T12:00:00Z", "run": 812}
    assert account["live"] == {"present": True, "as_of": "2026-11-21T12:00:00Z"}
    assert account["enough_to_fix"] == ["agreement-billing-cycle"]
    assert account["agreements"] == [
        {"id": "88", "name": "Managed", "qualifies": False, "failed": ["agreement-billing-cycle"]},
        {"id": "9", "name": "Old", "qualifies": True, "failed": [], "unknown": ["x"]},
    ]
    failing, broken = account["findings"]
    assert failing["record"] == {"kind": "agreement", "id": "88", "name": "Managed"}
    assert failing["evidence"] == {
        "cycle": "None",
        "count": 3,
        "on": "2026-11-21",
        "at": "2026-11-21T12:00:00Z",
        "amount": "1.50",
        "names": ["a", "b"],
        "inner": {"1": None},
        "yes": True,
    }
    assert (broken["because"], broken["error_id"], broken["record"]) == ("rule_error", "E-1", None)
    assert "because" not in failing
    json.dumps(document)


def test_several_candidates_and_names_that_are_near_are_told() -> None:
    (told,) = missing_document(answer(replace(several(2), nearest=several(1).candidates)))["results"]
    assert told["candidates"][1] == {"name": "Acme 1", "id": "1", "detail": "1, Active"}
    assert told["nearest"] == [{"name": "Acme 0", "id": "0"}]
    assert (told["accounts"], told["running"]) == ([], None)


def test_a_connection_without_an_account_tells_what_was_found_out_about_itself() -> None:
    judged = diagnosis(finding("account-is-readable"), verdict=Verdict.CANNOT_TELL)
    (told,) = missing_document(answer(replace(result(), diagnosis=judged)))["results"]
    assert [each["rule"] for each in told["findings"]] == ["account-is-readable"]


def test_no_moment_is_null() -> None:
    assert utc(None) is None
