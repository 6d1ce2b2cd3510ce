"""The live feed over HTTP: what a page is told that comes from before a restore."""

import json

from tests.web.serving import Serving
from tests.web.test_api import office, signed_in
from web.live import EPOCH

__all__ = ["office"]


def first_event(office: Serving, last: int) -> dict[str, str]:
    """The lines of the first event of the stream, by name."""
    client = signed_in(office, "boss")
    with client.stream("GET", f"/events?last={last}") as answer:
        found: dict[str, str] = {}
        for line in answer.iter_lines():
            if not line and found:
                return found
            name, _, value = line.partition(": ")
            found[name] = value
    raise AssertionError("the stream ended without an event")


def test_a_cursor_of_another_epoch_is_told_to_begin_anew(office: Serving) -> None:
    told = first_event(office, 3 * EPOCH + 5)
    assert (told["event"], json.loads(told["data"])["id"]) == ("reset", office.site.feed.last)


def test_a_cursor_of_now_is_told_what_changed_since(office: Serving) -> None:
    before = office.site.feed.last
    office.world.place("Z-99")
    told = first_event(office, before)
    assert json.loads(told["data"])["subject"].startswith(("place:", "person:"))
    assert "event" not in told and int(told["id"]) > before
