"""The scanner doctor on every misbehaviour that the simulators know, and on those of computers."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.keys import EV_KEY
from devices.keys import Keys as State
from devices.simulators.hid_pos import VirtualHidPos
from devices.simulators.keyboard import EVENT, VirtualKeyboard
from devices.simulators.scanner import VirtualScanner, VirtualSsiScanner
from labels.scanner_setup import SETUPS
from labels.scanner_test import TESTS
from web.cli import main
from web.scanner_diagnosis import AIM, Bent, Finding, Heard, diagnose, typed
from web.scanner_ear import hear
from web.scanner_guides import GUIDES, guides
from web.text import texts
from web.texts.scanner import FINDINGS, in_guide, told


def six(change: Callable[[str], str] = str, **more: bool) -> list[Heard]:
    return [Heard(change(AIM[test] + text), **more) for test, text in TESTS.items()]


def codes(heard: list[Heard]) -> list[str]:
    return [finding.code for finding in diagnose(heard)]


def test_a_scanner_that_is_set_up_right() -> None:
    assert diagnose(six()) == [Finding("all_well", "ok")]
    assert codes(list(reversed(six()))) == ["all_well"]


@pytest.mark.parametrize("host", ["de", "fr", "uk"])
@pytest.mark.parametrize("caps", [False, True])
def test_layouts_that_do_not_fit(host: str, caps: bool) -> None:
    for bent in (Bent("us", host, caps), Bent(host, "us", caps)):
        found = diagnose(six(lambda text, bent=bent: typed(text, bent)))
        assert found[0] == Finding("layout", "bad", {"scanner": bent.scanner, "host": bent.host}), bent
        assert [one.code for one in found] == ["layout", "caps_lock"] if caps else ["layout"], found


def test_each_fault_by_itself() -> None:
    assert codes(six(lambda text: typed(text, Bent(caps=True)))) == ["caps_lock"]
    assert codes(six(lambda text: text.replace("\x1d", ""))) == ["gs_lost"]
    assert diagnose(six(lambda text: text.replace("\x1d", "~")))[0] == Finding("gs_changed", "bad", {"instead": "~"})
    assert codes(six(lambda text: text[3:])) == ["aim_off"]
    assert codes(six(ended=False)) == ["suffix_missing"]
    assert codes(six(composed=True)) == ["ime"]
    assert codes(six(lambda text: text.translate({ord("0") + n: ord("０") + n for n in range(10)}))) == ["ime"]
    assert codes([*six(), six()[-1]]) == ["double_fire"]
    assert codes([*six()[:-1], Heard(six()[-1].text * 2, ended=False)]) == ["suffix_missing", "double_fire"]
    glued = "".join(one.text for one in six())
    assert codes([Heard(glued)]) == codes([Heard(glued, ended=False)]) == ["suffix_missing"]
    assert codes([]) == ["nothing_heard"]
    assert codes(six()[:4]) == ["not_read"]
    for short in ("FLOOR-TE", "]C0FLOOR-TE", "TEST-6"):
        assert codes([*six()[:5], Heard(short)]) == ["truncated", "not_read"]
    assert codes([*six()[:5], Heard("FLOORTEST6")]) == ["garbled", "not_read"]
    assert codes([*six(), Heard("\u4e2d\u6587")]) == ["foreign"]
    for aim in ("", "]C0"):
        assert diagnose([*six()[:5], Heard(f"{aim}xx{TESTS['once']}")])[0].about["around"] == "xx…"


FAULTS = {
    "double_fire": ["double_fire"],
    "wrong_layout": ["layout"],
    "lost_gs": ["gs_lost"],
    "caps_lock": ["caps_lock"],
}


@pytest.mark.parametrize("fault", [None, *FAULTS])
def test_the_virtual_keyboards_faults(fault: str | None, tmp_path: Path) -> None:
    keyboard, state, heard = VirtualKeyboard(tmp_path / "wedge"), State(gs_key=None), list[Heard]()
    for test, text in TESTS.items():
        keyboard.type(AIM[test] + text, fault)
        data = os.read(keyboard._fd, 1 << 16)
        events = [event[2:] for event in EVENT.iter_unpack(data)]
        heard += [
            Heard(code) for kind, key, value in events if kind == EV_KEY for code in state.feed(kind, key, value, 0)
        ]
    keyboard.close()
    assert codes(heard) == FAULTS.get(str(fault), ["all_well"])


@pytest.mark.parametrize(
    ("fault", "wanted"), [(None, "all_well"), ("double_fire", "double_fire"), ("no_suffix", "suffix_missing")]
)
def test_the_command_on_a_serial_scanner(
    fault: str | None, wanted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scanner = VirtualScanner(tmp_path / "scanner")

    def scan() -> None:
        for test, text in TESTS.items():
            threading.Event().wait(0.4)
            scanner.scan(AIM[test] + text, fault)

    thread = threading.Thread(target=scan)
    thread.start()
    assert main(["doctor", "scanner", "--device", str(scanner.path)]) == (wanted != "all_well")
    thread.join()
    scanner.close()
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in said if not line.startswith(" ")] == [f"{wanted}:"]
    assert ("setup=honeywell_suffix" in "".join(said)) == (wanted == "suffix_missing")


def test_the_command_where_there_is_nothing_to_hear(tmp_path: Path) -> None:
    assert main(["doctor", "scanner", "--device", str(tmp_path / "none")]) == 2


def wired(folder: Path, reader: str) -> list[str]:
    """The command for the reader "gun" of a site with this stanza."""
    (folder / "readers.toml").write_text(
        f'server = "http://127.0.0.1:1"\ntoken = "t"\nspool = "{folder}/spool"\n[[reader]]\nname = "gun"\n{reader}'
    )
    (folder / "floor.toml").write_text(f'readers = "{folder}/readers.toml"\n')
    return ["doctor", "scanner", "--config", str(folder / "floor.toml"), "--reader", "gun"]


@pytest.mark.parametrize("kind", ["serial_port", "hid", "hid_pos"])
def test_a_reader_of_any_kind_is_heard_by_its_own_settings(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, stopping = tmp_path / "gun", threading.Event()
    gun = {"serial_port": VirtualSsiScanner, "hid": VirtualKeyboard, "hid_pos": VirtualHidPos}[kind](path)
    command = wired(tmp_path, f'kind = "{kind}"\npath = "{path}"\n' + ('dialect = "ssi"' * (kind == "serial_port")))

    def scan() -> None:
        if not isinstance(gun, VirtualKeyboard):
            gun.in_use(10)
        for test, text in TESTS.items():
            code = (AIM[test] + text).replace("\x1d", "")
            if isinstance(gun, VirtualHidPos):
                gun.scan(code[3:], aim=code[:3])
            elif isinstance(gun, VirtualKeyboard):
                gun.type(code)
            else:
                gun.scan(code)
                gun.heard(5)
        stopping.wait(20)

    thread = threading.Thread(target=scan)
    thread.start()
    assert main(command) == 1
    stopping.set()
    thread.join()
    gun.close()
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines() if line[0] != " "] == ["gs_lost:"]


def test_a_reader_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = wired(tmp_path, f'kind = "serial_port"\npath = "{tmp_path}/none"\n')
    assert main(command) == 2
    assert "cannot listen to gun: cannot open" in capsys.readouterr().err
    assert main([*command[:-1], "other"]) == 2
    assert "no scanner 'other' in readers.toml; there are gun" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", ['baud = "fast"', 'dialect = "klingon"', "speed = 9600", 'parity = "Q"'])
def test_a_wrong_setting_of_a_reader_is_one_line(
    wrong: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(wired(tmp_path, f'kind = "serial_port"\npath = "{tmp_path}/gun"\n{wrong}\n')) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("floor doctor: ") and 'reader 1 "gun"' in last and wrong.split()[0] in last


def test_a_pipe_is_heard_to_its_end() -> None:
    read, write = os.pipe()
    os.write(write, b"FLOOR-TEST-1\r\n]E09506000134352\n10TEST-A\x1d21B2")
    os.close(write)
    assert list(hear(read)) == [
        Heard("FLOOR-TEST-1"),
        Heard("]E09506000134352"),
        Heard("10TEST-A\x1d21B2", ended=False),
    ]
    os.close(read)


def test_every_finding_has_its_words() -> None:
    about = dict.fromkeys(("scanner", "host", "instead", "code", "wanted", "around", "heard", "numbers"), "us")
    for lang in ("zh", "en"):
        for code in FINDINGS:
            what, mend = told(lang, Finding(code, "bad", about))
            assert what and mend and "{" not in what + mend
    assert all(texts("zh").gettext(text) != text for pair in FINDINGS.values() for text in pair)


def test_guides_are_of_findings_and_their_set_up_codes_can_be_drawn() -> None:
    assert set(GUIDES) < set(FINDINGS)
    named = [guide for told_of in GUIDES.values() for guide in told_of]
    assert {guide.setup for guide in named} - {""} == set(SETUPS)
    assert in_guide("en", named[0]) == "In the guide of Honeywell: “Data Editing”, “Add CR Suffix to All Symbologies”"
    assert guides("caps_lock") == ()
