"""One form, one effect: its hidden id travels with it, and the same form sent twice gets its first answer."""

import re
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.datastructures import FormData
from starlette.requests import Request

from floor.ledger.refusals import remember
from floor.refusal import Refusal
from floor.storage import requests
from floor.storage.record import Tx
from web.compose import new_uid
from web.page import acting
from web.who import Who, check_origin

MOST_FIELDS = 10_000  # a thousand order lines
_ID = re.compile(r"[0-9a-f-]{36}")
_write = msgspec.json.Encoder().encode


async def form_of(request: Request) -> FormData:
    """The form as sent, from a page of ours only (wrong_origin)."""
    check_origin(request)
    return await request.form(max_fields=MOST_FIELDS)


def text_of(form: FormData, name: str) -> str:
    """One field's text, "" where it is missing or a file."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def texts_of(form: FormData, name: str) -> list[str]:
    """The texts of a field that stands in every row."""
    return [value if isinstance(value, str) else "" for value in form.getlist(name)]


def next_id(said: str, refusal: Refusal | None, new: bool = False) -> str:
    """The id of a form that is shown again: its own; a fresh one for what is there already, where that was used up.

    A form for something `new` keeps a used id: with a fresh one, going back and sending again would make it twice.
    """
    used = refusal is not None and refusal.code == "form_used" and not new
    return new_uid() if used or not said else said


async def once(
    request: Request, asked: Who, form: FormData, act: Callable[[Tx], dict[str, Any]], *, about: str = ""
) -> dict[str, Any]:
    """Run the act once for the form's id; a refusal is remembered in the history of `about`, where given.

    Refuses malformed for a form without an id, form_used for one that was already sent saying something else.
    """
    id = text_of(form, "form")
    if not _ID.fullmatch(id):
        raise Refusal("malformed", detail="a form without its id")
    digest = requests.digest([request.url.path, [(k, v) for k, v in form.multi_items() if k != "form"]])

    def stored(tx: Tx) -> bytes:
        return requests.once(tx, id, digest, lambda tx: _write(act(tx)))

    def refused(tx: Tx, refusal: Refusal) -> Refusal:
        if not about or refusal.code in ("request_id_reused", "order_unknown"):
            return refusal
        return remember(about, request.url.path.rpartition("/")[2], asked.person)(tx, refusal)

    try:
        answer: dict[str, Any] = msgspec.json.decode(await acting(request, asked, stored, cause=id, refused=refused))
    except Refusal as refusal:
        if refusal.code == "request_id_reused":
            raise Refusal("form_used") from None
        raise
    return answer
