"""The site's rules: each with what it does and a field for its value; only what a person changed is set."""

from typing import Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Request
from sqlalchemy import Connection, select
from starlette.datastructures import FormData
from starlette.responses import Response

from floor import policy
from floor.ledger import rules
from floor.ledger.currencies import PLACES
from floor.places import PLACE
from floor.refusal import Refusal
from web import figures, typed
from web.forms import form_of, next_id, once, text_of
from web.page import asker, reading, render, see_other
from web.text import texts
from web.texts.rules import CURRENCY, DAYS, DIGITS, PERCENT, RULES, SECTIONS, TAX, TICK, WAREHOUSE, ZONE
from web.texts.verdicts import verdict_text
from web.who import Who

router = APIRouter()
RIGHT = "edit_master"


@router.get("/rules")
async def page(request: Request) -> Response:
    return await _shown(request, await asker(request, RIGHT))


@router.post("/rules")
async def changed(request: Request) -> Response:
    """Sets each rule whose field says otherwise than it did (`was.NAME`), all of them or none."""
    asked = await asker(request, RIGHT)
    form = await form_of(request)
    try:
        said = _wanted(form)
        told = await once(request, asked, form, lambda tx: {"changed": rules.change(tx, said)})
    except Refusal as refusal:
        return await _shown(request, asked, form, refusal)
    return see_other("/rules?kept=1" if told["changed"] else "/rules")


def _wanted(form: FormData) -> dict[str, str]:
    """Only what differs from what the page showed, so that two people at two rules do not undo one another."""
    wanted = {name: _value(name, text_of(form, name)) for name in RULES if f"was.{name}" in form}
    return {name: value for name, value in wanted.items() if value != text_of(form, f"was.{name}")}


def _value(name: str, said: str) -> str:
    """A field's text as the rule keeps it; a refusal names the rule."""
    kind = RULES[name].kind
    try:
        if kind == TAX:
            return str(_tax(said))
        if kind in (PERCENT, DAYS):
            return str(typed.number(typed.clean(said).removesuffix("%"), 0))
    except Refusal as refusal:
        raise Refusal(refusal.code, **refusal.fields, rule=name) from None
    if kind == TICK:
        return "yes" if said == "yes" else "no"
    return typed.clean(said) if kind == DIGITS else said.strip()


def _tax(said: str) -> int:
    """Told in percent, as it was typed."""
    rate = typed.basis_points(said) or 0
    if rate > 100_00:
        raise Refusal("bad_percent", value=said[:20], min=0, max=100)
    return rate


def _options(db: Connection) -> dict[str, list[str]]:
    places = select(PLACE.c.warehouse).distinct().order_by(PLACE.c.warehouse)
    return {WAREHOUSE: list(db.scalars(places)), ZONE: sorted(available_timezones()), CURRENCY: sorted(PLACES)}


async def _shown(
    request: Request, asked: Who, form: FormData | None = None, refusal: Refusal | None = None
) -> Response:
    def read(db: Connection) -> dict[str, Any]:
        return {
            "now": {name: policy.read(db, name) for name in RULES},
            "fixed": {name: why for name in RULES if (why := rules.why_fixed(db, name))},
            "options": _options(db),
        }

    data = await reading(request, read)
    now: dict[str, str] = data["now"]
    fixed = {name: verdict_text(asked.language, why, {"value": now[name]}) for name, why in data["fixed"].items()}
    said = {name: figures.percent(int(value)) if RULES[name].kind == TAX else value for name, value in now.items()}
    if form is not None:
        said |= {name: text_of(form, name) for name in RULES if f"was.{name}" in form}
        now |= {name: text_of(form, f"was.{name}") for name in RULES if f"was.{name}" in form}
    wrong = {}
    if refusal is not None:
        rule = str(refusal.fields.get("rule", ""))
        named = {"field": texts(asked.language).gettext(RULES[rule].title)} if rule in RULES else {}
        text = verdict_text(asked.language, refusal.code, {**refusal.fields, **named}, asked.zone)
        wrong = {rule: text}
    form_id = next_id(text_of(form, "form") if form is not None else "", refusal)
    data |= {"said": said, "wrong": wrong, "fixed": fixed, "form_id": form_id, "rules": RULES, "sections": SECTIONS}
    kept = "kept" in request.query_params
    return render(request, asked, "rules.html", "office", 409 if refusal else 200, kept=kept, **data)
