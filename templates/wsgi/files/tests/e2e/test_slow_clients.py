"""A client that does not finish its request gets one answer, and does not keep a thread."""

import socket
from pathlib import Path

from ..process import Service
from ..storage import Environment


def test_a_body_that_does_not_come_is_given_up(storage: Environment, tmp_path: Path) -> None:
    service = Service(storage | {"REQUEST_TIMEOUT_SECONDS": "1"}, tmp_path / "service.log")
    try:
        service.wait_until_ready()
        with socket.create_connection(("127.0.0.1", service.port), timeout=20) as connection:
            head = "POST /api/v1/items HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n{"
            connection.sendall(head.encode())
            received = b"".join(iter(lambda: connection.recv(4096), b""))
    finally:
        service.stop()

    assert received.startswith(b"HTTP/1.1 503 ")
    assert received.count(b"HTTP/1.1 ") == 1
