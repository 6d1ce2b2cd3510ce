"""Real Chromium for the browser tests: one browser a test file, a fresh profile a test, keys at a scanner's speed, wifi to cut."""

import asyncio
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal

from playwright.sync_api import Browser, CDPSession, Locator, Page, TimeoutError, expect, sync_playwright

from tests.shared import missing
from tests.web.front_server import Recorder, running

ColorScheme = Literal["light", "dark"]
KeyEvent = dict[str, Any]  # of the DevTools protocol, Input.dispatchKeyEvent
ANSWER_MS = 15_000
WAIT_MS = 20_000  # a generous end, not a measure: the machine may be busy with other tests
ARGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-gpu",
    "--host-resolver-rules=MAP floor.test 127.0.0.1",
]
expect.set_options(timeout=WAIT_MS)
SHIFTED = dict(zip(')!@#$%^&*(_+{}|:"~<>?', "0123456789-=[]\\;'`,./", strict=True))
PLACES = dict(zip("-=[]\\;'`,./ ", ["Minus", "Equal", "BracketLeft", "BracketRight", "Backslash", "Semicolon", "Quote",
                                    "Backquote", "Comma", "Period", "Slash", "Space"], strict=True))  # fmt: skip


def place(letter: str) -> tuple[str, bool]:
    """The key of a US keyboard (`code` of UI Events) that types `letter`, and whether with Shift."""
    plain = SHIFTED.get(letter, letter.lower())
    shift = plain != letter
    if plain.isdigit():
        return f"Digit{plain}", shift
    return PLACES.get(plain) or f"Key{plain.upper()}", shift


class Keys:
    """Key events with their own clock, sent in one go: a slow machine then makes no slow scanner and tears no scan in two."""

    def __init__(self, cdp: CDPSession) -> None:
        self.cdp = cdp
        self.at = time.time()
        self.events = list[KeyEvent]()
        self.gathering = False

    def wait(self, ms: float) -> None:
        self.at += ms / 1000

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is typed inside is sent at the end, at once."""
        if self.gathering:
            yield
            return
        self.gathering = True
        try:
            yield
        finally:
            self.gathering = False
        self._send()

    def event(self, kind: str, key: str, code: str, **more: Any) -> None:
        with self.together():
            self.events.append({"type": kind, "key": key, "code": code, "timestamp": self.at, **more})

    def press(self, key: str, code: str, *, text: str = "", gap_ms: float = 5, **more: Any) -> None:
        self.wait(gap_ms)
        virtual = more.pop("virtual", {"Enter": 13, "Tab": 9, " ": 32, "F8": 119, "F9": 120}.get(key, 0))
        kind = "keyDown" if text else "rawKeyDown"
        with self.together():
            self.event(kind, key, code, text=text, windowsVirtualKeyCode=virtual, **more)
            self.event("keyUp", key, code, windowsVirtualKeyCode=virtual, **more)

    def letters(self, text: str, gap_ms: float = 5, **more: Any) -> None:
        with self.together():
            for letter in text:
                code, shift = place(letter)
                virtual = ord(letter.upper()) if letter.isalnum() else 32 if letter == " " else 0
                self.press(letter, code, text=letter, gap_ms=gap_ms, virtual=virtual, modifiers=8 * shift, **more)

    def enter(self, gap_ms: float = 5) -> None:
        self.press("Enter", "Enter", text="\r", gap_ms=gap_ms)

    def scan(self, code: str, gap_ms: float = 5) -> None:
        """A whole scan ended by Enter, after a pause of a second."""
        self.wait(1000)
        with self.together():
            self.letters(code, gap_ms)
            self.enter(gap_ms)

    def _send(self) -> None:
        """Playwright's own `send` waits for each answer; so this goes to the channel below it. A scan that leads the page
        away may get no answer at all: what came of the keys is for the test to see, hence the end of the wait."""
        events, self.events = self.events, []

        async def sent() -> list[Any]:
            send = partial(self.cdp._impl_obj.send, method="Input.dispatchKeyEvent", timeout=ANSWER_MS)
            return await asyncio.gather(*(send(params=event) for event in events), return_exceptions=True)

        for outcome in self.cdp._sync(sent()):
            if isinstance(outcome, BaseException) and not isinstance(outcome, TimeoutError):
                raise outcome


class Wifi:
    """A TCP proxy between browser and server: `cut` kills every connection and refuses new ones, `stall` lets them hang."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.loop = asyncio.new_event_loop()
        self.stalled = False
        self.server: asyncio.Server | None = None
        self.writers: set[asyncio.StreamWriter] = set()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.restore()

    def restore(self) -> None:
        self.stalled = False
        asyncio.run_coroutine_threadsafe(self._listen(), self.loop).result(5)

    def cut(self) -> None:
        asyncio.run_coroutine_threadsafe(self._cut(), self.loop).result(5)

    def stall(self) -> None:
        self.stalled = True

    def close(self) -> None:
        self.cut()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()

    async def _listen(self) -> None:
        if self.server is None:
            self.server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    async def _cut(self) -> None:
        if self.server is not None:
            self.server.close()
            self.server = None
        for writer in self.writers:
            writer.transport.abort()
        await asyncio.sleep(0.05)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            return writer.transport.abort()
        self.writers |= {writer, far_writer}
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        self.writers -= {writer, far_writer}
        return None

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                while self.stalled:
                    await asyncio.sleep(0.05)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.close()


