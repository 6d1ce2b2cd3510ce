"""People: who works here, in which roles, and what each signs in with; a badge to show, print and replace."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.responses import Response

from floor import credentials, hiring
from floor.hiring import PersonForm
from floor.refusal import Refusal
from floor.storage import particulars
from floor.storage.record import Tx
from web import typed
from web.compose import new_uid
from web.forms import form_of, next_id, once, text_of, texts_of
from web.ids import new_badge
from web.page import asker, reading, render, see_other
from web.pages.sign_in import PASSWORD, PIN, hashed, verified
from web.text import texts
from web.texts.setting_up import LANGUAGE_NAMES, ROLES
from web.texts.verdicts import verdict_text
from web.who import Who

router = APIRouter()
PER_PAGE = 30
RIGHT = "administer"
SECRETS = ("pin", "password")  # never shown again, and not in the digest that tells a form sent twice


@dataclass
class Said:
    """The form's fields as they stand there; the secrets are typed again."""

    name: str = ""
    roles: tuple[str, ...] = ()
    language: str = "zh"
    login: str = ""
    form: str = ""


@router.get("/people")
async def listed(request: Request) -> Response:
    asked = await asker(request, RIGHT)
    query = request.query_params
    words, page, retired = query.get("words", "")[:100], typed.page_of(query), "retired" in query

    wanted = _roles_said(asked.language, words)

    def read(db: Connection) -> list[Any]:
        rows = hiring.search(db, wanted, page=page, per_page=PER_PAGE, retired=retired)
        more = hiring.search(db, wanted, page=page * PER_PAGE + 1, per_page=1, retired=retired)
        return [[(row, msgspec.json.decode(row.who or "{}").get("name", "")) for row in rows], bool(more)]

    rows, more = await reading(request, read)
    shown = ({"words": words} if words else {}) | ({"retired": "1"} if retired else {})
    return render(request, asked, "people.html", "office", rows=rows, more=more, page=page, shown=shown, roles=ROLES)


def _roles_said(language: str, words: str) -> str:
    """Roles are looked for by the words that the list shows for them."""
    translate = texts(language).gettext
    roles = {translate(label).casefold(): role for role, (label, _) in ROLES.items()}
    return " ".join(roles.get(word.casefold(), word) for word in words.split())


@router.get("/people/new")
async def new(request: Request) -> Response:
    asked = await asker(request, RIGHT)
    return await _shown(request, asked, None, Said(language=asked.language))


@router.get("/people/{id:int}")
async def one(request: Request, id: typed.Number) -> Response:
    return await _shown(request, await asker(request, RIGHT), id)


@router.post("/people/new")
async def hired(request: Request) -> Response:
    return await _taken(request, None)


@router.post("/people/{id:int}")
async def changed(request: Request, id: typed.Number) -> Response:
    return await _taken(request, id)


async def _taken(request: Request, id: int | None) -> Response:
    asked = await asker(request, RIGHT)
    form = await form_of(request)
    said = Said(
        name=text_of(form, "name"),
        roles=tuple(texts_of(form, "roles")),
        language=text_of(form, "language"),
        login=text_of(form, "login"),
        form=text_of(form, "form"),
    )
    send = new_uid()
    try:
        wanted = await _wanted(form, said, badge=new_badge() if id is None else "")
        plain = FormData([(name, value) for name, value in form.multi_items() if name not in SECRETS])
        told = await once(request, asked, plain, lambda tx: {"person": hiring.edit(tx, id, wanted), "by": send})
        if told["by"] != send:
            await _check_same(request, told["person"], form)
    except Refusal as refusal:
        return await _shown(request, asked, id, said, refusal=refusal)
    return see_other(f"/people/{told['person']}")


async def _wanted(form: FormData, said: Said, badge: str) -> PersonForm:
    """What the act is given: PIN and password only as their hashes. Refuses bad_pin, bad_password."""
    pin, password = _pin(form), text_of(form, "password")
    if pin:
        credentials.check_pin(pin)
    if password:
        credentials.check_password(password)
    return PersonForm(
        name=said.name,
        roles=said.roles,
        language=said.language,
        login=said.login,
        badge=badge,
        pin_hash=await hashed(PIN, pin),
        password_hash=await hashed(PASSWORD, password),
    )


async def _check_same(request: Request, person: int, form: FormData) -> None:
    """Refuse form_used where a form that is sent again carries another PIN or password: the digest cannot tell."""
    has = await reading(request, lambda db: credentials.of_person(db, person))
    hashes = (has.pin_hash, has.password_hash) if has is not None else ("", "")
    for stored, secret in zip(hashes, (_pin(form), text_of(form, "password")), strict=True):
        if secret and not await verified(stored, secret):
            raise Refusal("form_used")


def _pin(form: FormData) -> str:
    return typed.clean(text_of(form, "pin"))


@router.post("/people/{id:int}/badge")
async def badge(request: Request, id: typed.Number) -> Response:
    """Another badge for this person."""
    code = new_badge()

    def act(tx: Tx) -> dict[str, Any]:
        hiring.give_badge(tx, id, code)
        return {}

    return await _pressed(request, id, act)


@router.post("/people/{id:int}/retire")
async def retire(request: Request, id: typed.Number) -> Response:
    """Let go, or with `retired` = no taken up again."""
    retired = text_of(await form_of(request), "retired") != "no"

    def act(tx: Tx) -> dict[str, Any]:
        hiring.retire(tx, id, retired)
        return {}

    return await _pressed(request, id, act)


async def _pressed(request: Request, id: int, act: Callable[[Tx], dict[str, Any]]) -> Response:
    asked = await asker(request, RIGHT)
    try:
        await once(request, asked, await form_of(request), act)
    except Refusal as refusal:
        return await _shown(request, asked, id, refusal=refusal)
    return see_other(f"/people/{id}")


async def _shown(
    request: Request, asked: Who, id: int | None, said: Said | None = None, *, refusal: Refusal | None = None
) -> Response:
    """The page of a person (None: a new one): as the house knows it, or as it was typed."""

    def read(db: Connection) -> dict[str, Any]:
        if id is None:
            return {"row": None, "has": None, "known": Said()}
        row = hiring.known(db, id)
        has = credentials.of_person(db, id)
        known = Said(
            name=str(particulars.read(db, row.particulars).get("name", "")),
            roles=tuple(row.roles.split()),
            language=row.language,
            login=(has.login if has else None) or "",
        )
        return {"row": row, "has": has, "known": known}

    data = await reading(request, read)
    told = verdict_text(asked.language, refusal.code, refusal.fields, asked.zone) if refusal else ""
    data |= {"id": id, "said": said or data["known"], "refusal": told, "roles": ROLES, "languages": LANGUAGE_NAMES}
    forms = {
        "form_id": next_id(said.form if said else "", refusal, id is None),
        "badge_form": new_uid(),
        "retire_form": new_uid(),
    }
    return render(request, asked, "person.html", "office", 409 if refusal else 200, **data, **forms)
