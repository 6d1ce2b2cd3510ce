"""Two days in the suite: a fixed seed, and one that changes with every run and is printed."""

import random
from pathlib import Path

import pytest

from tests.day.working_day import live

SEEDS = (1, random.SystemRandom().randrange(2, 10**6))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("which", [0, 1], ids=["fixed", "drawn"])
def test_a_day_ends_with_everything_as_it_must_be(which: int, tmp_path: Path) -> None:
    print(f"seed {SEEDS[which]}")
    report = live(SEEDS[which], tmp_path)
    print(report)
    assert report.scans > 1900 and report.sent_again > report.scans / 7
    assert len(report.deaths) == 5 and sum(bool(death.unanswered) for death in report.deaths) >= 3
    assert any(death.written for death in report.deaths), "no kill fell between the commit and the answer"
    assert len(report.refused) >= 8
