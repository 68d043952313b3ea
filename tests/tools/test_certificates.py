"""The certificate that a phone is asked to trust."""

from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from tools.certificates import Certificates


def verify(made: Certificates, host: str) -> None:
    """Check the server's certificate as a browser would."""
    authority = x509.load_pem_x509_certificate(made.authority.read_bytes())
    server = x509.load_pem_x509_certificate(made.server.read_bytes())
    verifier = PolicyBuilder().store(Store([authority]))
    verifier.build_server_verifier(x509.IPAddress(ip_address(host))).verify(server, [])


def test_it_holds_for_its_addresses_and_no_other(tmp_path: Path) -> None:
    made = Certificates(tmp_path)
    made.prepare("192.168.1.20")

    verify(made, "192.168.1.20")
    verify(made, "127.0.0.1")
    with pytest.raises(VerificationError):
        verify(made, "192.168.1.21")
    assert made.server_key.stat().st_mode & 0o077 == 0


def test_a_new_address_keeps_the_authority_that_phones_trust(tmp_path: Path) -> None:
    made = Certificates(tmp_path)
    made.prepare("192.168.1.20")
    authority, server = made.authority.read_bytes(), made.server.read_bytes()

    made.prepare("192.168.1.20")
    assert made.server.read_bytes() == server, "nothing to do"
    made.prepare("192.168.1.99")

    assert made.authority.read_bytes() == authority
    verify(made, "192.168.1.99")
