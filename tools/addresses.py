"""Addresses and ports of this machine."""

from __future__ import annotations

import socket

from tools.say import Stop

EVERY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound to


def lan_address() -> str:
    """This machine's address on its network, or the loopback address where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # A datagram socket sends nothing on connect: the system only picks the way out.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def shown_host(host: str) -> str:
    """The name under which others reach a server that listens on `host`."""
    return lan_address() if host in EVERY_ADDRESS else host


def require_free(host: str, port: int) -> None:
    """Raise Stop with a way out when `port` cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            remedy = f"Choose other ports: make demo PORT={port + 10}"
            raise Stop(f"Port {port} on {host} cannot be used: {error.strerror}.", remedy) from None
