"""POST /scan: the one door in. A verdict is a 200, malformed a 4xx that is not stored, `try_again` a 503 that is not stored."""

import asyncio
import re
from datetime import UTC, datetime, tzinfo

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from floor import intake
from floor.barcode import MOST_CHARACTERS
from floor.refusal import TryAgain
from floor.reply import Reply, decode
from floor.storage.writer import Rank
from web.compose import Site
from web.ids import token_hash
from web.texts.verdicts import verdict_text
from web.who import check_origin, cookie, language_of, station_token, zone_of

router = APIRouter()
_read = msgspec.json.Decoder(intake.Scan).decode
_write = msgspec.json.Encoder().encode
MOST_CODES = 2000
SESSIONS = re.compile(r"[ -~]{1,64}")
SINCE, UNTIL = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Answer(msgspec.Struct, kw_only=True):
    """A Reply with its text in the language of the asker."""

    id: str
    accepted: bool
    code: str
    text: str
    fields: object
    sound: str
    items: object
    note: object
    next: object


@router.post("/scan")
async def scan(request: Request) -> Response:
    """Judge one scan, or a gate's passage of many codes; the same id and content again gets the stored answer."""
    try:
        body = _read(await request.body())
    except msgspec.DecodeError as error:
        return problem(400, "malformed", str(error))
    wrong = _too_much(body)
    if wrong:
        return problem(422, "malformed", wrong)
    site: Site = request.app.state.site
    token = station_token(request)
    if not token:
        return problem(401, "no_token", "send Authorization: Bearer <token of a station>")
    check_origin(request)
    hashed = token_hash(token)
    own = cookie(request, "person") if body.session is not None else ""
    act, refused = intake.take(body, hashed, token_hash(own) if own else "")
    try:
        stored = await site.writer.run(act, rank=Rank.SCAN, refused=refused)
    except intake.NoStation:
        return problem(401, "unknown_token", "this token opens no station; enrol the device again")
    except TryAgain as error:
        return problem(503, "try_again", str(error)[:200])
    if site.feed.streams and request.headers.get("authorization"):  # a page shows its own scans by itself
        site.feed.heard(hashed, body.codes, stored)
    reply = decode(stored)
    zone = await asyncio.to_thread(zone_of, site) if "since" in reply.fields else None
    return Response(answer(reply, language_of(request), zone), media_type="application/json")


def _too_much(scan: intake.Scan) -> str:
    if not scan.codes or len(scan.codes) > MOST_CODES:
        return f"codes: 1 to {MOST_CODES} of them"
    if not all(scan.codes) or any(len(code) > MOST_CHARACTERS for code in scan.codes):
        return f"codes: each 1 to {MOST_CHARACTERS} characters"
    if scan.session is not None and not SESSIONS.fullmatch(scan.session):
        return "session: 1 to 64 printable characters"
    if scan.at.tzinfo is None or not SINCE <= scan.at <= UNTIL:
        return "at: with its offset from UTC, in 1970 to 2200"
    if any(number is not None and not -(2**31) < number < 2**31 for number in (scan.note, scan.line)):
        return "note, line: within 32 bits"
    if scan.quantity is not None and not -(2**63) <= scan.quantity < 2**63:
        return "quantity: within 64 bits"
    return ""


def answer(reply: Reply, language: str, zone: tzinfo | None = None) -> bytes:
    """The reply with its text; `zone` is that of its times."""
    fields = {**reply.fields, "next": msgspec.to_builtins(reply.next)} if reply.next else reply.fields
    return _write(
        Answer(
            id=reply.id,
            accepted=reply.accepted,
            code=reply.code,
            text=verdict_text(language, reply.code, fields, zone),
            fields=reply.fields,
            sound=reply.sound,
            items=reply.items,
            note=reply.note,
            next=reply.next,
        )
    )


def problem(status: int, code: str, detail: str) -> Response:
    """An error of the request itself: a stable code and one line of detail."""
    return Response(_write({"code": code, "detail": detail}), status_code=status, media_type="application/json")
