"""Random and mutated bytes into everything that reads bytes: no exception but the parser's own, and no code too long."""

import json
import logging
import random
from collections.abc import Callable
from typing import Any

from devices import message, packets, reports
from devices.adapters import open_dialect
from devices.decode import DECODERS, decode
from devices.frames import Frames, Framing
from devices.keys import LIMIT, Keys
from devices.layouts import LAYOUTS
from devices.packets import host
from devices.scan import Code, DialectError
from floor import barcode, epc

TITLE = "random and mutated inputs, so many for each parser"
FULL = 1_000_000

TAG = b'{"type":"SIMPLE","timestamp":"2026-01-05T08:00:00.123+0000","data":{"eventNum":1,"format":"epc","idHex":"3074257bf7194e4000001a85","antenna":2,"peakRssi":-51,"reads":3}}'  # noqa: E501
BEAT = b'{"type":"heartbeat","component":"RC","eventNum":9,"timestamp":"2026-01-05T08:00:00Z","data":{"radio_control":{"radioActivity":"active","radioConnection":"connected","antennas":{"1":"connected","2":"disconnected"}},"reader_gateway":{"numDataMessagesDropped":4}}}'  # noqa: E501
HAND = b'{"type":"dataEVT","timestamp":"2026-01-05T08:00:00Z","data":{"tagData":[{"idHex":"3074257bf7194e4000001a85"}],"barcodeData":[{"decodedBarcode":"9506000134352","symbology":"EAN13"}]}}'  # noqa: E501
R700 = b'{"timestamp":"2026-01-05T08:00:00.123456789Z","eventType":"tagInventory","tagInventoryEvent":{"epc":"MHQle_cZTkAAABqF","antennaPort":1,"peakRssiCdbm":-5650,"tid":"4oAGkCAAUAAA"}}'  # noqa: E501
OVER = b'{"timestamp":"2026-01-05T08:00:00Z","eventType":"overflow","overflowEvent":{"droppedEvents":7}}\n{"eventType":"antennaDisconnected","antennaDisconnectedEvent":{"antennaPort":2}}'  # noqa: E501
SMART = b'{"readerName":"d1","mac":"00","tag_reads":[{"epc":"3074257BF7194E4000001A85","firstSeenTimestamp":1767600000123456,"antennaPort":1,"peakRssi":-51.5}]}'  # noqa: E501
MAPPED = {"list": "tag_reads", "epc": "epc", "antenna": "antennaPort", "rssi": "peakRssi", "time": "firstSeenTimestamp",
          "time_unit": "us", "reader": "readerName"}  # fmt: skip
GATES = (
    TAG,
    BEAT,
    HAND,
    R700,
    OVER,
    SMART,
    TAG + TAG,
    b"[" + TAG + b"," + TAG + b"]",
    b"null",
    b"[[[[",
    b"1e999",
    b"\xef\xbb\xbf{}",
)
LINES = (
    b"]C100106141412345678908\r",
    b"9506000134352\r\n",
    b"\x0210AB\x1d21x9\x03",
    b"\x16\xfe\x00\x00\x00\x10\rMSGGET0005]E0x",
    b"\x06\x15",
)
SSI = (packets.Packet(0xF3, 0, 0, b"\x0b9506000134352").frame(), packets.Packet(0xF3, 0, 1, b"\x0f01").frame(), host(0xD0),
       packets.Packet(0x73, 0, 0, b"\x01\x00abc").frame(), b"\x05\xf6\x00\x00\x01\xff\x04")  # fmt: skip
POS = (
    bytes([2, 13]) + b"]E0" + b"9506000134352".ljust(56, b"\0") + b"\0\0\0",
    bytes([2, 56]) + b"]d2" + b"x" * 56 + b"\0\0\1",
)
CODES = ("]d2010950600013435210AB\x1d21x9", "9506000134352", "https://id.gs1.org/01/09506000134352?x=1", "]C100106141412345678908",
         "(01)09506000134352", "箱-1", "]e0", "\x1d\x1d", "01095060001343520")  # fmt: skip
TAGS = (
    "3074257BF7194E4000001A85",
    "E2801160600002054E1B9C3F",
    "urn:epc:tag:sgtin-96:1.9506000.013435.6789",
    "MHQle_cZTkAAABqF",
)


def mutated(dice: random.Random, seeds: tuple[bytes, ...]) -> bytes:
    """One in four is mere noise; the others are good inputs with up to three wounds, or two of them grown together."""
    if dice.random() < 0.25:
        return dice.randbytes(dice.randrange(80))
    data = bytearray(dice.choice(seeds))
    for _ in range(dice.randrange(4)):
        at, wound = dice.randrange(len(data) + 1), dice.randrange(5)
        if wound == 0:
            data[at : at + 1] = dice.randbytes(1)
        elif wound == 1:
            del data[at : at + dice.randrange(8)]
        elif wound == 2:
            data[at:at] = data[at : at + dice.randrange(20)]
        elif wound == 3:
            data[at:at] = dice.choice((b"\x1d", b"\r", b"\0", b"]", b"}", b"9" * 30, b"\xff\xfe", b'"', b"\\ud800"))
        else:
            data[at:] = dice.choice(seeds)[at:]
    return bytes(data)


def _in_order(dice: random.Random, data: bytes) -> bytes:
    """Wounded data in a packet whose length and checksum are right: else nearly none would be looked into."""
    return packets.Packet(dice.choice((0xF3, 0xF3, 0x73, 0xD0, 0xF6)), 0, dice.randrange(4), data[:250]).frame()


