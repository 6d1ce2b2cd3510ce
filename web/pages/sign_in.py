"""Sign in by badge and PIN at a station, by name and password in the office; enrol a device; choose a language."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any
from weakref import WeakValueDictionary

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from floor import credentials, people, steps
from floor.refusal import Refusal
from floor.storage.master import edit
from web.compose import Site, new_uid
from web.ids import new_token, token_hash
from web.page import reading, render, see_other
from web.text import LANGUAGES
from web.texts.verdicts import verdict_text
from web.who import Who, check_origin, set_cookie, station_of, station_token, who

router = APIRouter()
YEAR, SHIFT = 365 * 86400, credentials.SESSION_HOURS * 3600
# By kind of station: the act done there, whose pages bear its name, and the worklist.
FLOOR = {"pick": ("pick", "/notes"), "pack": ("pack", "/pack"), "dock": ("ship", "/ship")}
PIN = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # short secrets from enrolled devices only
PASSWORD = PasswordHasher()
# Belongs to no event loop. A PIN takes 19 MB and a core for a while, a password 64 MB and as many cores as there are, up to 4.
_two_at_once = ThreadPoolExecutor(2, "hashing")
_turns: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()  # by event loop and person


def nobodys(hasher: PasswordHasher) -> str:
    """A hash that no secret fits, looked at where a person has none: as long as a real one, so that time tells nothing."""
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${'A' * 22}${'A' * 43}"


def verify(stored: str, secret: str) -> bool:
    """Whether the secret fits its stored argon2 hash."""
    try:
        return PIN.verify(stored, secret)
    except (Argon2Error, InvalidHashError):
        return False


async def hashed(hasher: PasswordHasher, secret: str) -> str:
    """What is stored of a new PIN or password; "" for none."""
    if not secret:
        return ""
    return await asyncio.get_running_loop().run_in_executor(_two_at_once, hasher.hash, secret)


async def verified(stored: str, secret: str) -> bool:
    """`verify` in its turn, beside the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_two_at_once, verify, stored, secret)


@router.get("/sign-in")
async def page(request: Request, next: str = "/") -> Response:
    asked = await asyncio.to_thread(who, request)
    return render(request, asked, "sign_in.html", "floor", next=_local(next), refusal=None)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    badge: Annotated[str, Form(max_length=200)] = "",
    pin: Annotated[str, Form(max_length=40)] = "",
    login: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=300)] = "/",
) -> Response:
    """Badge and PIN count only from an enrolled station; name and password sign in to the office pages."""
    check_origin(request)
    asked = await asyncio.to_thread(who, request)
    try:
        person, session, token = await _open(request, asked, badge, pin, login, password)
    except Refusal as refusal:
        return _refused(request, asked, refusal, next)
    if "text/html" in request.headers.get("accept", ""):
        begins = _local(next) if next != "/" else await home(request, person.person, person.roles, asked.station)
        response: Response = see_other(begins)
    else:
        response = JSONResponse({"session": session, "person": person.person, "roles": person.roles.split()})
    set_cookie(request.app.state.site, response, "person", token, SHIFT)
    return response


async def _open(request: Request, asked: Who, badge: str, pin: str, login: str, password: str) -> tuple[Any, str, str]:
    if badge and asked.station is None:
        raise Refusal("station_required")
    badge = badge.removeprefix("BADGE:")

    def find(db: Connection) -> Any | None:
        return credentials.of_badge(db, badge) if badge else credentials.of_login(db, login.strip().lower())

    row = await reading(request, find)
    async with _turn_of(row.person) if row is not None else asyncio.Lock():
        return await _tried(request, asked, row, badge, pin, password)


def _turn_of(person: int) -> asyncio.Lock:
    """One try of a person at a time: right ones sent at once do not lock one another out, nor do wrong ones gain by it."""
    key = (id(asyncio.get_running_loop()), person)
    turn = _turns.get(key)
    if turn is None:
        turn = _turns[key] = asyncio.Lock()
    return turn


async def _tried(request: Request, asked: Who, row: Any, badge: str, pin: str, password: str) -> tuple[Any, str, str]:
    site: Site = request.app.state.site
    rest = 0 if row is None else await site.writer.run(lambda tx: credentials.count_try(tx, row.person))
    hasher, column, secret = (PIN, "pin_hash", pin) if badge else (PASSWORD, "password_hash", password)
    right = await verified(getattr(row, column, "") or nobodys(hasher), secret)
    station = asked.station.id if badge and asked.station is not None else None
    if row is None or not right:
        if row is not None:
            await site.writer.run(lambda tx: credentials.failed(tx, row.person, station, rest))
        raise Refusal("badge_unknown" if row is None and badge else "pin_wrong")
    session, token = new_uid(), new_token()
    kept = token_hash(token)
    device = token_hash(station_token(request)) if asked.station is not None else None
    await site.writer.run(
        lambda tx: credentials.sign_in(tx, row.person, station, session, kept, device=device, rest=rest)
    )
    return row, session, token


def _refused(request: Request, asked: Who, refusal: Refusal, next: str) -> Response:
    text = verdict_text(asked.language, refusal.code, refusal.fields, asked.zone)
    if "text/html" in request.headers.get("accept", ""):
        shown = {"code": refusal.code, "text": text}
        return render(request, asked, "sign_in.html", "floor", 401, next=_local(next), refusal=shown)
    return JSONResponse({"code": refusal.code, "detail": text}, status_code=401)


def _local(path: str) -> str:
    """Only a path of ours: nobody is sent elsewhere after signing in."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


async def home(request: Request, person: int, roles: str, station: Any | None) -> str:
    """The page where a person's day begins, or goes on: the step of the note that stands open at the station."""
    act, worklist = FLOOR.get(station.kind, ("", "")) if station is not None else ("", "")
    if act and people.may(roles, act):
        note = await reading(request, lambda db: steps.at_hand(db, station, person))
        return worklist if note is None else f"/{act}/{note}"
    return "/orders" if people.may(roles, "see_orders") else "/today"


@router.get("/")
async def start(request: Request) -> Response:
    asked = await asyncio.to_thread(who, request)
    if not asked.person:
        return see_other("/sign-in")
    return see_other(await home(request, asked.person, asked.roles, asked.station))


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    check_origin(request)
    asked = await asyncio.to_thread(who, request)
    site: Site = request.app.state.site
    if asked.session:
        await site.writer.run(lambda tx: credentials.sign_out(tx, asked.session, "own_word"))
    response = see_other("/sign-in")
    set_cookie(site, response, "person", "", 0)
    return response


@router.get("/enrol")
async def enrol(request: Request, token: Annotated[str, Query(max_length=200)]) -> Response:
    """The address in a station's QR code: this device now is that station; a token that opens none changes nothing."""
    if await reading(request, lambda db: station_of(db, token)) is None:
        raise Refusal("station_unknown", scanned=token[:8])
    response = see_other("/sign-in")
    set_cookie(request.app.state.site, response, "device", token, YEAR)
    return response


@router.post("/language")
async def language(
    request: Request, lang: Annotated[str, Form()], back: Annotated[str, Form(max_length=300)] = "/"
) -> Response:
    """Kept in the browser, and with the person where one is signed in."""
    check_origin(request)
    asked = await asyncio.to_thread(who, request)
    lang = lang if lang in LANGUAGES else LANGUAGES[0]
    if asked.person:
        site: Site = request.app.state.site
        await site.writer.run(lambda tx: edit(tx, "person", people.PERSON, asked.person, {"language": lang}))
    response = see_other(_local(back))
    response.set_cookie("floor-language", lang, max_age=YEAR, samesite="strict", path="/")
    return response
