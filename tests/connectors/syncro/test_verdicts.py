"""Every story, read over HTTP and judged by the rules: what it says is wrong is what hides the customer."""

from dataclasses import asdict
from typing import Final

import pytest

from connectors.contract import Connector, filter_from
from connectors.errors import PermissionDenied
from connectors.records import Agreement
from rules.engine import Engine
from rules.model import Cached, Case, Live
from sandbox.psa.script import Plot
from sandbox.psa.syncro.tales import PLOTS
from tests.connectors.simulators import Simulated

# Whether the rules let the customer through, by the verdict that follows from it.
PASSES: Final = {
    "VISIBLE": True,
    "NOT_SYNCED_YET": True,
    "BLOCKED": False,
    "EXCLUDED_BY_DESIGN": False,
    "CANNOT_TELL": None,
}
THERE: Final = [plot for plot in PLOTS if plot.expected in PASSES]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.load()


async def case_of(simulated: Simulated, connector: Connector, plot: Plot) -> Case:
    """As a sync judges it: read just now, nothing remembered."""
    (account,) = await connector.find_accounts(plot.story.company)
    agreements: tuple[Agreement, ...] | None = None
    try:
        agreements = tuple(await connector.agreements_of(account.id))
    except PermissionDenied:
        assert plot.story.id == "sitwell"
    now, tables = simulated.time.now(), await connector.tables()
    return Case(
        psa="syncro",
        now=now,
        today=now.date(),
        gives=connector.spec.gives,
        live=Live(present=True, as_of=now),
        cached=Cached(present=False, as_of=None, run=None),
        account=account,
        agreements=agreements,
        filter=filter_from(tables, {}),
        tables=tables,
        tool_words=asdict(connector.spec.nouns),
    )


@pytest.mark.requirement("R54", "R55", "X19")
@pytest.mark.parametrize("plot", THERE, ids=[plot.story.id for plot in THERE])
async def test_a_story_gets_its_verdict_and_its_fix_ends_it_well(
    simulated: Simulated, connector: Connector, engine: Engine, plot: Plot
) -> None:
    simulated.psa.unfix(plot.story.id)
    broken = await case_of(simulated, connector, plot)
    assert engine.judge(broken).visible is PASSES[plot.expected]
    said = engine.diagnose(broken).summary
    assert "agreement" not in said
    assert "account" not in said
    simulated.psa.fix(plot.story.id)
    assert engine.judge(await case_of(simulated, connector, plot)).visible is True


@pytest.mark.requirement("R54")
@pytest.mark.parametrize("story_id", ["kramerica", "vandelay"])
async def test_what_is_paused_or_charged_once_is_a_warning_and_hides_nobody(
    simulated: Simulated, connector: Connector, engine: Engine, story_id: str
) -> None:
    plot = next(one for one in PLOTS if one.story.id == story_id)
    diagnosis = engine.diagnose(await case_of(simulated, connector, plot))
    (warning,) = [one for one in diagnosis.findings if one.rule == "agreement-bills-on-schedule"]
    assert (warning.state, warning.blocks) == ("fail", False)
