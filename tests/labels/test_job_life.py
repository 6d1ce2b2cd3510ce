"""Print jobs against a printer that misbehaves: nothing twice, nothing lost, nothing called printed that was not."""

import functools
import os
import select
import threading
import tty
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from labels.printer import Outcome, Patience, Transport, confirm, connect, look, print_label
from labels.simulators.printer import VirtualPrinter
from tests.labels.far_ends import eventually
from tests.labels.samples import sample

LABEL = sample("command")
SHORT = Patience(seconds=0.25, step=0.01)
LONG = Patience(seconds=10, step=0.01)


@pytest.fixture
def printer() -> Iterator[VirtualPrinter]:
    with VirtualPrinter() as made:
        yield made


def reach(printer: VirtualPrinter, answer_seconds: float = 10.0) -> Transport:
    return connect("tcp", host="127.0.0.1", port=printer.port, answer_seconds=answer_seconds, connect_seconds=10.0)


def verdict(outcome: Outcome) -> tuple[str, str, bool]:
    return outcome.state, outcome.reason, outcome.may_retry


def test_a_healthy_printer(printer: VirtualPrinter) -> None:
    before: list[int | None] = []
    assert verdict(print_label(reach(printer), LABEL, patience=LONG, sending=before.append)) == ("printed", "", False)
    assert before == [1000]
    assert [label.zpl for label in printer.labels] == [LABEL]


@pytest.mark.parametrize("fault", ["paper_out", "head_open", "ribbon_out", "paused", "over_temperature"])
def test_a_fault_before_sending_sends_nothing_and_names_it(printer: VirtualPrinter, fault: str) -> None:
    printer.fault(fault)
    assert verdict(print_label(reach(printer), LABEL, patience=SHORT)) == ("failed", fault, True)
    printer.clear(fault)
    assert verdict(print_label(reach(printer), LABEL, patience=LONG)) == ("printed", "", False)
    assert len(printer.labels) == 1


def test_after_paper_out_the_printer_finishes_by_itself(printer: VirtualPrinter) -> None:
    batch = LABEL.replace(b"^XZ", b"^PQ3^XZ")
    printer.fault("paper_out", 2)
    outcome = print_label(reach(printer), batch, labels=3, patience=LONG)
    assert verdict(outcome) == ("unconfirmed", "paper_out", False)
    assert len(printer.labels) == 2
    printer.clear("paper_out")
    assert verdict(confirm(reach(printer), outcome.before, labels=3, patience=LONG)) == ("printed", "", False)
    assert len(printer.labels) == 3


def test_a_slow_printer_is_unconfirmed_until_it_is_done(printer: VirtualPrinter) -> None:
    printer.fault("slow", 0.6)
    outcome = print_label(reach(printer), LABEL, patience=SHORT)
    assert verdict(outcome) == ("unconfirmed", "busy", False)
    assert verdict(confirm(reach(printer), outcome.before, patience=LONG)) == ("printed", "", False)


def test_a_silent_printer_gets_nothing(printer: VirtualPrinter) -> None:
    printer.fault("silent")
    assert verdict(print_label(reach(printer, 0.05), LABEL, patience=SHORT)) == ("failed", "silent", True)
    assert printer.labels == []


def test_a_printer_that_babbles_without_end_is_left_alone(printer: VirtualPrinter) -> None:
    printer.fault("babbling")
    assert verdict(print_label(reach(printer, 0.2), LABEL, patience=SHORT)) == ("failed", "unreadable_status", True)
    printer.clear("babbling")
    assert verdict(print_label(reach(printer), LABEL, patience=LONG)) == ("printed", "", False)


def test_a_device_that_babbles_without_end_is_left_alone() -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    usb, stop = connect("usb", path=os.ttyname(slave), answer_seconds=0.2), threading.Event()

    def babble() -> None:
        while not stop.is_set():
            if select.select([], [master], [], 0.1)[1]:
                os.write(master, b"babble ")

    with ThreadPoolExecutor(1) as babbling:
        babbling.submit(babble)
        assert look(usb).error == "unreadable_status"
        stop.set()
    usb.close()
    os.close(master)
    os.close(slave)


def test_a_printer_that_falls_silent_after_the_label_is_unconfirmed(printer: VirtualPrinter) -> None:
    def silence(before: int | None) -> None:
        printer.fault("silent")

    outcome = print_label(reach(printer, 0.3), LABEL, patience=SHORT, sending=silence)
    assert verdict(outcome) == ("unconfirmed", "silent", False)
    printer.clear("silent")
    assert verdict(confirm(reach(printer), outcome.before, patience=LONG)) == ("printed", "", False)


def test_late_answers_never_pass_for_later_ones(printer: VirtualPrinter) -> None:
    printer.fault("late", 0.2)
    assert verdict(print_label(reach(printer, 0.1), LABEL, patience=SHORT)) == ("failed", "silent", True)
    assert verdict(print_label(reach(printer), LABEL, patience=LONG)) == ("printed", "", False)


def test_a_printer_in_another_language(printer: VirtualPrinter) -> None:
    printer.fault("wrong_language")
    assert verdict(print_label(reach(printer, 0.3), LABEL, patience=SHORT)) == ("failed", "wrong_language", True)


