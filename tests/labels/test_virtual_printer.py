"""The virtual printer: its stream against any cutting of the bytes, and its life as a process of its own."""

import itertools
import json
import re
import socket
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from labels.printer import Patience, connect, print_label
from labels.simulators.printer import VirtualPrinter
from labels.simulators.stream import Command, Format, Getvar, Stream
from tests.labels.far_ends import eventually
from tests.labels.samples import sample

WIRE = b'~HS^XA^FDone^FS^PQ2^XZ\r\n~HQES! U1 getvar "a.b"\r\n^XA^FDt~HSwo^XZ{}{"c":null,"d":null}junk~JA'
EVENTS = [
    Command("HS"),
    Format(b"^XA^FDone^FS^PQ2^XZ", 2),
    Command("HQES"),
    Getvar(("a.b",), json=False),
    Command("HS"),
    Format(b"^XA^FDtwo^XZ", 1),
    Getvar(("c", "d"), json=True),
    Command("JA"),
]


@given(cuts=st.sets(st.integers(1, len(WIRE) - 1)))
def test_the_stream_is_the_same_however_it_is_cut(cuts: set[int]) -> None:
    stream, events = Stream(), []
    edges = [0, *sorted(cuts), len(WIRE)]
    for start, end in itertools.pairwise(edges):
        events += stream.feed(WIRE[start:end])
    assert events == EVENTS
    assert not stream.partial


@given(junk=st.binary(max_size=200))
def test_the_stream_swallows_anything(junk: bytes) -> None:
    stream = Stream()
    stream.feed(junk)
    stream.cancel()
    stream.hang_up()
    assert Format(b"^XA^XZ", 1) in stream.feed(b"\n~JA^XA^XZ")


def test_it_keeps_labels_as_files_with_their_bytes(tmp_path: Path) -> None:
    label = sample("parcel")
    with VirtualPrinter(folder=tmp_path) as printer:
        outcome = print_label(
            connect("tcp", host="127.0.0.1", port=printer.port), label.replace(b"^XZ", b"^PQ2^XZ"), labels=2
        )
        assert outcome.state == "printed"
    assert [file.name for file in sorted(tmp_path.iterdir())] == ["000001.zpl", "000002.zpl"]
    assert (tmp_path / "000002.zpl").read_bytes() == label.replace(b"^XZ", b"^PQ2^XZ")


def test_it_runs_as_a_process_with_faults_from_outside(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "labels.simulators.printer", "--port", "0", "--folder", str(tmp_path)]
    process = subprocess.Popen([*run, "--seconds-per-label", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        port, control = (int(found) for found in re.findall(r"\d+", process.stdout.readline()))
        with socket.create_connection(("127.0.0.1", control)) as line, line.makefile("rw") as talk:

            def say(words: str) -> str:
                talk.write(words + "\n")
                talk.flush()
                return talk.readline().strip()

            assert say("fault paper_out") == "ok"
            assert say("fault fire").startswith("error")
            assert say("what?").startswith("error")
            transport = connect("tcp", host="127.0.0.1", port=port)
            assert print_label(transport, sample("place")).reason == "paper_out"
            assert say("clear paper_out") == "ok"
            assert print_label(transport, sample("place"), patience=Patience(step=0.01)).state == "printed"
            eventually(lambda: (tmp_path / "000001.zpl").exists())
            assert json.loads(say("state")) == {"labels": 1, "faults": [], "commands": []}
    finally:
        process.terminate()
        assert process.wait(10) == 0
        process.stdout.close()
