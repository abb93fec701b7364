"""The stable JSON documents of the command line; names and shapes are promised in the README's "Stable interface"."""

from datetime import datetime
from typing import Any

from bot.answers import AccountAnswer, Answer, Result
from rules.model import Finding


def missing_document(answer: Answer) -> dict[str, Any]:
    """``psa-bot missing --json``."""
    return {
        "query": answer.query,
        "asked_at": utc(answer.asked_at),
        "results": [_result(result) for result in answer.results],
    }


def utc(moment: datetime | None) -> str | None:
    """Whole seconds, in UTC, with a Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _result(result: Result) -> dict[str, Any]:
    return {
        "connection": result.connection,
        "psa": result.psa,
        "verdict": result.verdict.value,
        "summary": result.summary,
        "accounts": [_account(account) for account in result.accounts],
        "findings": [_finding(each) for each in result.diagnosis.findings] if result.diagnosis else [],
        "candidates": [{"name": each.name, "id": each.id, "detail": each.detail} for each in result.candidates],
        "nearest": [{"name": each.name, "id": each.id} for each in result.nearest],
        "not_tested": list(result.not_tested),
        "paused": result.paused,
        "next_sync_at": utc(result.next_sync_at),
        "running": result.running.id if result.running else None,
        "calls": result.calls,
        "elapsed_ms": result.elapsed_ms,
    }


def _account(account: AccountAnswer) -> dict[str, Any]:
    case, diagnosis = account.case, account.diagnosis
    return {
        "id": account.id,
        "name": account.name,
        "url": account.url,
        "verdict": diagnosis.verdict.value,
        "summary": diagnosis.summary,
        "cached": {"present": case.cached.present, "as_of": utc(case.cached.as_of), "run": case.cached.run},
        "live": {"present": case.live.present, "as_of": utc(case.live.as_of)},
        "findings": [_finding(finding) for finding in diagnosis.findings],
        "agreements": [
            {"id": each.id, "name": each.name, "qualifies": each.qualifies is True, "failed": list(each.failed)}
            | ({"unknown": list(each.unknown)} if each.unknown else {})
            for each in diagnosis.agreements
        ],
        "enough_to_fix": list(diagnosis.enough_to_fix),
        "rules": diagnosis.catalogue,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    record = finding.record
    document: dict[str, Any] = {
        "rule": finding.rule,
        "title": finding.title,
        "state": finding.state.value,
        "blocks": finding.blocks,
        "record": {"kind": record.kind, "id": record.id, "name": record.name} if record else None,
        "evidence": {name: _plain(value) for name, value in finding.evidence.items()},
        "reason": finding.reason,
        "fix": list(finding.fix),
        "url": finding.url,
    }
    if finding.because is not None:
        document["because"] = finding.because.value
    if finding.error_id is not None:
        document["error_id"] = finding.error_id
    return document


def _plain(value: Any) -> Any:
    """Evidence as JSON: times in UTC, anything unusual as its text."""
    if isinstance(value, datetime):
        return utc(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return str(value)
