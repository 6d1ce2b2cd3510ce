"""The Impinj dialect beyond its vectors."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.dialects.impinj import Impinj, Options
from devices.scan import DialectError, Heard


def hear(payload: str | bytes) -> Heard:
    return Impinj(Options()).reads("impinj/a/events", payload.encode() if isinstance(payload, str) else payload)


@pytest.mark.parametrize("epc", ["====", "*", "é", "MHQle", "A" * 200, 5, None])
def test_bad_epc_is_named_and_never_invented(epc: object) -> None:
    event = {"eventType": "tagInventory", "timestamp": "2026-01-05T08:00:00Z", "tagInventoryEvent": {"epc": epc}}
    heard = hear(json.dumps(event))
    assert heard.reads == ()
    assert heard.says in ({"error": "bad_epc"}, {"ignored": "no epc"})


def test_status_under_either_name_and_inputs() -> None:
    event = {"eventType": "inventoryStatus", "inventoryStatusEvent": {"inventoryStatus": "armed"}}
    assert hear(json.dumps(event)).says == {"status": "armed"}
    event = {"eventType": "gpiTransition", "gpiTransitionEvent": {"gpi": 1, "transition": "high-to-low"}}
    assert hear(json.dumps(event)).says == {"gpi": 1, "transition": "high-to-low"}


def test_orderly_stop_is_an_empty_will() -> None:
    assert hear("").says == {"online": False}


@given(st.binary(max_size=80))
def test_no_payload_breaks_it(payload: bytes) -> None:
    try:
        hear(payload)
    except DialectError as error:
        assert error.code in {"bad_json", "not_an_object"}