class Front:
    """One browser, one server behind a proxy. `fresh()` gives a page on a clean device and a clean server."""

    def __init__(self, browser: Browser, recorder: Recorder, wifi: Wifi) -> None:
        self.recorder, self.wifi = recorder, wifi
        self.context = browser.new_context()
        self.context.set_default_timeout(WAIT_MS)
        self.janitor = self.context.new_cdp_session(self.context.new_page())

    def address(self, path: str, host: str = "localhost") -> str:
        return f"http://{host}:{self.wifi.port}{path}"

    def fresh(self, path: str = "/", host: str = "localhost", script: str = "", scheme: ColorScheme = "light") -> Page:
        for page in self.context.pages[1:]:
            page.close()
        self.recorder.__init__()  # type: ignore[misc]
        self.wifi.restore()
        given = {"origin": self.address("", host), "storageTypes": "all"}
        self.janitor.send("Storage.clearDataForOrigin", given)
        return self.another(path, host, script, scheme)

    def another(
        self, path: str = "/", host: str = "localhost", script: str = "", scheme: ColorScheme = "light"
    ) -> Page:
        """One more tab of the same device."""
        page = self.context.new_page()
        page.set_viewport_size({"width": 360, "height": 740})
        page.emulate_media(color_scheme=scheme)
        if script:
            page.add_init_script(script)
        page.errors = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
        page.on("console", lambda message: note(page, message.text) if message.type == "error" else None)
        page.goto(self.address(path, host))
        return page

    def keys(self, page: Page) -> Keys:
        return Keys(self.context.new_cdp_session(page))


def note(page: Page, text: str) -> None:
    if "net::ERR" not in text and "Failed to load resource" not in text:
        page.errors.append(text)  # type: ignore[attr-defined]


@contextmanager
def opened_chromium() -> Iterator[Browser]:
    """Skips where there is no Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=ARGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened_front() -> Iterator[Front]:
    recorder = Recorder()
    with running(recorder) as port, opened_chromium() as browser:
        wifi = Wifi(port)
        try:
            yield Front(browser, recorder, wifi)
        finally:
            wifi.close()


def until(page: Page, happened: Callable[[], bool], seconds: float = WAIT_MS / 1000) -> None:
    """Let the page live until `happened`; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        page.wait_for_timeout(20)


def verdict(page: Page) -> Locator:
    return page.locator("#verdict")


def clean(page: Page) -> None:
    """No script error and no breach of the content security policy so far."""
    assert page.errors == []  # type: ignore[attr-defined]


__all__ = ["Front", "Keys", "clean", "expect", "opened_chromium", "opened_front", "until", "verdict"]
