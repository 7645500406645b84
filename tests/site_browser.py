"""Chromium, driven over the WebDriver protocol (https://www.w3.org/TR/webdriver2/) with the standard library alone."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def port_of(process: subprocess.Popen[str], said: str) -> int:
    """The port that a server has chosen, which stands behind words that it says of it; others could take a free one."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        if found := re.search(said + r"(\d+)", line):
            return int(found[1])
        lines.append(line)
    raise RuntimeError(f"it ended with {process.wait()}: {''.join(lines)}")


class Browser:
    """One headless window; nothing but this machine can be reached from it."""

    def __init__(self, profile: Path, *, width: int = 1280, height: int = 900) -> None:
        assert DRIVER and CHROMIUM
        self.driver = subprocess.Popen(
            [DRIVER, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.base = f"http://127.0.0.1:{port_of(self.driver, 'successfully on port ')}"
        options = {
            "binary": CHROMIUM,
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
                "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
                f"--user-data-dir={profile}", f"--window-size={width},{height}",
                "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            ],
        }  # fmt: skip
        logs = {"browser": "ALL", "performance": "ALL"}
        wanted = {"alwaysMatch": {"goog:chromeOptions": options, "goog:loggingPrefs": logs}}
        self.session = ""
        made = self._send("POST", "/session", {"capabilities": wanted})
        self.session = f"/session/{made['sessionId']}"
        self._send("POST", self.session + "/timeouts", {"script": 120_000})

    def _send(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=180) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(json.load(error)["value"]["message"]) from None

    def close(self) -> None:
        try:
            self._send("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait()

    def open(self, url: str) -> None:
        self._send("POST", self.session + "/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        """What the body of a function, ``script``, returns; it may await."""
        body = {"script": f"return (async function () {{ {script} }}).apply(null, arguments)", "args": list(arguments)}
        return self._send("POST", self.session + "/execute/sync", body)

    def wait(self, condition: str, *arguments: Any, seconds: float = 90) -> Any:
        """Wait until an expression is true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := self.run(f"return {condition}", *arguments):
                return found
            time.sleep(0.1)
        raise AssertionError(f"this did not come true: {condition}")

    def element(self, selector: str) -> str:
        body = {"using": "css selector", "value": selector}
        return str(self._send("POST", self.session + "/element", body)[_ELEMENT])

    def click(self, selector: str) -> None:
        self.run("document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", selector)
        self._send("POST", f"{self.session}/element/{self.element(selector)}/click", {})

    def type(self, text: str) -> None:
        """Press keys, wherever the focus is."""
        keys = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
        self._send("POST", self.session + "/actions", {"actions": [{"type": "key", "id": "keys", "actions": keys}]})

    def press(self, *keys: str) -> None:
        """Press keys together: they go down in their order and up the other way round."""
        down = [{"type": "keyDown", "value": key} for key in keys]
        up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
        self._send(
            "POST", self.session + "/actions", {"actions": [{"type": "key", "id": "keys", "actions": down + up}]}
        )

    def resize(self, width: int, height: int) -> None:
        """The size of the page itself, which windows cannot have below some 500 pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": width < 600}
        self.devtools("Emulation.setDeviceMetricsOverride", size)

    def devtools(self, command: str, parameters: dict[str, Any]) -> Any:
        return self._send("POST", self.session + "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._send("GET", self.session + "/screenshot")))

    def log(self, kind: str) -> list[Any]:
        return list(self._send("POST", self.session + "/se/log", {"type": kind}))

    def requested(self) -> list[str]:
        """The URLs that pages and workers have asked for since this was last called."""
        messages = [json.loads(entry["message"])["message"] for entry in self.log("performance")]
        return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
