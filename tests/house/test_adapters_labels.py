"""Every file in labels/transports against the port: a new transport is tested the day it appears."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from labels.printer import Patience, Unsent, connect, kinds, print_label
from labels.status import HS, whole
from tests.labels.far_ends import FAR_ENDS, MARKS, FarEnd, eventually
from tests.labels.samples import sample

LABEL = sample("parcel")


@pytest.fixture(params=[pytest.param(kind, marks=MARKS.get(kind, [])) for kind in kinds()])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def far_end(kind: str, tmp_path: Path) -> Iterator[FarEnd]:
    assert kind in FAR_ENDS, f"tests/labels/far_ends.py has no far end for labels/transports/{kind}.py"
    with FAR_ENDS[kind](tmp_path) as end:
        yield end


def test_the_bytes_arrive_as_they_were(kind: str, far_end: FarEnd) -> None:
    transport = connect(kind, **far_end.settings)
    transport.send(LABEL)
    transport.close()
    eventually(far_end.arrived)
    assert far_end.arrived() == [LABEL]


def test_an_answer_comes_back_where_the_way_has_one(kind: str, far_end: FarEnd) -> None:
    transport = connect(kind, **far_end.settings)
    reply = transport.ask(HS, whole(HS))
    transport.close()
    assert transport.answers == whole(HS)(reply)
    assert transport.answers or reply == b""


def test_nothing_sent_is_said_so(kind: str, far_end: FarEnd) -> None:
    transport = connect(kind, **far_end.nowhere)
    with pytest.raises(Unsent):
        transport.send(LABEL)
    assert far_end.arrived() == []


def test_close_may_be_called_twice_and_the_next_send_opens_again(kind: str, far_end: FarEnd) -> None:
    transport = connect(kind, **far_end.settings)
    transport.close()
    transport.send(LABEL)
    transport.close()
    transport.close()
    eventually(lambda: LABEL in b"".join(far_end.arrived()))


def test_a_job_is_printed_only_where_that_can_be_known(kind: str, far_end: FarEnd) -> None:
    transport = connect(kind, **far_end.settings)
    outcome = print_label(transport, LABEL, patience=Patience(seconds=5, step=0.02))
    assert outcome.state == ("printed" if transport.answers else "unconfirmed")
    assert not outcome.may_retry
    eventually(far_end.arrived)


def test_a_job_that_leads_nowhere_may_be_retried(kind: str, far_end: FarEnd) -> None:
    outcome = print_label(connect(kind, **far_end.nowhere), LABEL)
    assert (outcome.state, outcome.reason, outcome.may_retry) == ("failed", "unreachable", True)


def test_unknown_settings_are_named(kind: str) -> None:
    with pytest.raises(ValueError, match="colour"):
        connect(kind, colour="blue")


def test_unknown_kinds_are_named() -> None:
    for name in ("pigeon", "__init__", "../printer", ""):
        with pytest.raises(ValueError, match="none of"):
            connect(name)
