"""The kept connection against servers that close it, speak in chunks, by TLS, or no HTTP at all."""

import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from devices.connection import Connection
from tests.devices.far_side import until
from tests.devices.test_gate_settings import certificates

KEPT = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nDate: Mon, 05 Jan 2026 08:00:00 GMT\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"


@contextmanager
def server(*connections: list[bytes], tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """For each connection in turn its answers, one a request, then it is closed. Gives the port and the requests seen."""
    seen = list[bytes]()

    def serve() -> None:
        for answers in connections:
            plain, _ = listener.accept()
            # A client that does not trust the certificate says so by an SSLError here.
            with suppress(ssl.SSLError), tls.wrap_socket(plain, server_side=True) if tls else plain as line:
                for answer in answers:
                    seen.append(line.recv(65536))
                    line.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1], seen
        thread.join(10)


def test_a_connection_closed_while_idle_is_made_anew_and_a_kept_one_is_kept() -> None:
    with server([KEPT, KEPT], [KEPT]) as (port, seen):
        line = Connection(f"http://127.0.0.1:{port}/floor/", "t", timeout_s=5)
        for _ in range(3):
            answer = line.post("/scan", b'{"a":1}')
            assert (answer.status, answer.headers["date"], answer.content) == (
                200,
                "Mon, 05 Jan 2026 08:00:00 GMT",
                b"{}",
            )
            if len(seen) == 2:  # the server closes now: its end of the line is there to be read
                assert until(lambda: select.select([line._socket], [], [], 0)[0], bool)
        line.close()
    assert seen[0].startswith(b"POST /floor/scan HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer t\r\n" % port)
    assert seen[0].endswith(b'Content-Length: 7\r\n\r\n{"a":1}')


def test_chunks_and_a_close_that_was_told() -> None:
    with server([CHUNKED], [KEPT]) as (port, _):
        line = Connection(f"http://127.0.0.1:{port}", "t", timeout_s=5)
        assert line.post("/scan", b"")[::2] == (503, b"abcd")
        assert line.post("/scan", b"").status == 200
        line.close()


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-x\r\n", KEPT[:40], KEPT[:-1]])
def test_no_answer_is_an_oserror_and_the_next_try_is_fresh(answer: bytes) -> None:
    with server([answer], [KEPT]) as (port, _):
        line = Connection(f"http://127.0.0.1:{port}", "t", timeout_s=5)
        with pytest.raises(OSError):
            line.post("/scan", b"")
        assert line.post("/scan", b"").content == b"{}"
        line.close()


def test_tls_by_a_ca_of_the_site_and_no_other(tmp_path: Path) -> None:
    ca = certificates(tmp_path / "ca")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(ca.with_name("broker.pem"), ca.with_name("broker.key"))
    with server([KEPT], tls=tls) as (port, _):
        line = Connection(f"https://127.0.0.1:{port}", "t", timeout_s=5, ca=str(ca))
        assert line.post("/scan", b"{}").content == b"{}"
        line.close()


def test_tls_without_a_ca_trusts_the_machine_s_authorities_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ca = certificates(tmp_path / "ca")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(ca.with_name("broker.pem"), ca.with_name("broker.key"))
    with server([KEPT], [KEPT], tls=tls) as (port, _):
        stranger = Connection(f"https://127.0.0.1:{port}", "t", timeout_s=5)
        with pytest.raises(OSError, match="certificate verify failed"):
            stranger.post("/scan", b"{}")
        monkeypatch.setenv("SSL_CERT_FILE", str(ca))  # as if it stood in /etc/ssl/certs
        known = Connection(f"https://127.0.0.1:{port}", "t", timeout_s=5)
        assert known.post("/scan", b"{}").content == b"{}"
        known.close()


@pytest.mark.parametrize("address", ["http://", "ftp://host", "http://host:seven", "host:8080"])
def test_what_is_no_address_is_refused_at_once(address: str) -> None:
    with pytest.raises(ValueError):
        Connection(address, "t", timeout_s=5)
