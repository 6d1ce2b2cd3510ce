"""After the day: what still waits is carried, then everything that must hold is looked at, from the outside in."""

import json
from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select, text

from floor import deliveries, parcels, stock
from floor.check_digit import sscc
from floor.facts.delivery import Picked
from floor.facts.master import Edited
from floor.facts.shipment import Shipped
from floor.facts.station import Refused
from floor.items import ITEM, ITEM_CODE
from floor.ledger.goods_issues import ISSUE, ISSUE_LINE
from floor.ledger.pricing import PRICE
from floor.ledger.receivables import INVOICE, INVOICE_LINE
from floor.places import PLACE
from floor.storage import journal, outbox
from floor.storage.requests import REQUEST
from floor.storage.series import SERIES
from floor.words import CUSTOMER
from tests.day import importer
from tests.day import plan as days
from tests.day.plan import Plan
from tests.day.record import Scanned
from tests.floor.invariants import check_sums
from web.commands.verify import verify
from web.compose import Running, Site, clock, compose
from web.settings import read

LATER = timedelta(hours=2)  # by then every parcel that was put off is due again
ONE_FACT = {
    "bin_ok": "BinConfirmed", "picked": "Picked", "line_done": "Picked", "undone": "Undone", "short": "Shorted",
    "nothing_left": "Shorted", "joined": "Opened", "handed_over": "Opened", "opened": "Opened",
    "parcel_closed_ok": "ParcelClosed", "loading_started": "LoadingOpened", "loaded": "Loaded", "passage_ok": "Loaded",
    "tracking_ok": "TrackingSet", "shipped": "Shipped",
}  # fmt: skip
MANY = {"Packed"}  # one scan may pack several lots or lines


def settled(plan: Plan) -> Site:
    """The day's site with nothing left in the outbox; stopped again, and open for reading."""
    settings = read(Path(plan.folder) / "floor.toml")
    with Running(compose(settings, at=lambda: clock() + LATER), ()) as site:
        site.courier.settle(rounds=5000)
    return compose(settings)


def check(site: Site, plan: Plan, scans: dict[str, Scanned], labels: list[str]) -> None:
    """Every invariant of the day; raises AssertionError that names what does not hold."""
    assert verify(site.settings, site.engine) == []
    _check_answers(site, scans)
    _check_effects(site, scans)
    _check_notes(site)
    _check_parcels(site, labels)
    _check_invoices(site)
    _check_imports(site, plan)
    with site.engine.connect() as db:
        assert outbox.waiting(db) == {}


def rows(site: Site, query: Any) -> list[Any]:
    with site.engine.connect() as db:
        return list(db.execute(select(query) if hasattr(query, "c") else query))


def _check_answers(site: Site, scans: dict[str, Scanned]) -> None:
    """Each scan was answered exactly once: what is stored is what its station and everybody who repeated it was told."""
    stored = {row.id: json.loads(row.reply) for row in rows(site, REQUEST)}
    for id, one in scans.items():
        assert one.reply is not None, f"scan {id} was never answered"
        for reply in (one.reply, *one.repeats):
            assert {name: value for name, value in reply.items() if name != "text"} == stored[id], id
    assert not any(id.startswith("bad-") for id in stored), "a malformed scan was stored"


def _check_effects(site: Site, scans: dict[str, Scanned]) -> None:
    """Each accepted scan has its one fact in the journal and each refused one its line; nothing has two."""
    facts: dict[str, Counter[str]] = defaultdict(Counter)
    picked = 0
    with site.engine.connect() as db:
        for row in journal.rows(db):
            fact = journal.entry_of(row).fact
            if row.cause in scans and getattr(fact, "code", "") != "request_id_reused":
                facts[row.cause][row.kind] += 1
                picked += fact.quantity if isinstance(fact, Picked) else 0
    for id, one in scans.items():
        twice = [kind for kind, count in facts[id].items() if count > 1 and kind not in MANY]
        assert not twice, f"scan {id} ({one.code}) had {twice} twice"
        wanted = ONE_FACT.get(one.code) if one.reply and one.reply["accepted"] else Refused.__name__
        assert wanted is None or facts[id][wanted] == 1, f"scan {id} ({one.code}): {dict(facts[id])}"
    assert picked == sum(_units(one) for one in scans.values()), "units picked are not the units confirmed"


def _units(one: Scanned) -> int:
    picks = one.code in ("picked", "line_done", "note_picked") and not one.scan["codes"][0].startswith("CMD:")
    return int(one.reply["fields"]["quantity"]) if one.reply and picks else 0


