"""The courier is killed twenty times around its prints; two hundred by `python -m tests.faults printing`."""

from tests.faults import printing


def test_no_label_comes_out_twice_or_is_lost_or_called_printed_that_is_not() -> None:
    told = printing.run(7, 20, lambda _: None)
    assert told["kills within a print"] and not told["left to a person"]
