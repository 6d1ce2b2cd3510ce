"""The scanner doctor: six test codes on the screen, a person scans them, the page says what is wrong and what mends it."""

from collections.abc import Callable
from functools import cache

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from labels.media import Media
from labels.preview import preview
from labels.refused import LabelRefused
from labels.scanner_setup import ScannerSetupLabel
from labels.scanner_setup import zpl as setup_zpl
from labels.scanner_test import TESTS, ScannerTestLabel, zpl
from web.page import asker, fragment, render
from web.scan import problem
from web.scanner_diagnosis import Heard, diagnose
from web.scanner_guides import Guide, guides
from web.texts.scanner import in_guide, told
from web.who import check_origin

router = APIRouter()
MOST_HEARD, MOST_LETTERS = 60, 300


class Ear(msgspec.Struct, forbid_unknown_fields=True):
    """What the page's script heard, in order."""

    heard: list[Heard]


_read = msgspec.json.Decoder(Ear).decode


@cache
def drawn(test: str, language: str) -> bytes:
    """A test code as PNG with its quiet zones; LabelRefused where this machine cannot draw."""
    return preview(zpl(ScannerTestLabel(test), Media(60, 40, language=language))).pngs[0]


@cache
def setup_drawn(setup: str, language: str) -> bytes:
    """A maker's set-up code, likewise."""
    return preview(setup_zpl(ScannerSetupLabel(setup), Media(60, 40, language=language))).pngs[0]


def _drawable(language: str) -> bool:
    try:
        return bool(drawn("suffix", language))
    except LabelRefused:
        return False


@router.get("/doctor/scanner")
async def page(request: Request) -> Response:
    asked = await asker(request, "see_devices")
    there = _drawable(asked.language)
    return render(request, asked, "scanner_doctor.html", "office", tests=list(TESTS), drawable=there)


@router.get("/doctor/scanner/{test}.png")
async def picture(request: Request, test: str) -> Response:
    return await _picture(request, drawn, test)


@router.get("/doctor/scanner/setup/{setup}.png")
async def setup_picture(request: Request, setup: str) -> Response:
    return await _picture(request, setup_drawn, setup)


async def _picture(request: Request, draw: Callable[[str, str], bytes], name: str) -> Response:
    asked = await asker(request, "see_devices")
    try:
        png = draw(name, asked.language)
    except LabelRefused as refused:
        return Response(refused.code, 404, media_type="text/plain; charset=utf-8")
    return Response(png, media_type="image/png")


@router.post("/doctor/scanner")
async def verdict(request: Request) -> Response:
    """What was heard -> the findings as a piece of the page. Changes nothing."""
    check_origin(request)
    asked = await asker(request, "see_devices")
    try:
        ear = _read(await request.body())
    except msgspec.DecodeError as error:
        return problem(400, "malformed", str(error))
    heard = [Heard(one.text[:MOST_LETTERS], one.ended, one.composed) for one in ear.heard[:MOST_HEARD]]
    findings = [(one, *told(asked.language, one), _guides(asked.language, one.code)) for one in diagnose(heard)]
    return fragment(asked, "scanner_findings.html", findings=findings, drawable=_drawable(asked.language))


def _guides(language: str, code: str) -> list[tuple[Guide, str]]:
    return [(guide, in_guide(language, guide)) for guide in guides(code)]
