"""Framing: the shared vectors, and that no way of cutting the stream into reads changes what comes out."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.frames import Frames, Framing, marker


def test_two_scans_in_one_read_and_one_scan_over_two() -> None:
    frames = Frames(Framing(suffix=b"\r\n"))
    assert frames.feed(b"A-1\r\nB-", 0.0) == [b"A-1"]
    assert frames.feed(b"2\r", 0.1) == []
    assert frames.feed(b"\n", 0.2) == [b"B-2"]


@pytest.mark.parametrize("suffix", [b"\r", b"\n"])
def test_cr_lf_behind_a_host_that_expects_one_of_them(suffix: bytes) -> None:
    frames = Frames(Framing(suffix=suffix))
    assert frames.feed(b"A\r\nB\r\n", 0.0) + frames.feed(b"C\r\n", 0.0) == [b"A", b"B", b"C"]


def test_partial_is_dropped_after_silence() -> None:
    frames = Frames(Framing())
    assert frames.feed(b"950600", 0.0) == []
    assert frames.feed(b"A-1\r", 0.6) == [b"A-1"]
    assert frames.dropped == 1


def test_partial_within_the_pause_is_kept() -> None:
    frames = Frames(Framing())
    frames.feed(b"950600", 0.0)
    assert frames.idle(0.4) == []
    assert frames.feed(b"1\r", 0.4) == [b"9506001"]


def test_unplug_drops_the_partial() -> None:
    frames = Frames(Framing())
    frames.feed(b"950600", 0.0)
    frames.drop()
    assert frames.feed(b"A\r", 0.0) == [b"A"]


def test_silence_ends_a_code_without_suffix() -> None:
    frames = Frames(Framing(suffix=b""))
    assert frames.feed(b"9506", 0.0) == []
    assert frames.feed(b"0001", 0.05) == []
    assert frames.idle(0.10) == []
    assert frames.idle(0.16) == [b"95060001"]


def test_over_long_is_dropped_up_to_its_suffix() -> None:
    frames = Frames(Framing())
    for step in range(5):
        assert frames.feed(b"X" * 1000, step * 0.01) == []
    assert frames.feed(b"XX\rOK\r", 0.1) == [b"OK"]
    assert frames.dropped == 1


def test_limit_is_4096_exactly() -> None:
    frames = Frames(Framing())
    assert frames.feed(b"X" * 4096 + b"\r" + b"Y" * 4097 + b"\rZ\r", 0.0) == [b"X" * 4096, b"Z"]


def test_prefix_drops_noise() -> None:
    frames = Frames(Framing(prefix=b"\x02", suffix=b"\x03"))
    assert frames.feed(b"junk\x02A\x03noise\x03\x02B\x03", 0.0) == [b"A", b"B"]
    assert frames.dropped == 2


def test_empty_frames_are_nothing() -> None:
    assert Frames(Framing()).feed(b"\r\r\r", 0.0) == []


def test_marker_names() -> None:
    assert [marker(name) for name in ("CR LF", "crlf", "CR+LF", "ETX", None, "", "#")] == [
        b"\r\n",
        b"\r\n",
        b"\r\n",
        b"\x03",
        b"",
        b"",
        b"#",
    ]


CODES = st.lists(st.binary(min_size=1, max_size=30).filter(lambda b: not set(b) & {13, 10}), max_size=8)


@given(CODES, st.sampled_from([b"\r", b"\r\n"]), st.data())
def test_any_cutting_into_reads_gives_the_same_codes(codes: list[bytes], suffix: bytes, data: st.DataObject) -> None:
    stream = b"".join(code + suffix for code in codes)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=12)) | {0, len(stream)})
    frames = Frames(Framing(suffix=suffix))
    out = [code for a, b in pairwise(cuts) for code in frames.feed(stream[a:b], 0.0)]
    assert out == codes


@given(st.lists(st.tuples(st.binary(max_size=40), st.floats(0, 2)), max_size=20), st.integers(1, 20))
def test_never_holds_more_than_its_limit(chunks: list[tuple[bytes, float]], limit: int) -> None:
    frames, now = Frames(Framing(limit=limit)), 0.0
    for chunk, pause in chunks:
        now += pause
        assert all(0 < len(code) <= limit for code in frames.feed(chunk, now))
        assert len(frames._held) <= limit + 1