def _check_notes(site: Site) -> None:
    """Every note is done: picked + shorted = ordered, all that was picked left in parcels, once."""
    check_sums(SimpleNamespace(rows=lambda table: rows(site, table)))
    state = {note.id: note.state for note in rows(site, deliveries.NOTE)}
    assert set(state.values()) <= {"shipped", "withdrawn"}, Counter(state.values())
    shipped: Counter[int] = Counter()
    for line in rows(site, deliveries.LINE):
        if state[line.note] == "shipped":
            assert line.picked + line.shorted == line.ordered and line.picked == line.packed == line.shipped, line
            shipped[line.item] += line.shipped
        else:
            assert line.shipped == 0, line
    with site.engine.connect() as db:
        facts = [journal.entry_of(row).fact for row in journal.rows(db) if row.kind == Shipped.__name__]
    assert Counter(fact.note for fact in facts) == Counter(note for note, what in state.items() if what == "shipped")
    gone = {row.item: row.on_hand for row in rows(site, stock.STOCK) if row.place == CUSTOMER and row.lot == ""}
    gone |= {row.item: row.on_hand for row in rows(site, stock.STOCK) if row.place == CUSTOMER and row.lot}
    assert gone == {item: quantity for item, quantity in shipped.items() if quantity}


def _check_parcels(site: Site, labels: list[str]) -> None:
    """SSCCs are unique and without a gap; each label that is called printed came out, none came out twice."""
    codes = [parcel.sscc for parcel in rows(site, parcels.PARCEL) if parcel.sscc]
    last = {row.name: row.last for row in rows(site, SERIES)}["sscc"]
    assert sorted(codes) == [sscc(days.PREFIX, number) for number in range(1, last + 1)]
    assert len(set(labels)) == len(labels), "a label came out twice"
    states: dict[str, set[str]] = defaultdict(set)
    for job in rows(site, parcels.JOB):
        states[job.state].add(json.loads(job.payload)["sscc"])
    assert set(states) <= {"printed", "unconfirmed"}, {state: len(found) for state, found in states.items()}
    assert states["printed"] <= set(labels) <= set(codes), "printed, and no label came out"


def _check_invoices(site: Site) -> None:
    """What is invoiced is what was shipped, order by order."""
    issued = select(ISSUE.c.order, ISSUE_LINE.c.billable).join(ISSUE_LINE, ISSUE_LINE.c.shipment == ISSUE.c.shipment)
    billed = select(INVOICE.c.order, INVOICE_LINE.c.quantity).join(
        INVOICE_LINE, INVOICE_LINE.c.invoice == INVOICE.c.number
    )
    left = text('SELECT n."order", sum(l.shipped) FROM note n JOIN note_line l ON l.note = n.id GROUP BY 1')
    shipped = {order: quantity for order, quantity in rows(site, left) if quantity}
    assert shipped == _sums(rows(site, issued)) == _sums(rows(site, billed))


def _check_imports(site: Site, plan: Plan) -> None:
    """Each row of each file is there as it was written, by one change of each thing, however often it was sent."""
    edits: Counter[tuple[str, str]] = Counter()
    with site.engine.connect() as db:
        for row in journal.rows(db):
            fact = journal.entry_of(row).fact
            if isinstance(fact, Edited):
                edits[fact.entity, fact.key] += 1
    items = {row.code: row for row in rows(site, ITEM)}
    codes = {row.code: row.item for row in rows(site, ITEM_CODE)}
    prices = {row.item: (row.currency, row.price_micro) for row in rows(site, PRICE)}
    places = {row.code: (row.zone, row.sort) for row in rows(site, PLACE)}
    changed: set[tuple[str, str]] = set()
    for file in importer.taken(plan):
        outcome, again = file["outcome"], file["again"] or {"changed": 0, "bad": 0}
        assert (outcome["rows"], outcome["bad"]) == (importer.ROWS, 0), file
        assert outcome["changed"] == importer.ROWS or outcome["tries"] > 1, file
        assert (again["changed"], again["bad"]) == (0, 0), file
        for code, *told in importer.rows(file["file"], file["kind"]):
            if file["kind"] == "places":
                assert places[code] == tuple(told)
                changed.add(("place", code))
                continue
            item = items[code]
            if file["kind"] == "prices":
                assert prices[item.id] == (told[1], int(Decimal(told[0]) * 10**6))
                changed.add(("price", f"{item.id}:{told[1]}:"))
                continue
            gtin = told[2].zfill(14)
            assert [item.name, str(item.weight_g)] == told[:2] and codes[gtin] == item.id
            changed |= {("item", str(item.id)), ("item_code", gtin)}
    assert {thing: edits[thing] for thing in changed} == dict.fromkeys(changed, 1)
    assert {code for code in items if code.startswith("N")} == {code for code, *_ in _files_rows(plan, "items")}
    assert {code for code in places if code.startswith("N-")} == {code for code, *_ in _files_rows(plan, "places")}


def _files_rows(plan: Plan, kind: str) -> list[importer.Row]:
    files = [file["file"] for file in importer.taken(plan) if file["kind"] == kind]
    return [row for number in files for row in importer.rows(number, kind)]


def _sums(pairs: list[Any]) -> dict[int, int]:
    found: Counter[int] = Counter()
    for order, quantity in pairs:
        found[order] += quantity
    return {order: quantity for order, quantity in found.items() if quantity}
