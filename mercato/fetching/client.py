"""Asks one host politely: says who asks, keeps a pace, waits when told to, tries again, gives up in clear words."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import unquote_plus, urljoin, urlsplit

import httpx
import tenacity

from mercato import stopping
from mercato.errors import DataError, SettingsError
from mercato.fetching.answers import shown
from mercato.fetching.declare import Malformed, Question, Source
from mercato.fetching.pace import Pace, backoff, in_words, retry_after

TRIES = 6
"""Times that one question is asked before it is given up."""

LARGEST_ANSWER = 64 << 20
"""Bytes of one answer, unpacked, beyond which it is refused."""

LONGEST_ANSWER = 300.0
"""Seconds in which an answer must be whole, however slowly it drips."""

PATIENCE = 900.0
"""Seconds of a Retry-After beyond which the fetch ends, to be run again later."""

_HOPS = 3
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504, *range(520, 528)})
_REDIRECTS = (301, 302, 303, 307, 308)
_UNTOLD = ("mailto", "select", "format")
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+|https?://[^\s()<>]+", re.ASCII)
_T = TypeVar("_T")


class Unwell(DataError):
    """The source failed to answer again and again: a lighter question might do."""


class _Again(Exception):
    """A failure that may pass; ``wait`` is what the server asked for."""

    def __init__(self, said: str, wait: float | None = None, heavy: bool = False) -> None:
        super().__init__(said)
        self.wait = wait
        self.heavy = heavy


@dataclass
class Client:
    """Asks the questions of one source; tests give ``sleep``, ``clock``, ``now``, ``chance`` and ``trusted``."""

    source: Source
    address: str
    contact: str
    secret: str = ""
    timeout: float = 90.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    chance: random.Random = field(default_factory=random.Random)
    trusted: ssl.SSLContext | None = None
    requests: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.address = checked_address(self.address).rstrip("/") + "/"
        self._pace = Pace(self.source.rate, self.source.rest, self.sleep, self.clock)
        self._http = httpx.Client(
            headers={"User-Agent": user_agent(self.contact)},
            timeout=httpx.Timeout(self.timeout, connect=min(20.0, self.timeout)),
            follow_redirects=False,
            verify=self.trusted or True,
        )

    def close(self) -> None:
        self._http.close()

    def ask(self, question: Question, read: Callable[[bytes | None], _T], heavy_tries: int = TRIES) -> _T:
        """The answer as ``read`` reads it, asked for again where the fault may pass.

        A question under which the source breaks down is asked ``heavy_tries`` times, any other TRIES times.
        Raises DataError where it cannot be had, telling how the last try ended; Unwell where a lighter question might.
        """
        retrying = tenacity.Retrying(
            stop=lambda state: state.attempt_number >= (heavy_tries if _is_heavy(_error(state)) else TRIES),
            retry=tenacity.retry_if_exception_type((_Again, Malformed)),
            wait=self._wait,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            answer: _T = retrying(self._once, question, read)
            return answer
        except (_Again, Malformed) as last:
            kind = Unwell if _is_heavy(last) else DataError
            times = retrying.statistics.get("attempt_number", 1)
            raise kind(f"{last} (asked {times} times)", where=self.shown(question)) from None
        except DataError as error:
            if error.where:
                raise
            where = self.shown(question)
            raise DataError(error.found, where=where, expected=error.expected, remedy=error.remedy) from None

    def shown(self, question: Question) -> str:
        """The address of a question, without keys and without the user's contact."""
        hidden = (*_UNTOLD, self.source.secret.parameter if self.source.secret else "")
        parts = {name: value for name, value in question.parameters.items() if name not in hidden}
        return shown(
            self.address + question.path + (f"?{unquote_plus(str(httpx.QueryParams(parts)))}" if parts else ""), 200
        )

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = _error(state)
        asked = error.wait if isinstance(error, _Again) else None
        return max(asked or 0.0, backoff(state.attempt_number, self.chance))

    def _once(self, question: Question, read: Callable[[bytes | None], _T]) -> _T:
        stopping.check()
        return read(self._answer(question))

    def _answer(self, question: Question) -> bytes | None:
        """The bytes of an answer, or None where it says that this one thing cannot be had."""
        parameters, headers = dict(question.parameters), {"Accept": question.accept}
        if self.secret and (named := self.source.secret) and self._may_be_told():
            parameters |= {named.parameter: self.secret} if named.parameter else {}
            headers |= {named.header: f"Bearer {self.secret}"} if named.header else {}
        address = str(httpx.URL(self.address + question.path, params=parameters))
        for _ in range(_HOPS + 1):
            status, answered, data = self._send(address, headers)
            if status not in _REDIRECTS or "location" not in answered:
                return self._judged(status, answered, data, question)
            address = self._followed(address, answered["location"])
        raise DataError(f"is sent on more than {_HOPS} times", remedy="Try again later, or give another --base-url.")

    def _may_be_told(self) -> bool:
        """Whether the user's key may be sent: to the source itself, encrypted, and within this machine."""
        parts = urlsplit(self.address)
        host = parts.hostname or ""
        own = host == self.source.site or host.endswith("." + self.source.site)
        return (own and parts.scheme == "https") or host in ("localhost", "127.0.0.1", "::1")

    def _send(self, address: str, headers: dict[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        self._pace.begin()
        began, pieces, size = self.clock(), [], 0
        self.requests += 1
        try:
            with self._http.stream("GET", address, headers=headers) as answer:
                for piece in answer.iter_bytes():
                    pieces.append(piece)
                    size += len(piece)
                    if size > LARGEST_ANSWER:
                        raise DataError(
                            f"the answer is larger than {LARGEST_ANSWER >> 20} MB",
                            expected="one page of an answer",
                            remedy="See whether the address is right.",
                        )
                    if self.clock() - began > LONGEST_ANSWER:
                        raise _Again(f"the answer was not whole after {in_words(LONGEST_ANSWER)}", heavy=True)
                return answer.status_code, answer.headers, b"".join(pieces)
        except httpx.TimeoutException:
            raise _Again(f"gave no answer in {in_words(self.timeout)}", heavy=True) from None
        except httpx.DecodingError as error:
            raise _Again(f"the answer is damaged ({shown(str(error), 80)})") from None
        except httpx.TransportError as error:
            reason = shown(str(error), 100) or type(error).__name__
            cut = (
                "broke the answer off"
                if pieces or isinstance(error, httpx.RemoteProtocolError)
                else "cannot be reached"
            )
            raise _Again(f"{cut} ({reason})") from None
        finally:
            self._pace.end()

    def _judged(self, status: int, headers: Mapping[str, str], data: bytes, question: Question) -> bytes | None:
        if status == 200:
            return data
        if status in question.absent:
            return None
        wait = retry_after(headers.get("retry-after", ""), self.now())
        wait = self.source.pause if wait is None and status == 429 else wait
        said = f"answers {status}" + (f": {reason}" if (reason := _reason(data)) else "")
        if wait is not None and wait > PATIENCE:
            raise DataError(f"{said}, and asks to come back in {in_words(wait)}", remedy="Come back then.")
        if status in _AGAIN or wait is not None:
            raise _Again(said, wait, heavy=status in (500, 502, 503, 504))
        raise DataError(said, remedy=self._remedy(status))

    def _remedy(self, status: int) -> str:
        variable = self.source.secret.variable if self.source.secret else ""
        if status in (401, 403) and variable:
            return f"The key in {variable} may be wrong." if self.secret else f"A key in {variable} may be needed."
        if status in (401, 403):
            return "The source refuses this contact or this machine; write to those who run it."
        return "Check what was asked for, and --base-url where you gave one."

    def _followed(self, address: str, location: str) -> str:
        """Where a redirect leads. Raises DataError where it leaves the site or its encryption."""
        target = urljoin(address, location)
        old, new = urlsplit(address), urlsplit(target)
        same = new.netloc == old.netloc and new.scheme in (old.scheme, "https")
        host, site = new.hostname or "", self.source.site
        within = all(name == site or name.endswith("." + site) for name in (old.hostname or "", host))
        if same or (within and new.scheme == "https" and new.port in (None, 443)):
            return target
        raise DataError(
            f"sends on to {shown(f'{new.scheme}://{new.netloc}', 80)}",
            expected=f"an answer of {old.hostname} itself",
            remedy="If the source has moved, give its new address with --base-url.",
        )


def _error(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _is_heavy(error: BaseException | None) -> bool:
    """Whether a lighter question might have been answered: the server broke down under it, or within its answer."""
    return isinstance(error, Malformed) or (isinstance(error, _Again) and error.heavy)


def user_agent(contact: str) -> str:
    """Who asks: ``mercato/0.1.0 (+you@example.org)``. Raises SettingsError for a contact that reaches nobody."""
    from mercato import __version__

    if len(contact) > 200 or not _CONTACT.fullmatch(contact):
        raise SettingsError(
            f"the contact {shown(contact, 60)!r} is neither an e-mail address nor a web address",
            where="--contact",
            expected="an address like you@example.org",
            remedy="Those who run public interfaces ask to know whom to write to.",
        )
    return f"mercato/{__version__} (+{contact})"


def checked_address(address: str) -> str:
    """The address of an interface. Raises SettingsError for what is none."""
    parts = urlsplit(address)
    good = (
        parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment or parts.username)
    )
    if not good or re.search(r"[\s\x00-\x1f]", address):
        raise SettingsError(
            f"{shown(address, 80)!r} is not the address of an interface",
            where="--base-url",
            expected="an address like https://api.example.org",
        )
    return address


def _reason(data: bytes) -> str:
    """What a server says of its refusal, in one line, where it says it plainly."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        text = data[:2000].decode("utf-8", "replace")
        timed_out = "the query took too long" if "TimeoutException" in text else ""
        return timed_out or ("" if "<" in text[:200] else shown(text, 160))
    if not isinstance(told, dict):
        return ""
    words = [told.get(name) for name in ("message", "user-message", "developer-message", "error", "detail")]
    return next((shown(word, 160) for word in words if isinstance(word, str) and word.strip()), "")
