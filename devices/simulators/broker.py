"""An MQTT broker of our own for demo and tests: mosquitto where the machine has it, else amqtt in a process."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

MOSQUITTO = """
listener {port} 127.0.0.1
allow_anonymous false
password_file {folder}/passwd
persistence true
persistence_location {folder}/
autosave_on_changes true
autosave_interval 1
max_queued_messages 1000000
max_queued_bytes 0
max_inflight_messages 1000
sys_interval 1
log_type error
"""

AMQTT = """
listeners:
  default:
    type: tcp
    bind: 127.0.0.1:{port}
plugins:
  amqtt.plugins.authentication.FileAuthPlugin:
    password_file: {folder}/passwd
"""


class NoBroker(OSError):
    """Neither mosquitto nor amqtt is on this machine, or it did not start."""


class Broker:
    """`start()` and it listens on `host`, `port` for `user` with `password`; state is kept in `folder`.

    `more` are further lines of mosquitto.conf, e.g. a certificate.
    """

    def __init__(self, folder: Path, port: int | None = None, more: str = "") -> None:
        self.folder, self.host, self.port = folder, "127.0.0.1", port or free_port()
        self.user, self.password = "floor", secrets.token_urlsafe(12)
        self._more = more
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self.program = mosquitto()
        self._command = self._mosquitto(self.program) if self.program else self._amqtt()

    def start(self, wait_s: float = 10.0) -> None:
        """Start and wait until it listens; NoBroker if it does not."""
        with (self.folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, cwd=self.folder)
        deadline = time.monotonic() + wait_s
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise NoBroker(f"the broker did not start: {(self.folder / 'broker.log').read_text()[-500:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End it in order; it writes down what waits."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(number)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _listens(self) -> bool:
        try:
            socket.create_connection((self.host, self.port), 0.5).close()
        except OSError:
            return False
        return True

    def _mosquitto(self, program: str) -> list[str]:
        as_root = "user root\n" if os.geteuid() == 0 else ""
        config = self.folder / "mosquitto.conf"
        config.write_text(as_root + MOSQUITTO.format(port=self.port, folder=self.folder) + self._more)
        passwords = self.folder / "passwd"
        passwords.write_text(f"{self.user}:{self.password}\n")
        passwords.chmod(0o600)
        hasher = shutil.which("mosquitto_passwd", path=search_path())
        if hasher is None:
            raise NoBroker("mosquitto is here, but mosquitto_passwd is not")
        subprocess.run([hasher, "-U", str(passwords)], check=True, capture_output=True)
        return [program, "-c", str(config)]

    def _amqtt(self) -> list[str]:
        try:
            from pwdlib import PasswordHash
        except ImportError:
            raise NoBroker("no MQTT broker here: install mosquitto, or the extra `demo`") from None
        (self.folder / "passwd").write_text(f"{self.user}:{PasswordHash.recommended().hash(self.password)}\n")
        config = self.folder / "amqtt.yaml"
        config.write_text(AMQTT.format(port=self.port, folder=self.folder))
        return [str(Path(sys.executable).with_name("amqtt")), "-c", str(config)]


def mosquitto() -> str | None:
    """The mosquitto of this machine; Debian keeps it where users do not look."""
    return shutil.which("mosquitto", path=search_path())


def search_path() -> str:
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])


def free_port() -> int:
    """A TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
