"""Brings a file into a house that is running: its own process writes there, so the file goes to it."""

import json
from pathlib import Path
from typing import Any

import httpx

from web.imports.bring_in import Outcome, TellBad, TellSeen
from web.imports.sheet import Unreadable


class NotTaken(Exception):
    """The running house did not take the file; the text says why."""


def bring_in(
    url: str, who: dict[str, str], kind: str, path: Path, document: str,
    tell_bad: TellBad, seen: TellSeen,
) -> Outcome:  # fmt: skip
    """Sign in with login and password, send the file, and pass on what the house says of it.

    Raises NotTaken, or Unreadable as the import itself does.
    """
    try:
        # Commands speak English; a person's own language would win over Accept-Language.
        ours: dict[str, Any] = {"headers": {"Origin": url}, "cookies": {"floor-language": "en"}}
        with httpx.Client(base_url=url, timeout=httpx.Timeout(10.0, read=None), **ours) as house:
            _well(house.post("/sign-in", data=who))
            with path.open("rb") as file:
                form = {"files": {"file": (path.name, file)}, "data": {"document": document}}
                with house.stream("POST", f"/import/{kind}", **form) as answer:  # type: ignore[arg-type]
                    if answer.status_code != 200:
                        answer.read()
                    return _outcome(_well(answer), tell_bad, seen)
    except httpx.HTTPError as error:
        raise NotTaken(f"{url}: {error}") from None


def _well(answer: httpx.Response) -> httpx.Response:
    if answer.status_code != 200:
        told: Any = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        raise NotTaken(str(told.get("detail", f"{answer.request.url}: {answer.status_code}")))
    return answer


def _outcome(answer: httpx.Response, tell_bad: TellBad, seen: TellSeen) -> Outcome:
    for line in answer.iter_lines():
        said = json.loads(line)
        if "bad" in said:
            tell_bad(said["bad"], said["reason"])
        elif "line" in said:
            seen(said["line"], said["total"])
        elif "error" in said:
            raise Unreadable(said["error"])
        else:
            return Outcome(**said["done"])
    raise NotTaken("the house has ended in the middle of it; run the import again")
