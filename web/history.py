"""A document's journal in words: what happened, who did it, where, when, and which other documents it touched."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from floor import people
from floor.facts.fact import Entry, Fact
from floor.items import ITEM
from floor.stations import STATION
from floor.storage import journal
from web.shown import amount
from web.text import texts
from web.texts import facts
from web.texts.print_jobs import said as printer_said
from web.texts.readers import condition
from web.texts.sales import TRANSIT
from web.texts.setting_up import FIELDS, changes
from web.texts.verdicts import verdict_text, word
from web.who import Who

LATE = timedelta(seconds=5)  # a scan that arrived later than this was noted while there was no connection


@dataclass(frozen=True)
class Told:
    """One fact: `others` are (document, its name); `late` is when it arrived, where that was well after it happened."""

    id: int
    at: datetime
    late: datetime | None
    text: str
    person: str
    device: str
    tone: str
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Names:
    """What ids are called: persons, stations and item rows that a page of facts mentions."""

    persons: dict[int, str]
    stations: dict[int, str]
    items: dict[int, Any]


def told(db: Connection, document: str, asked: Who, before: int, most: int) -> list[Told]:
    """The facts that touched `document`, newest first, older than the journal id `before`."""
    entries = journal.history(db, document, before, most)
    names = _names(db, entries)
    return [_told(entry, document, names, asked) for entry in entries]


def _names(db: Connection, entries: list[Entry]) -> Names:
    persons, wanted = set[int | None](), set[int]()
    for entry in entries:
        fact: Any = entry.fact
        persons |= {entry.person, getattr(fact, "taken_from", None), getattr(fact, "person", None)}
        lines = getattr(fact, "lines", ()) if type(fact).__name__ == "Received" else ()
        wanted |= {item for item in (getattr(fact, "item", None), *(line.item for line in lines)) if item}
    items = {row.id: row for row in db.execute(select(ITEM).where(ITEM.c.id.in_(wanted)))} if wanted else {}
    stations = {row.id: row.name for row in db.execute(select(STATION.c.id, STATION.c.name))}
    return Names(people.names(db, persons), stations, items)


def _told(entry: Entry, document: str, names: Names, asked: Who) -> Told:
    kind = type(entry.fact).__name__
    bad = kind in ("Refused", "SignInFailed", "Shorted", "CaseOpened", "ActRefused", "Withdrawn")
    bad = bad or bool(getattr(entry.fact, "troubles", ()))  # of a reader
    good = kind in ("Shipped", "Delivered", "LabelVerified", "CaseSettled")
    others = dict.fromkeys(other for other in entry.fact.subjects() if other != document)
    return Told(
        id=entry.id,
        at=entry.at,
        late=entry.recorded_at if entry.recorded_at - entry.at > LATE else None,
        text=sentence(entry.fact, names, asked),
        person=names.persons.get(entry.person, ""),
        device=_device(entry.device, names),
        tone="bad" if bad else "ok" if good else "",
        others=tuple((other, _document(other, names, asked)) for other in others),
    )


def _document(document: str, names: Names, asked: Who) -> str:
    """Stations, persons and items go by their own names, the rest by kind and number."""
    kind, _, key = document.partition(":")
    if key.isdigit():
        item = names.items.get(int(key)) if kind == "item" else None
        known = {"station": names.stations.get(int(key)), "person": names.persons.get(int(key))}
        name = item.name if item is not None else known.get(kind)
        if name:
            return str(name)
    return facts.document_name(asked.language, document)


def _device(device: str, names: Names) -> str:
    kind, _, number = device.partition(":")
    return names.stations.get(int(number), device) if kind == "station" and number.isdigit() else device


class _Fields(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def sentence(fact: Fact, names: Names, asked: Who) -> str:
    """The fact in words, in the reader's language; a kind without words shows as its name."""
    said: dict[str, Any] = {name: getattr(fact, name) for name in fact.__struct_fields__}
    fields = _Fields({name: str(value) for name, value in said.items() if isinstance(value, str | int) and value != ""})
    for make in (_things, _words, _counts, _verdicts):
        fields |= make(type(fact).__name__, said, names, asked)
    template = texts(asked.language).gettext(facts.SENTENCES.get(_variant(fact, said), type(fact).__name__))
    return template.format_map(fields).rstrip(" :：,，")