def _line(name: str, **options: Any) -> Callable[[random.Random, bytes], None]:
    dialect, clock = open_dialect(name, "line", options), [0.0]

    def take(dice: random.Random, data: bytes) -> None:
        clock[0] += dice.choice((0.0, 0.01, 0.2, 1.0))
        if name == "ssi" and dice.random() < 0.5:
            data = _in_order(dice, data)
        for found in (*dialect.feed(data, clock[0]), *dialect.idle(clock[0] + dice.random())):
            assert isinstance(found, Code | bytes)
            if isinstance(found, Code):
                assert found.text
                assert isinstance(dialect.receipt(), bytes)
        assert isinstance(dialect.tell(dice.choice(("ok", "error", "done", "double", "refused", "odd"))), bytes)
        if dice.random() < 0.05:
            dialect.drop()

    return take


def _frames(framing: Framing) -> Callable[[random.Random, bytes], None]:
    frames, clock = Frames(framing), [0.0]

    def take(dice: random.Random, data: bytes) -> None:
        clock[0] += dice.choice((0.0, 0.01, 0.2, 1.0))
        for raw in frames.feed(data, clock[0]):
            assert 0 < len(raw) <= framing.limit

    return take


def _gate(name: str, **options: Any) -> Callable[[random.Random, bytes], None]:
    dialect = open_dialect(name, "gate", options)

    def take(dice: random.Random, data: bytes) -> None:
        try:
            heard = dialect.reads("gate/data", data)
        except DialectError:
            return
        for read in heard.reads or ():
            assert bytes.fromhex(read.epc)
            assert read.epc == read.epc.upper()

    return take


def _keys(dice: random.Random, data: bytes, state: Keys = Keys("de", silence_s=None)) -> None:  # noqa: B008
    for at in range(0, len(data) - 1, 2):
        for code in state.feed(dice.choice((1, 1, 1, 1, 0)), data[at] % 140, data[at + 1] % 3, at / 100):
            assert 0 < len(code) <= LIMIT + 1


def _reports(dice: random.Random, data: bytes, joined: reports.Reports = reports.Reports()) -> None:  # noqa: B008
    try:
        joined.feed(data.ljust(dice.choice((0, 64)), b"\0"))
    except DialectError:
        return


def _packets(dice: random.Random, data: bytes) -> None:
    try:
        packets.parse(data)
    except DialectError:
        return


def _events(dice: random.Random, data: bytes) -> None:
    try:
        message.events(data)
    except DialectError:
        return


def _decode(dice: random.Random, data: bytes) -> None:
    kind, text = dice.choice(list(DECODERS)), data.decode("latin-1")
    try:
        line: object = json.loads(text)
    except (ValueError, RecursionError):
        line = {
            "chunks": [data.hex(), text], "reports": [data.hex()], "frame": data.hex(), "dialect": dice.choice(("impinj", text)),
            "payload": text, "topic": text, "layout": dice.choice((*LAYOUTS, text)), "events": [list(data[:3]), [text, 1]],
        }  # fmt: skip
    assert isinstance(decode(kind, line), dict)


def _barcode(dice: random.Random, data: bytes) -> None:
    said = barcode.verdict(data.decode("utf-8", errors="replace"), dice.choice((None, "]d2", "]C1", "]E0", "]Q3")))
    assert isinstance(said, dict)


def _epc(dice: random.Random, data: bytes) -> None:
    asked = data.decode("utf-8", errors="replace")
    assert isinstance(
        epc.verdict({dice.choice(("hex", "base64", "tid", "tag_uri")): dice.choice((asked, data.hex()))}), dict
    )


def _bytes(texts: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(text.encode() for text in texts)


PARSERS: dict[str, tuple[tuple[bytes, ...], Callable[[], Callable[[random.Random, bytes], None]]]] = {
    "frames by suffix": (LINES, lambda: _frames(Framing())),
    "frames by prefix and ETX": (LINES, lambda: _frames(Framing(prefix=b"\x02", suffix=b"\x03", limit=40))),
    "frames by silence": (LINES, lambda: _frames(Framing(suffix=b""))),
    "plain": (LINES, lambda: _line("plain", charset="gb18030", handshake=True)),
    "honeywell": (LINES, lambda: _line("honeywell")),
    "ssi": (SSI, lambda: _line("ssi")),
    "ssi packets": (SSI, lambda: _packets),
    "keys": (LINES, lambda: _keys),
    "hid-pos": (POS, lambda: _reports),
    "gate JSON": (GATES, lambda: _events),
    "zebra_iot": (GATES, lambda: _gate("zebra_iot")),
    "impinj": (GATES, lambda: _gate("impinj")),
    "mapping": (GATES, lambda: _gate("mapping", **MAPPED)),
    "floor decode": (GATES, lambda: _decode),
    "bar codes": (_bytes(CODES), lambda: _barcode),
    "tags": (_bytes(TAGS), lambda: _epc),
}


def run(seed: int, count: int, tick: Callable[[int], None]) -> dict[str, object]:
    """AssertionError names the parser and the input that broke it."""
    logging.disable()  # scanners that do not understand are logged, as they should be
    try:
        return _run(seed, count, tick)
    finally:
        logging.disable(logging.NOTSET)


def _run(seed: int, count: int, tick: Callable[[int], None]) -> dict[str, object]:
    for number, (name, (seeds, make)) in enumerate(PARSERS.items()):
        dice, take = random.Random(f"{seed} {name}"), make()
        for turn in range(count):
            if turn % 1000 == 0:
                tick((number * count + turn) // len(PARSERS))
            data = mutated(dice, seeds)
            try:
                take(dice, data)
            except Exception as error:  # whatever it is, the table names it
                raise AssertionError(f"{name} on {data!r}: {type(error).__name__}: {error}") from error
    return {"parsers": len(PARSERS), "inputs": len(PARSERS) * count, "exceptions": 0}
