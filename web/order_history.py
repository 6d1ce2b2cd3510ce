"""The history of an order in words: its journal, newest first, with the people's and the items' names."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from floor import people
from floor.facts.fact import Entry
from floor.items import ITEM
from floor.storage import journal
from web.shown import amount
from web.text import texts
from web.texts import sales
from web.texts.order_facts import QUIET, sentence
from web.texts.verdicts import verdict_text, word
from web.who import Who

MOST = 300


@dataclass(frozen=True)
class Told:
    at: datetime
    person: str
    text: str


def told(db: Connection, order: int, asked: Who) -> list[Told]:
    """What happened to the order, newest first, at most so many facts; the reader's language."""
    entries = [x for x in journal.history(db, f"order:{order}", most=MOST) if type(x.fact).__name__ not in QUIET]
    names = people.names(db, {entry.person for entry in entries})
    wanted = {getattr(entry.fact, "item", None) for entry in entries} - {None}
    items = {row.id: row for row in db.execute(select(ITEM).where(ITEM.c.id.in_(wanted)))} if wanted else {}
    return [Told(entry.at, names.get(entry.person, ""), _text(entry, items, asked)) for entry in entries]


def _text(entry: Entry, items: dict[int, Any], asked: Who) -> str:
    fields = _fields(entry, items, asked)
    said = texts(asked.language).gettext(sentence(entry.fact)).format_map(fields)
    return said.rstrip(" :：。.")


class _Fields(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def _fields(entry: Entry, items: dict[int, Any], asked: Who) -> _Fields:
    fact, lang = entry.fact, asked.language
    said: dict[str, Any] = {name: getattr(fact, name) for name in fact.__struct_fields__}
    found = _Fields({name: str(value) for name, value in said.items() if isinstance(value, str | int) and value != ""})
    if "item" in said and said["item"] in items:
        item = items[said["item"]]
        found["item"], found["quantity"] = item.name, amount(said.get("quantity", 0), item.scale)
    if "lines" in said:
        found["count"] = str(len(said["lines"]))
    if isinstance(said.get("parcels"), tuple):
        found["parcels"] = str(len(said["parcels"]))
    if "step" in said:
        found["step"] = _transit(said["step"].state, lang)
    if type(fact).__name__ == "ActRefused":
        found["act"] = word(lang, said["act"])
        found["why"] = verdict_text(lang, said["code"], said["fields"], asked.zone)
    else:
        found |= {name: word(lang, found[name]) for name in ("state", "reason") if name in found}
    return found


def _transit(state: str, lang: str) -> str:
    return texts(lang).gettext(sales.TRANSIT[state][0]) if state in sales.TRANSIT else state
