"""Who asks: the station by its token (bearer or cookie), the person by the session's cookie; CSRF by Origin."""

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from starlette.requests import Request

from floor import credentials, people, policy, stations
from floor.refusal import Refusal
from floor.storage import particulars
from web.compose import Site
from web.ids import token_hash
from web.text import LANGUAGES, negotiate


@dataclass(frozen=True)
class Who:
    """The person (0: nobody) and station (None: the office) behind a request; language and time zone to answer in."""

    person: int
    name: str
    roles: str
    session: str
    station: Any | None
    language: str
    zone: tzinfo = UTC

    def may(self, act: str) -> bool:
        return people.may(self.roles, act)

    def need(self, act: str) -> None:
        if not self.may(act):
            raise Refusal("not_allowed", act=act, wanted=sorted(people.RIGHTS[act]), name=self.name)


def cookie_name(kind: str, secure: bool) -> str:
    """`__Host-` pins a cookie to this host where we speak HTTPS; plain HTTP forbids the prefix."""
    return f"__Host-{kind}" if secure else f"floor-{kind}"


def is_secure(site: Site) -> bool:
    return site.settings.origin.startswith("https://")


def cookie(request: Request, kind: str) -> str:
    site: Site = request.app.state.site
    return request.cookies.get(cookie_name(kind, is_secure(site)), "")


def set_cookie(site: Site, response: Any, kind: str, value: str, seconds: int) -> None:
    secure = is_secure(site)
    response.set_cookie(
        cookie_name(kind, secure), value, max_age=seconds, httponly=True, secure=secure, samesite="strict", path="/"
    )


def station_token(request: Request) -> str:
    """The token of the station that a request comes from: Authorization: Bearer, else the enrolled device's cookie."""
    header = request.headers.get("authorization", "")
    if header.lower().startswith("bearer "):
        return header[7:].strip()
    return cookie(request, "device")


def language_of(request: Request, own: str = "") -> str:
    chosen = request.cookies.get("floor-language", "")
    if chosen in LANGUAGES:
        return chosen
    return own or negotiate(request.headers.get("accept-language", ""))


def who(request: Request) -> Who:
    """Read the cookies and the database: runs in a thread, never in the event loop."""
    site: Site = request.app.state.site
    token, device = cookie(request, "person"), station_token(request)
    with site.engine.connect() as db:
        row = credentials.of_token(db, token_hash(token), site.clock()) if token else None
        station = station_of(db, device) if device else None
        if row is not None and row.station is not None and (station is None or station.id != row.station):
            row = None  # a badge and PIN open the station where they were given, nothing elsewhere
        name = str(particulars.read(db, row.particulars).get("name", "")) if row is not None else ""
        zone = _zone(policy.read(db, "time_zone"))
    language = language_of(request, row.language if row is not None else "")
    if row is None:
        return Who(0, "", "", "", station, language, zone)
    return Who(row.person, name, row.roles, row.id, station, language, zone)


def zone_of(site: Site) -> tzinfo:
    """The zone that times are told in; reads the database."""
    with site.engine.connect() as db:
        return _zone(policy.read(db, "time_zone"))


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def station_of(db: Any, token: str) -> Any | None:
    """The station that a token opens, with the printer that its person has chosen, where that is another than its own."""
    found = select(*stations.AT_WORK).join(stations.TOKEN, stations.TOKEN.c.station == stations.STATION.c.id)
    found = found.outerjoin(stations.STANDING, stations.STANDING.c.station == stations.STATION.c.id)
    return db.execute(
        found.where(
            stations.TOKEN.c.hash == token_hash(token),
            stations.TOKEN.c.revoked.is_(False),
            stations.STATION.c.retired.is_(False),
        )
    ).first()


def check_origin(request: Request) -> None:
    """Refuse a changing request that another site's page may have sent with our cookies."""
    if request.headers.get("authorization"):
        return
    site: Site = request.app.state.site
    origin = request.headers.get("origin", "")
    host = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if origin not in (site.settings.origin, host):
        raise Refusal("wrong_origin", scanned=origin)
