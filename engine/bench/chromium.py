r"""Chromium without a window, driven by its DevTools protocol over a pipe.

The protocol is JSON with a zero byte after each message. Chromium reads it from descriptor 3 and
answers on 4, so nothing listens on a port::

    us  ── {"id": 1, "method": "Page.navigate", …}\0 ──►  3  Chromium
        ◄─ {"id": 1, "result": {…}}\0 ─────────────────  4
        ◄─ {"method": "Network.requestWillBeSent", …}\0   events, whenever they happen
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from engine.core.errors import EngineError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OPTIONS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",  # it needs rights that containers do not give
    "--disable-gpu",
    "--disable-dev-shm-usage",  # small in containers
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-default-browser-check",
)
_READ, _WRITE = 3, 4
_FIRST_FREE = 10
_CLOSING_S = 5.0


class BrowserError(EngineError):
    """Chromium is missing, or did not do what it was told."""

    code = "browser"


def find_chromium(name: Path | None = None) -> Path:
    """Return the program, by default the one that is installed.

    Raises:
        BrowserError: If there is none.
    """
    found = [shutil.which(str(name))] if name else [shutil.which(one) for one in _NAMES]
    program = next((one for one in found if one), None)
    if program is None:
        raise BrowserError(
            f"{name or _NAMES[0]}: is not installed; in Debian: apt-get install chromium"
        )
    return Path(program)


class Chromium:
    """A running browser with an empty profile; ends with its ``with`` block."""

    def __init__(self, program: Path, *options: str) -> None:
        self._program = program
        self._options = options

    def __enter__(self) -> Self:
        self._profile = tempfile.TemporaryDirectory(
            prefix="mfagan-chromium-", ignore_cleanup_errors=True
        )
        their_in, self._out = _pipe()
        self._in, their_out = _pipe()
        words = [str(self._program), *_OPTIONS, f"--user-data-dir={self._profile.name}"]
        self._pid = os.posix_spawn(
            self._program,
            [*words, *self._options, "about:blank"],
            {**os.environ, "HOME": self._profile.name},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_DUP2, their_in, _READ),
                (os.POSIX_SPAWN_DUP2, their_out, _WRITE),
            ],
            setpgroup=0,  # so that all its processes can be ended
        )
        os.close(their_in)
        os.close(their_out)
        self._buffer = b""
        self._last_id = 0
        self._events: list[dict[str, Any]] = []
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._out)  # the end of its pipe ends Chromium
        os.close(self._in)
        deadline_s = time.monotonic() + _CLOSING_S
        while os.waitpid(self._pid, os.WNOHANG)[0] == 0:
            if time.monotonic() > deadline_s:
                os.killpg(self._pid, signal.SIGKILL)
                os.waitpid(self._pid, 0)
                break
            time.sleep(0.02)
        self._profile.cleanup()

    def open_page(self) -> Page:
        """Open an empty page."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        for domain in ("Page", "Runtime", "Network", "DOM"):
            page.call(f"{domain}.enable")
        return page

    def call(
        self, method: str, *, session: str | None = None, timeout_s: float = 60, **values: object
    ) -> dict[str, Any]:
        """Send a command and return its result.

        Raises:
            BrowserError: If Chromium refuses it, ends, or does not answer in time.
        """
        self._last_id += 1
        message: dict[str, object] = {"id": self._last_id, "method": method, "params": values}
        if session is not None:
            message["sessionId"] = session
        try:
            os.write(self._out, json.dumps(message).encode() + b"\0")
        except OSError as error:
            raise BrowserError(f"{self._program}: has ended ({error.strerror})") from error
        deadline_s = time.monotonic() + timeout_s
        while True:
            answer = self._next(deadline_s, method)
            if answer.get("id") != self._last_id:
                self._events.append(answer)
            elif "error" in answer:
                raise BrowserError(f"{method}: {answer['error']['message']}")
            else:
                result: dict[str, Any] = answer["result"]
                return result

    def events(self, session: str) -> list[dict[str, Any]]:
        """Return the events of a page so far, in their order."""
        return [event for event in self._events if event.get("sessionId") == session]

    def _next(self, deadline_s: float, method: str) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0 or not select.select([self._in], [], [], left_s)[0]:
                raise BrowserError(f"{self._program}: does not answer {method}")
            content = os.read(self._in, 1 << 20)
            if not content:
                raise BrowserError(f"{self._program}: ended before it answered {method}")
            self._buffer += content
        line, self._buffer = self._buffer.split(b"\0", 1)
        message: dict[str, Any] = json.loads(line)
        return message


class Page:
    """A page of a running browser."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser = browser
        self._session = session

    def call(self, method: str, *, timeout_s: float = 60, **values: object) -> dict[str, Any]:
        """Send a command of the protocol for this page."""
        return self._browser.call(method, session=self._session, timeout_s=timeout_s, **values)

    def open(self, url: str) -> None:
        """Go to an address; what the page loads may come later.

        Raises:
            BrowserError: If there is nothing.
        """
        result = self.call("Page.navigate", url=url)
        if result.get("errorText"):
            raise BrowserError(f"{url}: {result['errorText']}")

    def evaluate(self, script: str, *, timeout_s: float = 60) -> Any:  # noqa: ANN401 - any JSON
        """Return the value of an expression; of a promise, what it is fulfilled with.

        Raises:
            BrowserError: If it throws, or takes longer.
        """
        result = self.call(
            "Runtime.evaluate",
            timeout_s=timeout_s,
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            said = details.get("exception", {}).get("description") or details["text"]
            raise BrowserError(f"{script}: {said}")
        return result["result"].get("value")

    def wait(self, condition: str, *, timeout_s: float = 60) -> None:
        """Wait until an expression is true.

        Raises:
            BrowserError: If it does not become true in time.
        """
        deadline_s = time.monotonic() + timeout_s
        while not self.evaluate(f"Boolean({condition})"):
            if time.monotonic() > deadline_s:
                raise BrowserError(f"{condition}: is not true after {timeout_s:.0f} s")
            time.sleep(0.05)

    def events(self, method: str) -> list[dict[str, Any]]:
        """Return the values of the events of one kind so far."""
        # Events are read when an answer is waited for.
        self.call("Runtime.getHeapUsage")
        found = self._browser.events(self._session)
        return [event["params"] for event in found if event["method"] == method]


def _pipe() -> tuple[int, int]:
    """Return a pipe whose descriptors are above those that Chromium uses."""
    ends = os.pipe()
    # Moved away: a copy to 3 must not close what is still to be copied to 4.
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]
