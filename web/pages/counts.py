"""The count list: bins that were short, counted without being told what should be there; the difference shows afterwards."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection, select
from starlette.responses import Response

from floor import barcode, count_list, counting, people
from floor.check_digit import BadCode
from floor.items import ITEM, serial_in
from floor.refusal import Refusal
from floor.stock import COUNT_TASK
from floor.storage.record import Tx
from web import typed
from web.compose import new_uid
from web.forms import form_of, next_id, once, text_of
from web.page import asker, reading, render, see_other
from web.pages.notes import warehouse_of
from web.typed import Number
from web.who import Who

router = APIRouter()
PAGE = 30
Page = Annotated[int, Query(ge=1, le=100_000)]
Task = Annotated[int, Query(ge=0, le=2**31 - 1)]


@router.get("/counts")
async def to_count(request: Request, page: Page = 1, counted: Task = 0) -> Response:
    return await _list(request, await asker(request, "see_stock"), page, counted=counted)


async def _list(
    request: Request, asked: Who, page: int, *, counted: int = 0, said: dict[str, Any] | None = None
) -> Response:
    """The list; `counted` is the task just done, `said` what was typed for one that was refused, and its refusal."""

    def read(db: Connection) -> dict[str, Any]:
        warehouse = warehouse_of(asked, db)
        total = count_list.waiting(db, warehouse)
        pages = max(1, -(-total // PAGE))
        rows = count_list.to_count(db, warehouse, min(page, pages), PAGE)
        names = people.names(db, [why.person for row in rows for why in row.why])
        done = count_list.counted(db, counted) if counted else None
        shown: dict[str, Any] = {
            "rows": rows,
            "names": names,
            "done": done,
            "total": total,
            "page": min(page, pages),
            "pages": pages,
        }
        if done is not None:
            shown["done_item"] = db.execute(select(ITEM).where(ITEM.c.id == done.item)).one()
        return shown

    data = await reading(request, read)
    status = 409 if said else 200
    return render(request, asked, "counts.html", "office", status, said=said or {"task": 0}, new_uid=new_uid, **data)


@router.post("/counts/{task}")
async def count(request: Request, task: Number) -> Response:
    asked = await asker(request, "count")
    form = await form_of(request)
    said: dict[str, Any] = {name: text_of(form, name) for name in ("counted", "serials", "form")}
    page = typed.page_of({"page": text_of(form, "page")})

    def act(tx: Tx) -> dict[str, Any]:
        serials = [_serial(word) for word in re.split(r"[\s,，;；、]+", said["serials"]) if word]
        fact = counting.count(tx, task, _quantity(tx, task, said["counted"]), serials, text_of(form, "seen"))
        return {"task": task, "difference": fact.counted - fact.expected}

    try:
        await once(request, asked, form, act)
    except Refusal as refusal:
        if refusal.code in ("malformed", "not_allowed"):
            raise
        said |= {"task": task, "refusal": refusal, "form": next_id(said["form"], refusal)}
        return await _list(request, asked, page, said=said)
    return see_other(f"/counts?page={page}&counted={task}")


def _quantity(tx: Tx, task: int, value: str) -> int:
    """The typed number in the smallest unit of the task's item."""
    found = select(ITEM.c.name, ITEM.c.scale).join(COUNT_TASK, COUNT_TASK.c.item == ITEM.c.id)
    item = tx.db.execute(found.where(COUNT_TASK.c.id == task)).first()
    if item is None:
        raise Refusal("count_unknown", count=task)
    if typed.clean(value).startswith("-"):
        raise Refusal("count_quantity", quantity=value[:20], wanted=item.name, max=counting.MOST)
    return typed.number(value, item.scale)


def _serial(word: str) -> str:
    """The serial number in what was typed or scanned: of a whole GS1 code its element (21)."""
    try:
        return serial_in(barcode.read(word, None)) or word
    except BadCode:
        return word
