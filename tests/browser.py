"""A real Chromium for the tests marked ``browser``, spoken to over a pipe (Chrome DevTools Protocol)."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TIMEOUT = 60  # seconds for one answer; the first start on a busy machine takes the most
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowDown": 40}
_TEXT = {"Enter": "\r", " ": " "}
_WATCHED = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded", "Page.javascriptDialogOpening")


def require_browser() -> str:
    """The Chromium of this machine; without one the test is skipped, with XLPLAN_REQUIRE_BROWSER=1 it fails."""
    found = None if os.name != "posix" else next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        reason = "Chromium not found: install chromium"
        if os.environ.get("XLPLAN_REQUIRE_BROWSER") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return found


class Browser:
    """A headless Chromium with a profile of its own, without any network."""

    def __init__(self, program: str, folder: Path) -> None:
        command = [
            program,
            "--headless=new",
            "--remote-debugging-pipe",
            f"--user-data-dir={folder}",
            "--no-first-run",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),  # which Chromium asks for when root starts it
        ]
        import fcntl  # which Windows has not

        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()

        def pipes() -> None:
            """Chromium reads from 3 and writes to 4; both may be taken by the very pipes that go there."""
            source, target = (fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (theirs_in, theirs_out))
            os.dup2(source, 3)
            os.dup2(target, 4)

        with (folder / "stderr").open("wb") as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                preexec_fn=pipes,  # noqa: PLW1509 - no threads here, and nothing else puts a pipe at 3 and 4
                pass_fds=(3, 4),
            )
        os.close(theirs_in)
        os.close(theirs_out)
        self._number, self._left = 0, b""
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str = "", **params: object) -> dict[str, Any]:
        """What Chromium answers; events that come meanwhile are kept in ``events``."""
        self._number += 1
        message = {
            "id": self._number,
            "method": method,
            "params": params,
            **({"sessionId": session} if session else {}),
        }
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def _receive(self) -> dict[str, Any]:
        end = time.monotonic() + TIMEOUT
        while b"\0" not in self._left:
            assert select.select([self._in], [], [], max(0.0, end - time.monotonic()))[0], "Chromium does not answer"
            data = os.read(self._in, 1 << 20)
            assert data, "Chromium has ended"
            self._left += data
        message, _, self._left = self._left.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def open(self, path: Path, width: int = 1280, height: int = 900) -> Tab:
        """A new tab with a local file, once it is loaded."""
        return Tab(self, path, width, height)

    def close(self) -> None:
        """Ends Chromium and waits for it."""
        try:
            self.call("Browser.close")
            self._process.wait(TIMEOUT)
        finally:
            self._process.kill()
            self._process.wait()
            os.close(self._out)
            os.close(self._in)


class Tab:
    """One page; ``troubles`` is everything that it complained of or reached for outside its own file."""

    def __init__(self, browser: Browser, path: Path, width: int, height: int) -> None:
        self._browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.resize(width, height)
        self.call("Page.navigate", url=path.as_uri())
        self.wait("document.readyState === 'complete'")
        self._url = path.as_uri()

    def call(self, method: str, **params: object) -> dict[str, Any]:
        """One command of the protocol to this page."""
        return self._browser.call(method, self._session, **params)

    def resize(self, width: int, height: int = 900, *, dark: bool = False) -> None:
        """A window of so many CSS pixels."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=features)

    def __call__(self, expression: str) -> Any:
        """The value of an expression on the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, condition: str) -> None:
        """Waits until a condition holds on the page."""
        end = time.monotonic() + TIMEOUT
        while not self(condition):
            assert time.monotonic() < end, condition
            time.sleep(0.01)

    def press(self, *keys: str) -> None:
        """Presses keys as a user does."""
        for key in keys:
            about = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
            text = {"text": _TEXT[key]} if key in _TEXT else {}
            self.call("Input.dispatchKeyEvent", type="keyDown", **about, **text)
            self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def write(self, text: str) -> None:
        """Types a text where the focus is."""
        self.call("Input.insertText", text=text)

    def screenshot(self, path: Path, *, full: bool = False) -> None:
        """A picture of the window, or of the whole page."""
        data = self.call("Page.captureScreenshot", captureBeyondViewport=full)["data"]
        path.write_bytes(base64.b64decode(data))

    def pdf(self) -> bytes:
        """What the page prints."""
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])

    @property
    def troubles(self) -> list[str]:
        """Errors, messages, dialogs and refused loads, and every request that is not for the file itself."""
        self("new Promise(done => setTimeout(() => done(1), 50))")
        found = []
        for event in self._browser.events:
            if event.get("sessionId") != self._session:
                continue
            if event["method"] in _WATCHED:
                found.append(json.dumps(event["params"], ensure_ascii=False))
            elif event["method"] == "Network.requestWillBeSent":
                url = event["params"]["request"]["url"]
                if not url.startswith("data:") and url.partition("#")[0] != self._url:
                    found.append(url)
        return found
