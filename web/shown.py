"""How values read on pages: quantities at their item's scale, times in the site's zone, codes in words."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import segno
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from floor.lateness import Why
from web import figures
from web.text import texts
from web.texts.facts import document_name
from web.texts.lateness import late_text
from web.texts.print_jobs import job_text, job_tone, said
from web.texts.sales import TRANSIT
from web.texts.verdicts import verdict_text, word


def amount(quantity: int, scale: int = 0) -> str:
    """The integer `quantity` of 10^-scale units as people write it: 1500 at scale 3 is 1.5."""
    sign, digits = ("-", -quantity) if quantity < 0 else ("", quantity)
    whole, rest = divmod(int(digits), 10**scale)
    tail = str(rest).rjust(scale, "0").rstrip("0") if rest else ""
    return f"{sign}{whole}.{tail}" if tail else f"{sign}{whole}"


@pass_context
def moment(context: Context, at: datetime | None) -> str:
    """Month, day, hour and minute in the site's zone; "" for no time."""
    return _local(context, at).strftime("%m-%d %H:%M") if at is not None else ""


@pass_context
def second(context: Context, at: datetime | None) -> str:
    """The whole time of a log line, to the second."""
    return _local(context, at).strftime("%Y-%m-%d %H:%M:%S") if at is not None else ""


@pass_context
def hour(context: Context, at: datetime | None) -> str:
    return _local(context, at).strftime("%H:%M") if at is not None else ""


def _local(context: Context, at: datetime) -> datetime:
    aware = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return aware.astimezone(context["asked"].zone)


def day(on: date | None) -> str:
    return on.isoformat() if on is not None else ""


def qr(text: str) -> Markup:
    """The text as a QR code to scan from the screen: inline SVG, dark on light in every colour scheme."""
    return Markup(segno.make(text, error="m").svg_inline(omitsize=True, border=4, dark="#000", light="#fff"))


def filters(lang: str) -> Mapping[str, Callable[..., str]]:
    """The filters of the pages in `lang`."""

    @pass_context
    def verdict(context: Context, code: str, fields: Mapping[str, Any]) -> str:
        return verdict_text(lang, code, fields, context["asked"].zone)

    def in_words(code: str) -> str:
        return word(lang, code)

    def late(why: Why, carrier: bool = False) -> str:
        return late_text(lang, why, carrier)

    def print_state(job: Any, waits: str = "") -> str:
        return job_text(lang, job, waits)

    def printer_said(reason: str) -> str:
        return said(lang, reason)

    def transit(state: str) -> str:
        return texts(lang).gettext(TRANSIT[state][0]) if state in TRANSIT else state

    def document(name: str) -> str:
        return document_name(lang, name)

    return {
        "document": document,
        "late": late, "said": printer_said, "transit": transit, "print_state": print_state, "print_tone": job_tone,
        "amount": amount, "moment": moment, "second": second, "hour": hour, "day": day,
        "verdict": verdict, "qr": qr, "in_words": in_words, **figures.FILTERS,
    }  # fmt: skip
