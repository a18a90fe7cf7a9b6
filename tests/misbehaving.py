"""A server on this machine that answers as public interfaces do, with made people, and misbehaves when told to."""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

JSON, XML = "application/json", "application/vnd.orcid+xml; charset=UTF-8"
Answer = tuple[int, str, bytes]
Interface = Callable[[str, dict[str, str]], Answer]


@dataclass(frozen=True)
class Fault:
    """One way to misbehave: a status with headers and a body, or, by name, what no honest server does."""

    name: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def refused(status: int, retry_after: str = "", body: bytes = b"{}") -> Fault:
    """An answer of another status than 200."""
    headers = (("Retry-After", retry_after),) if retry_after else ()
    return Fault(f"answers {status}", status, headers, body)


def moved(location: str) -> Fault:
    return Fault("sends on", 302, (("Location", location),))


def said(body: bytes, name: str = "says something else") -> Fault:
    """Status 200 with this body in the place of the answer."""
    return Fault(name, 200, (), body)


HTML = said(b"<!DOCTYPE html><html><body>Down for maintenance</body></html>", "an HTML page")
CUT = Fault("cut")
RESET = Fault("reset")
HALF_JSON = Fault("half")
SILENT = Fault("silent")


@dataclass
class Server:
    """Its address, what it was asked, and the faults that the next requests meet, None standing for a good answer."""

    address: str
    interface: Interface
    faults: deque[Fault | None] = field(default_factory=deque)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    after: Callable[[int], None] = lambda number: None
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(interface: Interface) -> Iterator[Server]:
    """A server for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(self, server)

        def log_message(self, *_: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    server = Server(f"http://127.0.0.1:{httpd.server_port}", interface)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        httpd.shutdown()
        httpd.server_close()


def _answer(handler: BaseHTTPRequestHandler, server: Server) -> None:
    parts = urlsplit(handler.path)
    parameters = dict(parse_qsl(parts.query))
    server.asked.append((parts.path, parameters))
    server.headers.append({name.lower(): value for name, value in handler.headers.items()})
    fault = server.faults.popleft() if server.faults else None
    server.after(len(server.asked))
    if fault is RESET:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
        return
    if fault is SILENT:
        server.released.wait(10)
        handler.close_connection = True
        return
    if fault is None or fault is CUT or fault is HALF_JSON:
        status, kind, body = server.interface(parts.path, parameters)
    else:
        status, kind, body = fault.status, "text/plain", fault.body
    length = len(body)
    if fault is CUT or fault is HALF_JSON:
        body = body[: length // 2]
        length = length if fault is CUT else len(body)
    handler.send_response(status)
    for name, value in (("Content-Type", kind), ("Content-Length", str(length)), *(fault.headers if fault else ())):
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)
    handler.close_connection = True


def openalex(people: int, needs_key: bool = False) -> Interface:
    """OpenAlex with so many authors, each at OpenAI and at one place before, and a work of each."""
    known = [
        {"id": "https://openalex.org/I4210161460", "display_name": "OpenAI (United States)", "country_code": "US",
         "works_count": 900, "display_name_alternatives": ["OpenAI"], "display_name_acronyms": []},
        {"id": "https://openalex.org/I1", "display_name": "Bell Labs", "country_code": "US", "works_count": 5,
         "display_name_alternatives": [], "display_name_acronyms": []},
        {"id": "https://openalex.org/I2", "display_name": "bell  labs", "country_code": "FR", "works_count": 3,
         "display_name_alternatives": [], "display_name_acronyms": ["BL"]},
        {"id": "https://openalex.org/I3", "display_name": "OpenAI Fans", "country_code": "US", "works_count": 1,
         "display_name_alternatives": ["OpenAI (United States)"], "display_name_acronyms": []},
    ]  # fmt: skip

    def answer(path: str, asked: dict[str, str]) -> Answer:
        if path == "/institutions":
            wanted = asked.get("search", "").casefold()
            found = [one for one in known if wanted.split()[0] in json.dumps(one).casefold()] if wanted else known[:1]
            return _json({"meta": {"count": len(found)}, "results": found})
        rows, cursor = int(asked["per_page"]), asked.get("cursor")
        if cursor and needs_key and "api_key" not in asked:
            return 401, JSON, b'{"error": "Unauthorized", "message": "A key is needed for cursors"}'
        start = int(cursor.strip("*") or 0) if cursor else (int(asked["page"]) - 1) * rows
        made = [_author(n) if path == "/authors" else _work(n) for n in range(start, min(start + rows, people))]
        following = str(start + rows) if start + rows < people + rows and made else None
        return _json({"meta": {"count": people, "next_cursor": following}, "results": made})

    return answer


def _author(number: int) -> dict[str, object]:
    places = [("I4210161460", "OpenAI", [2023, 2022]), ("I1", "Bell Labs", [2021, 2020 - number % 3])]
    return {
        "id": f"https://openalex.org/A{5000 + number}",
        "display_name": f"Zoë Ōe {number}",
        "affiliations": [
            {"institution": {"id": f"https://openalex.org/{id}", "display_name": name}, "years": years}
            for id, name, years in places
        ],
    }


def _work(number: int) -> dict[str, object]:
    at = [{"id": "https://openalex.org/I1", "display_name": "Bell Labs"}]
    author = {"id": f"https://openalex.org/A{5000 + number % 7}", "display_name": f"Zoë Ōe {number % 7}"}
    return {
        "id": f"https://openalex.org/W{number}",
        "publication_date": f"20{10 + number % 10}-05-01",
        "publication_year": 2010 + number % 10,
        "authorships": [{"author": author, "institutions": at, "raw_affiliation_strings": ["Bell Labs, Holmdel"]}],
    }


def wikidata(people: int, named: tuple[str, ...] = ("Q95",), heavy: int = 10**9) -> Interface:
    """Wikidata with so many people of Q95, who were at Q11 before, and half of them of Q5 too; ``heavy`` people in one
    answer are more than it manages."""

    def answer(path: str, asked: dict[str, str]) -> Answer:
        assert path == "/sparql"
        query = asked["query"]
        if "VALUES ?name" in query:
            return _json({"results": {"bindings": [
                {"item": _entity(q), "itemLabel": _plain(f"Name of {q}"), "people": _plain("12")} for q in named
            ]}})  # fmt: skip
        employer, after, size = (
            found[1]
            for pattern in (r"ps:P108 wd:(Q\d+)", r'STR\(\?person\) > "([^"]*)"', r"LIMIT (\d+)")
            if (found := re.search(pattern, query))
        )
        if int(size) >= heavy:
            return 500, "text/plain", b"SPARQL-QUERY: ... java.util.concurrent.TimeoutException at com.bigdata"
        step = 1 if employer == "Q95" else 2
        everybody = sorted(f"http://www.wikidata.org/entity/Q{1000 + n}" for n in range(0, people, step))
        chosen = [person for person in everybody if person > after][: int(size)]
        return _json({"head": {"vars": []}, "results": {"bindings": [r for p in chosen for r in _career(p)]}})

    return answer


def _career(person: str) -> list[dict[str, object]]:
    known = [("Q11", "Xerox", "1999-01-01T00:00:00Z", "9"), ("Q95", "Google", "2005-03-01T00:00:00Z", "10")]
    return [
        {
            "person": {"type": "uri", "value": person},
            "personLabel": _plain(f"Person {person[-4:]}"),
            "employer": _entity(q),
            "employerLabel": _plain(name),
            "statement": {"type": "uri", "value": f"{person}-{q}"},
            "start": {"type": "literal", "value": start},
            "startPrecision": _plain(precision),
        }
        for q, name, start, precision in reversed(known)
    ]


def _entity(q: str) -> dict[str, str]:
    return {"type": "uri", "value": f"http://www.wikidata.org/entity/{q}"}


def _plain(text: str) -> dict[str, str]:
    return {"type": "literal", "value": text}


def orcid(people: int, locked: tuple[int, ...] = ()) -> Interface:
    """ORCID with so many people at Mistral AI, of whom some are locked."""
    ids = [f"0000-0001-0000-{n:04}" for n in range(people)]

    def answer(path: str, asked: dict[str, str]) -> Answer:
        if path == "/expanded-search/":
            start = int(asked["start"])
            found = [{"orcid-id": known} for known in ids[start : start + int(asked["rows"])]]
            return _json({"expanded-result": found or None, "num-found": people})
        person = path.split("/")[1]
        if ids.index(person) in locked:
            return 409, XML, b"<error:error xmlns:error='http://www.orcid.org/ns/error'/>"
        return 200, XML, _employments(person).encode()

    return answer


def _employments(person: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<activities:employments path="/{person}/employments" xmlns:activities="http://www.orcid.org/ns/activities"
    xmlns:common="http://www.orcid.org/ns/common" xmlns:employment="http://www.orcid.org/ns/employment">
  <common:last-modified-date>2024-02-03T00:00:00Z</common:last-modified-date>
  <activities:affiliation-group>
    <employment:employment-summary put-code="1" path="/{person}/employment/1">
      <common:role-title>Engineer</common:role-title>
      <common:start-date><common:year>2023</common:year><common:month>05</common:month></common:start-date>
      <common:organization><common:name>Mistral AI</common:name>
        <common:address><common:city>Paris</common:city><common:country>FR</common:country></common:address>
      </common:organization>
    </employment:employment-summary>
  </activities:affiliation-group>
</activities:employments>"""


def _json(value: object) -> Answer:
    return 200, JSON, json.dumps(value).encode()
