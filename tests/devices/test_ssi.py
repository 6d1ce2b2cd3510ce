"""SSI: acknowledged after the disk, repeats recognised, damage refused, long codes joined; and over a real pty."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from devices.agent import Agent
from devices.dialects.ssi import ACK, DISABLE, ENABLE, HOLD_S, NAK_RESEND, Options, Ssi
from devices.packets import CONTINUATION, DECODE_DATA, RETRANSMIT, SEGMENT, Packet, checksum, host, parse
from devices.scan import Code, DialectError
from devices.simulators.scanner import VirtualScanner, VirtualSsiScanner
from tests.devices.far_side import FarSide, until


def decoded(kind: int, data: bytes, status: int = 0) -> bytes:
    return Packet(DECODE_DATA, 0, status, bytes([kind]) + data).frame()


def test_code_then_receipt() -> None:
    line = Ssi(Options())
    assert line.feed(decoded(0x0F, b"00106141412345678908"), 0.0) == [Code("00106141412345678908", "]C1")]
    assert line.receipt() == ACK == bytes.fromhex("04d00400ff28")


def test_aim_id_of_the_scanner_wins_over_the_type() -> None:
    assert Ssi(Options()).feed(decoded(0x1B, b"]d201095"), 0.0) == [Code("01095", "]d2")]
    assert Ssi(Options()).feed(decoded(0x1B, b"01095"), 0.0) == [Code("01095", None)]


def test_repeat_after_a_lost_receipt_is_no_second_scan() -> None:
    line = Ssi(Options())
    line.feed(decoded(3, b"A-1"), 0.0)
    line.receipt()
    assert line.feed(decoded(3, b"A-1", RETRANSMIT), 0.1) == [ACK]
    assert line.feed(decoded(3, b"A-1"), 0.2) == [Code("A-1", "]C0")]


def test_repeat_of_a_scan_that_was_not_kept_is_a_scan() -> None:
    line = Ssi(Options())
    line.feed(decoded(3, b"A-1"), 0.0)
    assert line.feed(decoded(3, b"A-1", RETRANSMIT), 0.1) == [Code("A-1", "]C0")]


def test_damage_is_refused_and_the_next_is_read() -> None:
    line = Ssi(Options())
    damaged = bytearray(decoded(3, b"A-1"))
    damaged[5] ^= 1
    assert line.feed(bytes(damaged), 0.0) == [NAK_RESEND]
    assert line.feed(decoded(3, b"A-1", RETRANSMIT), 0.1) == [Code("A-1", "]C0")]


def test_repeat_that_was_asked_for_is_a_scan_though_the_code_is_the_last_one() -> None:
    for first in (decoded(3, b"A-1")[:-1] + b"\x00", decoded(3, b"A-1")[:7]):
        line = Ssi(Options())
        line.feed(decoded(3, b"A-1"), 0.0)
        line.receipt()
        assert line.feed(first, 0.1) in ([NAK_RESEND], [])
        assert line.feed(decoded(3, b"A-1", RETRANSMIT), 2.0) == [Code("A-1", "]C0")]


def test_repeat_of_a_code_kept_before_a_crash_is_no_second_scan() -> None:
    line = Ssi(Options())
    line.unanswered = "A-1"
    assert line.feed(decoded(3, b"A-1", RETRANSMIT), 0.0) == [ACK]
    assert line.feed(decoded(3, b"A-1", RETRANSMIT), 0.1) == [Code("A-1", "]C0")]
    other = Ssi(Options())
    other.unanswered = "A-1"
    assert other.feed(decoded(3, b"A-1"), 0.0) == [Code("A-1", "]C0")]


def test_scanner_is_enabled_at_each_opening_and_held_still_where_wanted() -> None:
    assert Ssi(Options()).hello == ENABLE == bytes.fromhex("04e90400ff0f")
    assert Ssi(Options(wake=True)).hello == b"\x00" + ENABLE
    line = Ssi(Options(one_by_one=True))
    line.feed(decoded(3, b"A-1"), 0.0)
    assert line.receipt() == ACK + DISABLE
    assert line.tell("error").startswith(ENABLE)
    line.feed(decoded(3, b"A-2"), 1.0)
    line.receipt()
    assert line.idle(1.0 + HOLD_S) == []
    assert line.idle(1.1 + HOLD_S) == [ENABLE]
    assert line.idle(1.2 + HOLD_S) == []


def test_wake_up_bytes_and_half_packets() -> None:
    line = Ssi(Options())
    frame = decoded(3, b"A-1")
    assert line.feed(b"\x00\x00" + frame[:4], 0.0) == []
    assert line.feed(frame[4:] + frame[:3], 0.1) == [Code("A-1", "]C0")]
    assert line.feed(frame, 0.7) == [Code("A-1", "]C0")]


def test_long_code_in_continued_packets() -> None:
    line = Ssi(Options())
    assert line.feed(decoded(0x1C, b"A" * 240, CONTINUATION), 0.0) == [ACK]
    assert line.feed(decoded(0x1C, b"B" * 100), 0.1) == [Code("A" * 240 + "B" * 100)]


def segments(code: bytes, size: int, status: int = 0) -> list[bytes]:
    """The frames of a long code, so many bytes in each."""
    inner = bytes([DECODE_DATA, 0, 0, 0, 0, 0x1C, 0]) + len(code).to_bytes(2, "big") + code
    parts = [inner[start : start + size] for start in range(0, len(inner), size)]
    heads = [bytes([5 + len(part), SEGMENT, status, 0, number]) + part for number, part in enumerate(parts)]
    return [head + checksum(head) for head in heads]


def test_long_code_in_segments() -> None:
    first, second = segments(b"Q" * 400, 240)
    line = Ssi(Options())
    assert line.feed(first, 0.0) == [host(0x74)]
    assert line.feed(second, 0.1) == [Code("Q" * 400)]
    assert line.receipt() == ACK


def test_a_segment_repeated_after_a_lost_answer_is_no_more_of_the_code() -> None:
    letters = bytes(range(65, 91))
    sent, again = segments(letters, 20), segments(letters, 20, RETRANSMIT)
    line = Ssi(Options())
    assert line.feed(sent[0] + again[0], 0.0) == [host(0x74)] * 2
    assert line.feed(sent[1], 0.1) == [Code(letters.decode())]
    assert line.feed(again[1], 0.2) == [Code(letters.decode())], "it was not kept: the same scan is offered again"
    assert line.receipt() == ACK
    assert line.feed(again[1], 0.3) == [ACK]
    assert line.feed(sent[1], 0.4) == [], "the first of it is missing"
    assert line.feed(b"".join(sent), 0.5) == [host(0x74), Code(letters.decode())], "scanned once more"


def test_what_was_not_ended_is_not_the_head_of_the_next_code() -> None:
    line = Ssi(Options())
    assert line.feed(decoded(3, b"AAAA", CONTINUATION), 0.0) == [ACK]
    assert line.feed(decoded(3, b"BBBB"), 60.0) == [Code("BBBB", "]C0")]
    letters = segments(b"C" * 30, 20)
    assert line.feed(letters[0], 61.0) == [host(0x74)]
    assert line.feed(letters[1], 120.0) == []
    assert line.feed(decoded(3, b"DDDD"), 120.1) == [Code("DDDD", "]C0")]


def test_verdicts_sound_and_shine() -> None:
    assert Ssi(Options()).tell("error") == bytes.fromhex("05e6040012feff") + bytes.fromhex("05e7040002ff0e")
    assert Ssi(Options()).tell("ok").endswith(bytes.fromhex("05e7040001ff0f"))
    assert Ssi(Options(wake=True)).tell("ok").startswith(b"\x00")
    assert Ssi(Options()).tell("unknown") == b""


@given(st.lists(st.tuples(st.integers(1, 255), st.binary(min_size=1, max_size=200)), max_size=5), st.data())
def test_any_cutting_of_a_stream_gives_the_same(packets: list[tuple[int, bytes]], data: st.DataObject) -> None:
    stream = b"".join(decoded(kind, code) for kind, code in packets)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=8)) | {0, len(stream)})
    pieces = [stream[cuts[n] : cuts[n + 1]] for n in range(len(cuts) - 1)]
    line, whole = Ssi(Options()), Ssi(Options())
    assert [one for piece in pieces for one in line.feed(piece, 0.0)] == whole.feed(stream, 0.0)
    assert len(Ssi(Options()).feed(stream, 0.0)) == len(packets)


@given(st.lists(st.tuples(st.binary(max_size=80), st.floats(0, 1)), max_size=20))
def test_no_bytes_break_it(chunks: list[tuple[bytes, float]]) -> None:
    line, now = Ssi(Options()), 0.0
    for chunk, pause in chunks:
        now += pause
        line.feed(chunk, now)
        assert len(line._held) < 260


@given(st.binary(max_size=300))
def test_parse_gives_back_or_refuses(frame: bytes) -> None:
    try:
        packet = parse(frame)
    except DialectError as error:
        assert error.code in {"short", "length", "checksum"}
    else:
        assert packet.op == SEGMENT or packet.frame() == frame


def test_over_a_pty_through_the_agent(far: FarSide, run_agent: Callable[..., Agent], tmp_path: Path) -> None:
    scanner = VirtualScanner(tmp_path / "scanner")
    stanza: dict[str, Any] = {"name": "ssi", "kind": "serial_port", "path": str(scanner.path), "dialect": "ssi"}
    run_agent(stanza)
    assert scanner.heard(10) == ENABLE
    scanner.send(decoded(0x0B, b"9506000134352"))
    heard = until(lambda: scanner.heard(0.05), bool)
    assert heard.startswith(ACK)
    scanner.send(decoded(0x0B, b"9506000134352", RETRANSMIT))
    scanner.send(decoded(0x0B, b"4006381333931"))
    assert far.wait(2) == ["9506000134352", "4006381333931"]
    assert [scan["symbology"] for scan in far.scans] == ["]E0", "]E0"]
    scanner.close()


def test_two_equal_scans_are_two() -> None:
    line = Ssi(Options())
    for _ in range(2):
        assert line.feed(decoded(3, b"A-1"), 0.0) == [Code("A-1", "]C0")]
        line.receipt()


def test_faults_of_the_scanner(far: FarSide, run_agent: Callable[..., Agent], tmp_path: Path) -> None:
    scanner = VirtualSsiScanner(tmp_path / "scanner")
    run_agent({"name": "ssi", "kind": "serial_port", "path": str(scanner.path), "dialect": "ssi"})
    assert scanner.heard(10) == ENABLE
    heard = b""
    for code, fault, receipts in (
        ("A-1", "lost_ack", 1),
        ("A-2", "truncated", 1),
        ("A-3", "double_fire", 2),
        ("A-4", None, 1),
    ):
        scanner.scan(code, fault)
        heard = b""
        while heard.count(ACK) < receipts:
            heard += scanner.heard(10)
    assert far.wait(5) == ["A-1", "A-2", "A-3", "A-3", "A-4"]
    scanner.close()
