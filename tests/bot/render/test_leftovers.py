"""What did not fit is said in lines that fit, whatever a PSA wrote."""

from dataclasses import replace
from typing import Any

import pytest

from bot.render.resync import Told, sync
from bot.render.words import Words
from bot.store.queries.runs import RunState
from tests.bot.daily import HOSTILE, MONDAY, fits_slack
from tests.bot.render.scenes import lines
from tests.bot.test_cases import SYNC

COUNTS = {
    "accounts": {"fetched": 9, "visible": 9, "left_out": {}},
    "agreements": {"fetched": 12, "qualifying": 9, "without_account": 3},
}
DONE = replace(SYNC, id=812, started_at=MONDAY, ended_at=MONDAY, requested_by="U0AGENT")


def said(state: RunState = RunState.SUCCEEDED, **counts: Any) -> list[str]:
    run = replace(DONE, state=state, counts=COUNTS | counts)
    message = sync(Words(), Told(run=run, connection="cw-prod", psa="connectwise", now=MONDAY, who="Dana Agent"))
    fits_slack(message)
    return [line.removeprefix("• ") for line in lines(message) if line.startswith("• ")]


def one(name: str, account: str | None, **more: Any) -> dict[str, Any]:
    return {"id": "88", "name": name, "account_id": "7", "account_name": account, **more}


@pytest.mark.requirement("R77")
def test_agreements_without_a_customer_are_named_with_the_reasons() -> None:
    found = {
        "accounts": 9,
        "because": {"type": 5, "status": 1, "recycled": 1, "not_readable": 1, "not_there": 1, "not_listed": 1},
        "first": [
            one("Managed", "Prospect Inc", because="type", detail="Prospect"),
            one("Backup", None, because="no_account", detail=""),
            one("Voice", "Gone Ltd", because="not_there", detail=""),
        ],
    }
    (line,) = said(without_account=found)
    assert line == (
        "3 agreements without a company in the copy: “Managed” of Prospect Inc (Prospect), “Backup”, “Voice” of Gone "
        "Ltd. Of their 9 companies: 5 left out by type; 1 left out by status; 1 in the recycle bin; 1 not readable for "
        "the API user; 1 not in ConnectWise; 1 there, but not in the list: too new for this sync."
    )
    (line,) = said(without_account=found | {"because": {"not_asked": 9}})
    assert line.endswith("Of their 9 companies: 9 not looked up.")
    (line,) = said(without_account=found | {"because": {}})
    assert line.endswith("“Voice” of Gone Ltd.")


@pytest.mark.requirement("R46", "R47")
def test_agreements_that_were_dropped_are_named_with_when_they_were_seen_last() -> None:
    first = [one(f"Managed {number}", "Acme Ltd", last_seen_at="2026-11-17T07:12:04Z") for number in range(3)]
    (line,) = said(stale={"dropped": 5, "back": 2, "first": first})
    assert line == (
        "ConnectWise no longer returns 5 agreements, and the copy no longer counts them: “Managed 0” of Acme Ltd, last "
        "seen Tue 17 Nov 07:12 UTC, “Managed 1” of Acme Ltd, last seen Tue 17 Nov 07:12 UTC, “Managed 2” of Acme Ltd, "
        "last seen Tue 17 Nov 07:12 UTC and 2 more. Returned again: 2 agreements."
    )
    (line,) = said(stale={"dropped": 1, "back": 0, "first": first[:1]})
    assert "no longer returns 1 agreement, and the copy no longer counts it: “Managed 0”" in line
    (line,) = said(stale={"dropped": 0, "back": 1, "first": []})
    assert line == "Returned again: 1 agreement."


@pytest.mark.requirement("X34")
def test_settings_that_changed_meanwhile_are_for_the_next_sync() -> None:
    (line,) = said(changed_meanwhile=True)
    assert "the next one uses the new" in line


def test_a_sync_of_which_all_fits_or_that_failed_says_nothing_more() -> None:
    assert said() == []
    assert (
        said(
            RunState.FAILED,
            stale={"dropped": 1, "back": 0, "first": [one("x", "y", last_seen_at="2026-11-17T07:12:04Z")]},
        )
        == []
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_psa_calls_them_it_fits_slack_and_is_text(name: str) -> None:
    first = [one(name * 30, name * 30, because="type", detail=name * 30)] * 20
    said(without_account={"accounts": 20, "because": {"type": 20}, "first": first})
