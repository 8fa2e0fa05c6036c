"""Over TLS the same bounds hold, and the certificate must be the host's own."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from node.errors import PeerMisbehavesError, PeerUnreachableError
from node.net.transport import HttpTransport

HOST = "node.test"


def make_certificate(folder: Path, host: str = HOST) -> Path:
    """Write a key and a certificate for `host`, signed by itself, into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


class TLSServer:
    """Answers each request over TLS with the same pieces, with a pause after each."""

    def __init__(self, pem: Path, pieces: list[bytes], pause: float = 0.0) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pem)
        self._pieces, self._pause = pieces, pause
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            self._threads.append(threading.Thread(target=self._talk, args=(plain,)))
            self._threads[-1].start()

    def _talk(self, plain: socket.socket) -> None:
        with suppress(OSError), self._context.wrap_socket(plain, server_side=True) as secure:
            while secure.recv(65536):
                for piece in self._pieces:
                    secure.sendall(piece)
                    if self._stop.wait(self._pause):
                        return

    def close(self) -> None:
        self._stop.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)


@pytest.fixture
def serve() -> Iterator[Callable[..., int]]:
    """Serve bytes over TLS; returns the port."""
    servers: list[TLSServer] = []

    def make(pem: Path, pieces: list[bytes], pause: float = 0.0) -> int:
        servers.append(TLSServer(pem, pieces, pause))
        return servers[-1].port

    yield make
    for server in servers:
        server.close()


def loopback(host: str, port: int, **_: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


def transport_to(port: int, host: str = HOST, patience: float = 5.0) -> HttpTransport:
    return HttpTransport(
        f"https://{host}:{port}", private_ok=True, patience=patience, resolver=loopback
    )


ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def test_a_trusted_node_is_asked_over_tls(tmp_path, monkeypatch, serve):
    pem = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    transport = transport_to(serve(pem, [ANSWER]))
    for _ in range(3):
        assert transport.get("node", limit=10).body == b"{}"
    transport.close()


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path, serve):
    pem = make_certificate(tmp_path)
    transport = transport_to(serve(pem, [ANSWER]))
    with pytest.raises(PeerMisbehavesError, match=r"certificate of node\.test is not valid"):
        transport.get("node", limit=10)
    transport.close()


def test_a_certificate_of_another_host_is_refused(tmp_path, monkeypatch, serve):
    pem = make_certificate(tmp_path, "other.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    transport = transport_to(serve(pem, [ANSWER]))
    with pytest.raises(PeerMisbehavesError, match=r"certificate of node\.test is not valid"):
        transport.get("node", limit=10)
    transport.close()


def test_a_peer_that_drips_over_tls_is_given_up(tmp_path, monkeypatch, serve):
    pem = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    drips = [b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", *[b"x"] * 500]
    transport = transport_to(serve(pem, drips, pause=0.02), patience=0.5)
    began = time.monotonic()
    with pytest.raises(PeerUnreachableError, match="too slow"):
        transport.get("x", limit=1000)
    assert time.monotonic() - began < 3
    transport.close()
