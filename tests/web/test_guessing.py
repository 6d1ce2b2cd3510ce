"""Guessing PINs and passwords, over HTTP: no more tries than the house allows, however many come at once; time tells nothing."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from floor import credentials
from floor.credentials import CREDENTIAL, TRIES
from floor.facts.station import SignInFailed
from floor.storage.record import Tx
from tests.web.serving import Serving, serving
from web.pages import sign_in
from web.pages.sign_in import PASSWORD, PIN

BOSS, MANY = 6, 60
BADGE: dict[str, str] = {"badge": "b", "pin": "123456"}
LOGIN: dict[str, str] = {"login": "boss", "password": "right-password"}


@pytest.fixture
def hall(tmp_path: Path, database_url: str) -> Iterator[Serving]:
    with serving(tmp_path / "site", database_url, roles=("web",)) as running:
        running.world.person(BOSS, "周班长", "supervisor picker sales")
        running.site.writer.do(_secrets)
        yield running


def _secrets(tx: Tx) -> None:
    known = {"pin_hash": PIN.hash(BADGE["pin"]), "password_hash": PASSWORD.hash(LOGIN["password"])}
    credentials.set_secret(tx, BOSS, badge="b", login="boss", **known)


async def at_once(hall: Serving, tries: list[dict[str, str]]) -> list[str]:
    """The code of each sign-in's refusal, "" where it opened a session; all are sent before the first answer."""
    headers = {"authorization": "Bearer token1"}
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=hall.url, headers=headers, limits=limits, timeout=60) as client:
        answers = await asyncio.gather(*(client.post("/sign-in", data=one) for one in tries))
    return [str(answer.json().get("code", "")) for answer in answers]


def told(hall: Serving, *tries: dict[str, str]) -> list[str]:
    return asyncio.run(at_once(hall, list(tries)))


def wrong(right: dict[str, str], many: int) -> list[dict[str, str]]:
    secret = list(right)[-1]
    return [{**right, secret: f"{n:04}"} for n in range(many)]


def row(hall: Serving) -> Any:
    return next(one for one in hall.world.rows(CREDENTIAL) if one.person == BOSS)


def rests(hall: Serving) -> list[int]:
    """`locked_s` of each wrong try that the journal tells of."""
    return [fact.locked_s for fact in hall.world.facts if isinstance(fact, SignInFailed)]


@pytest.mark.parametrize("right", [BADGE, LOGIN], ids=["pin", "password"])
def test_many_guesses_at_once_are_no_more_than_five(hall: Serving, right: dict[str, str]) -> None:
    assert Counter(told(hall, *wrong(right, MANY))) == {"pin_wrong": TRIES, "locked_out": MANY - TRIES}
    assert told(hall, right) == ["locked_out"], "the lock that the fifth has set stays"
    assert sorted(rests(hall)) == [0, 0, 0, 0, 60] and row(hall).failures == TRIES


@pytest.mark.parametrize("right", [BADGE, LOGIN], ids=["pin", "password"])
def test_right_ones_sent_at_once_lock_nobody_out(hall: Serving, right: dict[str, str]) -> None:
    many = 2 * TRIES
    assert told(hall, *[right] * many) == [""] * many
    assert (row(hall).failures, row(hall).locked_until) == (0, None)


def test_the_fifth_try_may_still_be_right_and_begins_anew(hall: Serving) -> None:
    for _ in range(2):
        assert [told(hall, one) for one in wrong(BADGE, TRIES - 1)] == [["pin_wrong"]] * (TRIES - 1)
        assert told(hall, BADGE) == [""]
    assert (row(hall).failures, row(hall).locked_until) == (0, None)


@pytest.mark.parametrize(
    ("known", "unknown"), [(BADGE, {"badge": "x"}), (LOGIN, {"login": "x"})], ids=["pin", "password"]
)
def test_a_stranger_costs_as_much_hashing_as_one_who_is_known(
    hall: Serving, monkeypatch: pytest.MonkeyPatch, known: dict[str, str], unknown: dict[str, str]
) -> None:
    """Argon2 takes its time by these parameters; a hash that it cannot read would take none."""
    looked_at = []

    def seen(stored: str, secret: str) -> bool:
        looked_at.append(stored)
        return verify(stored, secret)

    verify = sign_in.verify
    monkeypatch.setattr(sign_in, "verify", seen)
    guess = wrong(known, 1)[0]
    assert told(hall, guess) == ["pin_wrong"] and told(hall, {**guess, **unknown})[0] in ("badge_unknown", "pin_wrong")
    mine, nobodys = looked_at
    assert extract_parameters(nobodys) == extract_parameters(mine)
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(nobodys, "")
