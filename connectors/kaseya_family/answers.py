"""What the API's answers mean: the envelope, and failures that come with status 200 (BMS §2, §3)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from connectors.errors import BadRequest, ConnectorError, InvalidData, NotFound, PermissionDenied, PsaDown, RateLimited
from connectors.http import Reply, Signs, decoded
from connectors.kaseya_family.rights import API_ACCESS, right_for

# The vendor's own texts are not documented (BMS §3), so that the words count which any such text would hold.
_BUSY: Final = re.compile(r"too many|rate.?limit|throttl|quota")
_STALE: Final = re.compile(r"\btoken\b|unauthori[sz]ed|not authenticated|\bsession\b")
_NO_RIGHT: Final = re.compile(
    r"permission|authori[sz]ed|access (is |was )?denied|forbidden|api access|access right|not allowed|privilege"
)
_ABSENT: Final = re.compile(r"not found|no such|not exist|n't exist|cannot find|could not find|invalid id\b")
_DOWN: Final = re.compile(r"maintenance|unavailable|try again later|time.?out|timed out")
_RECORD: Final = re.compile(r"/\d+$")
_SHORT: Final = 4000  # no page of records is as short as this and fails
_LONGEST_TEXT: Final = 200


class NoSuchRecord(NotFound):
    """The endpoint is there and says that this record is not, or not for us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``total``: of all pages. None: this list does not say."""

    result: Any
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An error of the envelope. ``text`` is the vendor's; a stack trace that may come with it is never read."""

    code: int | None
    text: str

    def says(self, words: re.Pattern[str]) -> bool:
        return bool(words.search(self.text.casefold()))

    @property
    def is_busy(self) -> bool:
        return self.code == 429 or self.says(_BUSY)

    @property
    def is_stale(self) -> bool:
        """The token is no longer good; or the right is missing, which a second try with a new token tells apart."""
        return self.code == 401 or self.says(_STALE)


def folded(row: Any) -> Any:
    """The document says TotalRecords and the wire totalRecords: the case of keys counts for nothing (BMS §2)."""
    return {str(key).casefold(): value for key, value in row.items()} if isinstance(row, Mapping) else row


def failure_of(reply: Reply) -> Failure | None:
    """None: it is no failure, or one that only its status tells."""
    if len(reply.body) > _SHORT or reply.is_web_page:
        return None
    try:
        body = folded(msgspec.json.decode(reply.body))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return _failure(body) if isinstance(body, dict) else None


def _failure(body: Mapping[str, Any]) -> Failure | None:
    if body.get("success") is not False:
        return None
    error = folded(body.get("error"))
    if isinstance(error, Mapping):
        code = error.get("code")
        known = code if isinstance(code, int) and not isinstance(code, bool) and code else None
        return Failure(code=known, text=_text(error.get("message")))
    return Failure(code=None, text=_text(error))


def _text(value: Any) -> str:
    return re.sub(r"\s+", " ", value).strip()[:_LONGEST_TEXT] if isinstance(value, str) else ""


def _is_busy(reply: Reply) -> bool:
    if reply.status == 429:
        return True
    failure = failure_of(reply) if reply.status == 200 else None
    return failure is not None and failure.is_busy


# Retry-After, or a minute and then twice as long each time (BMS §3).
SIGNS: Final = Signs(busy=_is_busy, rests=(60.0, 120.0, 240.0, 480.0, 900.0))


class Answers:
    """``hide`` wipes our secrets out of what a server may echo."""

    def __init__(self, *, psa: str, hide: Callable[[str], str]) -> None:
        self._psa = psa
        self._hide = hide

    def opened(self, reply: Reply, path: str) -> Answer:
        if reply.status != 200:
            raise self.refusal(reply, path, failure_of(reply))
        body = folded(decoded(reply, self._psa))
        if not isinstance(body, dict) or not {"success", "result"} & body.keys():
            return Answer(result=body)  # one record is declared without the envelope (BMS §3)
        failure = _failure(body)
        if failure is not None:
            raise self.refusal(reply, path, failure)
        total = body.get("totalrecords")
        return Answer(result=body.get("result"), total=total if _is_count(total) else None)

    def refusal(self, reply: Reply, path: str, failure: Failure | None) -> ConnectorError:
        kind, message = self._meaning(reply, path, failure or Failure(code=None, text=""))
        detail = self._hide(failure.text if failure else reply.beginning)
        said = {"call": reply.call, "status": reply.status, "detail": detail, "request_id": reply.request_id}
        if kind is not PermissionDenied:
            return kind(message, **said)  # type: ignore[arg-type] # texts and one status, by name
        right = API_ACCESS if reply.status == 401 else right_for(path)
        message = (
            f"{self._psa} refused {reply.call}: grant {right} to the API user's role. If everything is refused, it "
            "lacks the special feature Has API Access."
        )
        return PermissionDenied(message, right=right, **said)  # type: ignore[arg-type] # the same

    def _meaning(self, reply: Reply, path: str, failure: Failure) -> tuple[type[ConnectorError], str]:
        """The first that fits. A 401 comes here only after a new sign-in worked, so it is about rights."""
        psa, call = self._psa, reply.call
        on_record = bool(_RECORD.search(path)) and not reply.is_web_page
        readings: tuple[tuple[bool, type[ConnectorError], str], ...] = (
            (failure.is_busy, RateLimited, f"{psa} takes no more calls for now and asks to wait."),
            (reply.status in {401, 403} or failure.code in {401, 403}, PermissionDenied, ""),
            (failure.says(_NO_RIGHT), PermissionDenied, ""),
            (reply.status == 404 and on_record, NoSuchRecord, f"{psa} has no such record, or hides it."),
            (reply.status == 404, NotFound, f"This {psa} does not offer {call}: check the server of the connection."),
            (failure.says(_ABSENT), NoSuchRecord, f"{psa} has no such record, or hides it from the API user."),
            (failure.says(_DOWN), PsaDown, f"{psa} is busy with itself and asks to come back."),
            (300 <= reply.status < 400, NotFound, f"{psa} sends calls elsewhere: check the server of the connection."),
            (bool(failure.text), BadRequest, f"{psa} refused {call}: “{self._hide(failure.text)}”."),
            (True, BadRequest, f"{psa} did not accept {call} (it answered {reply.status})."),
        )
        return next((kind, message) for fits, kind, message in readings if fits)

    def rows(self, answer: Answer, call: str) -> list[Any]:
        """The rows of a list, with their keys folded. An empty list may come as null."""
        found = [] if answer.result is None else answer.result
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise InvalidData(f"{self._psa}'s answer is not the list that was asked for.", call=call)
        return [folded(row) for row in found]


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
