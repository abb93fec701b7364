"""Answers to /psa missing, worded."""

from dataclasses import replace

from bot.answers import Answer, Result
from bot.messages import Message
from bot.render.missing import missing
from bot.render.words import Words
from rules.model import Verdict
from tests.bot.render.scenes import (
    about,
    answer,
    answered,
    diagnosis,
    passed,
    result,
)

WORDS = Words()
CYCLE = "agreement-billing-cycle"
DATES = "agreement-in-date-range"
BLOCKED = result(answered(diagnosis(about("88", "Managed"), *passed("account-is-active", "account-is-customer"))))
VISIBLE = result(answered(diagnosis(verdict=Verdict.VISIBLE, summary="Acme Ltd is visible.")))


def told(found: Answer | Result, **more: object) -> Message:
    return missing(WORDS, answer(found) if isinstance(found, Result) else found, "q:17", **more)  # type: ignore[arg-type]  # usual and before, as they are


def with_verdict(verdict: Verdict, connection: str = "cw-prod") -> Result:
    return result(answered(diagnosis(verdict=verdict, summary=f"{verdict} on {connection}.")), connection=connection)


def absent(verdict: Verdict, connection: str) -> Result:
    return replace(result(), verdict=verdict, connection=connection, summary=f"{verdict} on {connection}.")