@pytest.mark.parametrize("kept", [1, 3, 40, len(LABEL) - 1])
def test_a_label_cut_off_in_the_wire_is_cleared_and_may_be_sent_again(printer: VirtualPrinter, kept: int) -> None:
    printer.fault("drop_after", kept)
    outcome = print_label(reach(printer), LABEL, patience=SHORT)
    assert outcome.state == "failed" and outcome.may_retry
    assert verdict(print_label(reach(printer), LABEL, patience=LONG)) == ("printed", "", False)
    assert [label.zpl for label in printer.labels] == [LABEL]


def test_a_label_that_arrived_whole_before_the_cut_is_not_sent_again(printer: VirtualPrinter) -> None:
    printer.fault("drop_after", len(LABEL))
    assert verdict(print_label(reach(printer), LABEL, patience=LONG)) == ("printed", "", False)
    assert len(printer.labels) == 1


def test_a_reset_loses_the_label_and_says_so(printer: VirtualPrinter) -> None:
    printer.fault("reset")
    assert verdict(print_label(reach(printer), LABEL, patience=SHORT)) == ("failed", "not_printed", True)
    assert printer.labels == []


def test_without_a_label_count_an_idle_printer_is_believed_only_if_nothing_went_wrong(printer: VirtualPrinter) -> None:
    printer.fault("no_odometer")
    assert verdict(print_label(reach(printer), LABEL, patience=LONG)) == ("printed", "", False)
    printer.fault("reset")
    assert verdict(print_label(reach(printer), LABEL, patience=SHORT)) == ("unconfirmed", "not_proven", False)


def test_a_foreign_half_label_is_cleared_first(printer: VirtualPrinter) -> None:
    transport = reach(printer)
    transport.send(b"^XA^FO1,1^FDhalf")
    transport.close()
    assert verdict(print_label(reach(printer), LABEL, patience=SHORT)) == ("failed", "partial_format", True)
    assert verdict(print_label(reach(printer), LABEL, patience=LONG)) == ("printed", "", False)
    assert [label.zpl for label in printer.labels] == [LABEL]


def test_a_crash_after_the_first_byte_is_settled_by_looking_not_by_printing(printer: VirtualPrinter) -> None:
    """The caller died after `sending`; all that it wrote down is the count."""
    sent = reach(printer)
    sent.send(LABEL)
    sent.close()
    assert verdict(confirm(reach(printer), 1000, patience=LONG, interrupted=True)) == ("printed", "", False)
    never_sent = confirm(reach(printer), 1001, patience=SHORT, interrupted=True)
    assert verdict(never_sent) == ("failed", "not_printed", True)


def test_raw_text_would_run_commands_and_ours_does_not(printer: VirtualPrinter) -> None:
    transport = reach(printer)
    transport.send(b"^XA^FO1,1^A0N,30,30^FDnice ~JR name^FS^XZ")
    eventually(lambda: printer.commands)
    assert printer.commands == ["JR"]
    from labels import command
    from labels.media import Media

    transport.send(command.zpl(command.CommandLabel("X", "nice ~JR name ^XZ^XA~JA"), Media(60, 40)))
    eventually(lambda: printer.labels)
    assert printer.commands == ["JR"]
    transport.close()


@dataclass
class Job:
    """What a caller does: it retries when told that it may, looks again otherwise, and never prints on its own word."""

    label: bytes
    outcome: Outcome = field(default_factory=lambda: Outcome("queued"))

    def step(self, transport: Transport, patience: Patience) -> None:
        if self.outcome.state == "unconfirmed":
            self.outcome = confirm(transport, self.outcome.before, patience=patience, interrupted=True)
        else:
            self.outcome = print_label(transport, self.label, patience=patience)


faults = st.one_of(
    st.tuples(st.sampled_from(["paper_out", "head_open", "paused", "silent", "reset", "wrong_language"]), st.none()),
    st.tuples(st.just("paper_out"), st.integers(1, 2)),
    st.tuples(st.just("drop_after"), st.integers(1, len(LABEL) + 20)),
    st.tuples(st.just("slow"), st.sampled_from([0.02, 0.08])),
    st.tuples(st.just("late"), st.sampled_from([0.02, 0.08])),
)


# no shrinking: every example takes real time
@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(troubles=st.lists(st.tuples(faults, st.booleans()), min_size=1, max_size=4))
def test_any_faults_in_any_order_print_every_label_exactly_once(
    troubles: list[tuple[tuple[str, float | None], bool]],
) -> None:
    hurried = Patience(seconds=0.06, step=0.005)
    with VirtualPrinter() as printer:
        jobs = [Job(LABEL.replace(b"CMD", b"N%02d" % number)) for number in range(len(troubles))]
        for job, ((fault, value), midway) in zip(jobs, troubles, strict=True):
            if not midway:
                printer.fault(fault, value)
            transport = reach(printer, 0.05)
            strike = functools.partial(printer.fault, fault, value) if midway else lambda: None
            job.outcome = print_label(transport, job.label, patience=hurried, sending=lambda before, act=strike: act())
            for trouble in printer.faults:
                printer.clear(trouble)
            for _ in range(6):
                if job.outcome.state == "printed":
                    break
                job.step(reach(printer, 2.0), Patience(seconds=0.15, step=0.005))
            assert job.outcome.state == "printed"
        assert [label.zpl for label in printer.labels] == [job.label for job in jobs]
