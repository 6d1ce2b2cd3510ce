"""Packets of Zebra's Simple Serial Interface (SSI): length, operation, source, status, data, checksum.

After the SSI programmer's guide; opcode 73 (long codes in segments) only as seen in public code.
"""

from dataclasses import dataclass

from devices.scan import DialectError

CMD_ACK, CMD_NAK, DECODE_DATA, BEEP, LED_ON, LED_OFF = 0xD0, 0xD1, 0xF3, 0xE6, 0xE7, 0xE8
SCAN_ENABLE, SCAN_DISABLE = 0xE9, 0xEA
SEGMENT, SEGMENT_ACK = 0x73, 0x74
NAMES = {
    SEGMENT: "MULTIPACKET_SEGMENT",
    SEGMENT_ACK: "MULTIPACKET_ACK",
    0xA3: "REQUEST_REVISION",
    0xA4: "REPLY_REVISION",
    0xC4: "AIM_OFF",
    0xC5: "AIM_ON",
    0xC6: "PARAM_SEND",
    0xC7: "PARAM_REQUEST",
    0xC8: "PARAM_DEFAULTS",
    CMD_ACK: "CMD_ACK",
    CMD_NAK: "CMD_NAK",
    0xD3: "CAPABILITIES_REQUEST",
    0xD4: "CAPABILITIES_REPLY",
    0xE4: "START_SESSION",
    0xE5: "STOP_SESSION",
    BEEP: "BEEP",
    LED_ON: "LED_ON",
    LED_OFF: "LED_OFF",
    SCAN_ENABLE: "SCAN_ENABLE",
    SCAN_DISABLE: "SCAN_DISABLE",
    0xEB: "SLEEP",
    DECODE_DATA: "DECODE_DATA",
    0xF6: "EVENT",
}
SYMBOLOGIES = {
    0x01: "Code 39",
    0x02: "Codabar",
    0x03: "Code 128",
    0x06: "Interleaved 2 of 5",
    0x07: "Code 93",
    0x08: "UPC-A",
    0x09: "UPC-E0",
    0x0A: "EAN-8",
    0x0B: "EAN-13",
    0x0F: "GS1-128",
    0x10: "UPC-E1",
    0x11: "PDF417",
    0x13: "Code 39 Full ASCII",
    0x1A: "MicroPDF417",
    0x1B: "DataMatrix",
    0x1C: "QR Code",
    0x2C: "Micro QR Code",
    0x2D: "Aztec",
    0x30: "GS1 DataBar",
    0x31: "GS1 DataBar Limited",
    0x32: "GS1 DataBar Expanded",
}
# Only where the type alone settles the identifier: DataMatrix and QR may or may not be GS1.
AIM_IDS = {0x01: "]A0", 0x03: "]C0", 0x0A: "]E4", 0x0B: "]E0", 0x0F: "]C1", 0x30: "]e0", 0x31: "]e0", 0x32: "]e0"}
RETRANSMIT, CONTINUATION = 0x01, 0x02


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet without length and checksum. `source` is 04 for the host, 00 for the scanner."""

    op: int
    source: int
    status: int
    data: bytes = b""

    def frame(self) -> bytes:
        """Its bytes on the line."""
        head = bytes([4 + len(self.data), self.op, self.source, self.status]) + self.data
        return head + checksum(head)


def host(op: int, *data: int) -> bytes:
    """The frame of a command from the host."""
    return Packet(op, 0x04, 0, bytes(data)).frame()


def checksum(head: bytes) -> bytes:
    """Two's complement of the sum of all bytes, 16 bits, high byte first."""
    return (-sum(head) & 0xFFFF).to_bytes(2, "big")


def parse(frame: bytes) -> Packet:
    """One whole frame. DialectError: short, length, checksum."""
    if len(frame) < 6:
        raise DialectError("short")
    if frame[0] < 4 or len(frame) != frame[0] + 2:
        raise DialectError("length")
    if checksum(frame[:-2]) != frame[-2:]:
        raise DialectError("checksum")
    if frame[1] == SEGMENT:
        # A segment has no source byte: length, opcode, status, unused, number, then data.
        return Packet(SEGMENT, 0x00, frame[2], frame[4:-2])
    return Packet(frame[1], frame[2], frame[3], frame[4:-2])