def _variant(fact: Fact, said: dict[str, Any]) -> str:
    kind = type(fact).__name__
    ways = {
        "Opened joined": kind == "Opened" and said.get("joined"),
        "Opened taken": kind == "Opened" and said.get("taken_from"),
        "PrintAsked copy": kind == "PrintAsked" and said.get("copy"),
        "PrinterSaid fault": kind == "PrinterSaid" and said.get("said"),
        "PrinterHeld held": kind == "PrinterHeld" and said.get("held"),
        "PrinterRedirected back": kind == "PrinterRedirected" and not said.get("to"),
        "PrinterChosen own": kind == "PrinterChosen" and not said.get("printer"),
        "PrintEnded reason": kind == "PrintEnded" and said.get("reason"),
        "Withdrawn shorted": kind == "Withdrawn" and said.get("shorted"),
    }
    return next((way for way, taken in ways.items() if taken), kind)


def _things(kind: str, said: dict[str, Any], names: Names, asked: Who) -> dict[str, str]:
    """Items by name with quantities at their scale, stations and persons by name, lot and serial behind."""
    made: dict[str, str] = {}
    item = names.items.get(said.get("item") or 0)
    if item is not None:
        made["item"] = item.name
        for name in ("quantity", "counted", "expected"):
            if name in said:
                made[name] = amount(said[name], item.scale)
    if kind == "Received":
        made["goods"] = _joined((_goods(line, names) for line in said["lines"]), asked)
    if said.get("station"):
        made["station"] = names.stations.get(said["station"], str(said["station"]))
    elif "station" in said:
        made["station"] = texts(asked.language).gettext("Office")
    if said.get("taken_from"):
        made["taken_from"] = names.persons.get(said["taken_from"], "")
    marks = [mark for mark in (said.get("lot"), said.get("serial")) if mark]
    made["marks"] = f" ({_joined(marks, asked)})" if marks else ""
    if "weight_g" in said:
        made["weight"] = amount(said["weight_g"], 3)
    return made


def _goods(line: Any, names: Names) -> str:
    item = names.items[line.item]
    return f"{amount(line.quantity, item.scale)} {item.unit} {item.name}"


def _joined(parts: Any, asked: Who) -> str:
    return ("、" if asked.language == "zh" else ", ").join(str(part) for part in parts)


def _words(kind: str, said: dict[str, Any], names: Names, asked: Who) -> dict[str, str]:
    """States, reasons and other codes in words."""
    lang = asked.language
    translate = texts(lang).gettext
    made = {name: word(lang, said[name]) for name in ("reason", "state", "act") if isinstance(said.get(name), str)}
    if kind in ("PrintEnded", "PrintReturned"):
        made["outcome"] = printer_said(lang, said["reason"])
    if kind == "PrinterSaid":
        made["said"] = printer_said(lang, said["said"])
    if kind == "ReaderChanged":
        made["condition"] = condition(lang, said["state"], said["troubles"])
    if kind == "Loaded":
        made["by"] = translate(facts.LOADED_BY[said["by"]]).format(reason=made.get("reason", ""))
    if kind == "SignedOut":
        made["left"] = translate(facts.LEFT[said["why"]]) if said["why"] in facts.LEFT else said["why"]
    if kind in ("Tracked", "TransitPosted"):
        state = said["step"].state if kind == "Tracked" else said["state"]
        made["transit"] = made["state"] = translate(TRANSIT[state][0]) if state in TRANSIT else state
    if kind == "WithdrawRefused":
        made["why"] = word(lang, said["code"])
    if kind == "Edited":
        made["changes"] = _joined(changes(lang, said["entity"], said["key"], said["changes"]), asked)
    if kind == "SignInChanged":
        made["secrets"] = _joined((translate(FIELDS[name]) for name in said["what"]), asked)
    if kind == "DevicesWithdrawn":
        made["withdrawn"] = _joined(said["devices"], asked)
    if isinstance(said.get("tracking"), tuple):
        made["tracking"] = _joined(said["tracking"], asked)
    return made


def _counts(kind: str, said: dict[str, Any], names: Names, asked: Who) -> dict[str, str]:
    made = {}
    for field, shown in (("lines", "count"), ("parcels", "count"), ("tasks", "stops")):
        if isinstance(said.get(field), tuple):
            made[shown] = str(len(said[field]))
    if isinstance(said.get("codes"), tuple):
        made["codes"] = _joined(said["codes"][:3], asked) + ("…" if len(said["codes"]) > 3 else "")
    return made


def _verdicts(kind: str, said: dict[str, Any], names: Names, asked: Who) -> dict[str, str]:
    """The words of a refusal or a case."""
    if kind in ("Refused", "CaseOpened", "ActRefused"):
        text = verdict_text(asked.language, said["code"], said["fields"], asked.zone)
        return {"verdict": text, "why": text}
    return {}
