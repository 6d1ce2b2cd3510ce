"""Folds the journal into an empty database and compares: the tables say what the journal says, or the difference is named."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from floor import (
    cases,
    deliveries,
    delivery_folds,
    items,
    parcels,
    places,
    policy,
    printers,
    shipments,
    stations,
    stock,
)
from floor.facts import delivery, parcel, printer, shipment, site, station
from floor.facts import stock as stock_facts
from floor.facts.fact import Fact
from floor.facts.master import Edited
from floor.people import PERSON
from floor.storage import backup, journal
from floor.storage.journal import entry_of
from floor.storage.master import Masters, fold_edited
from floor.storage.record import Fold, Folds, House, Routes
from floor.storage.series import SERIES

MASTERS: Masters = {
    "item": (items.ITEM, int),
    "item_code": (items.ITEM_CODE, str),
    "place": (places.PLACE, str),
    "station": (stations.STATION, int),
    "person": (PERSON, int),
    "policy": (policy.POLICY, str),
}
STATE: tuple[Table, ...] = (
    SERIES,
    items.ITEM,
    items.ITEM_CODE,
    places.PLACE,
    policy.POLICY,
    PERSON,
    stations.STATION,
    stations.STANDING,
    stock.STOCK,
    stock.SERIAL,
    stock.COUNT_TASK,
    cases.CASE,
    deliveries.NOTE,
    deliveries.LINE,
    deliveries.TASK,
    deliveries.PICK,
    parcels.PARCEL,
    parcels.CONTENT,
    parcels.JOB,
    printers.PRINTER,
    shipments.SHIPMENT,
    shipments.TRANSIT,
)
FOLDS: Folds = {
    delivery.Released: (),
    delivery.Accepted: (delivery_folds.fold_accepted,),
    delivery.Opened: (delivery_folds.fold_opened, stations.fold_opened),
    delivery.BinConfirmed: (stations.fold_bin_confirmed,),
    delivery.Picked: (delivery_folds.fold_picked,),
    delivery.Undone: (delivery_folds.fold_undone,),
    delivery.Shorted: (delivery_folds.fold_shorted,),
    delivery.WithdrawAsked: (),
    delivery.Withdrawn: (delivery_folds.fold_withdrawn,),
    delivery.WithdrawRefused: (),
    delivery.Held: (delivery_folds.fold_held,),
    delivery.Resumed: (delivery_folds.fold_held,),
    stock_facts.Received: (stock.fold_received,),
    stock_facts.Counted: (stock.fold_counted,),
    parcel.ParcelOpened: (parcels.fold_opened, stations.fold_parcel_opened),
    parcel.Packed: (parcels.fold_content, delivery_folds.fold_content),
    parcel.Unpacked: (parcels.fold_content, delivery_folds.fold_content),
    parcel.ParcelClosed: (parcels.fold_closed, delivery_folds.fold_parcel_closed, stations.fold_parcel_closed),
    parcel.PrintAsked: (parcels.fold_print_asked,),
    parcel.PrintEnded: (parcels.fold_print_ended,),
    parcel.LabelVerified: (parcels.fold_verified,),
    parcel.ParcelVoided: (parcels.fold_voided, delivery_folds.fold_parcel_closed),
    printer.PrintSent: (parcels.fold_print_sent,),
    printer.PrintReturned: (parcels.fold_print_returned,),
    printer.PrintMoved: (parcels.fold_print_moved,),
    printer.PrinterSaid: (printers.fold_said,),
    printer.PrinterHeld: (printers.fold_held,),
    printer.PrinterRedirected: (printers.fold_redirected,),
    printer.PrinterChosen: (stations.fold_printer_chosen,),
    shipment.LoadingOpened: (shipments.fold_loading_opened, stations.fold_loading_opened),
    shipment.Loaded: (parcels.fold_loaded,),
    shipment.TrackingSet: (parcels.fold_tracking_set,),
    shipment.Shipped: (
        delivery_folds.fold_shipped,
        parcels.fold_shipped,
        shipments.fold_shipped,
        stations.fold_shipped,
    ),
    shipment.Tracked: (shipments.fold_tracked,),
    shipment.Delivered: (shipments.fold_delivered,),
    station.SignedIn: (stations.fold_signed_in,),
    station.SignedOut: (stations.fold_signed_out,),
    station.SignInFailed: (),
    station.SignInChanged: (),
    station.DeviceAdded: (),
    station.DevicesWithdrawn: (),
    station.Refused: (cases.fold_refused,),
    station.ReaderChanged: (),
    station.CaseOpened: (cases.fold_case_opened,),
    station.CaseSettled: (cases.fold_case_settled,),
    site.Restored: (backup.fold_restored,),
}


def house(routes: Routes, folds: Folds | None = None, masters: Masters | None = None) -> House:
    """The floor's folds with those of a ledger: a fact that both know is folded by the floor first."""
    merged: dict[type[Fact], tuple[Fold, ...]] = {Edited: (fold_edited({**MASTERS, **(masters or {})}),)}
    for table in (FOLDS, folds or {}):
        for kind, more in table.items():
            merged[kind] = merged.get(kind, ()) + more
    return House(folds=merged, routes=routes)


def fold_all(source: Connection, scratch: Connection, what: House, after: int = 0) -> int:
    """Fold the journal of `source` after the id `after` into `scratch`; returns the last id folded."""
    for row in journal.rows(source, after):
        entry = entry_of(row)
        for fold in what.folds[type(entry.fact)]:
            fold(scratch, entry)
        after = entry.id
    return after


def differences(live: Connection, scratch: Connection, tables: tuple[Table, ...], most: int = 50) -> list[str]:
    """Each difference between the tables and the replayed ones, in words, at most `most`."""
    found: list[str] = []
    for table in tables:
        ours, theirs = _rows(live, table), _rows(scratch, table)
        for key in sorted(ours.keys() | theirs.keys(), key=str):
            if ours.get(key) != theirs.get(key):
                found.append(f"{table.name} {key}: table says {ours.get(key)}, journal says {theirs.get(key)}")
                if len(found) >= most:
                    return found
    return found


def _rows(db: Connection, table: Table) -> dict[tuple[Any, ...], dict[str, Any]]:
    keys = [column.name for column in table.primary_key.columns]
    rows = (dict(row._mapping) for row in db.execute(select(table)))
    return {tuple(_plain(row[key]) for key in keys): {name: _plain(v) for name, v in row.items()} for row in rows}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
