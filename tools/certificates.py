"""A certificate authority of this checkout's own, so that a phone can try the demo over HTTPS."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tools.say import Stop

CA_DAYS = 3650
SERVER_DAYS = 397  # phones refuse server certificates that live much longer
RENEW_DAYS = 30


@dataclass(frozen=True)
class Certificates:
    """Files of the authority and of the server's certificate, all PEM."""

    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "ca.crt"

    @property
    def server(self) -> Path:
        return self.folder / "server.crt"

    @property
    def server_key(self) -> Path:
        return self.folder / "server.key"

    def prepare(self, host: str) -> None:
        """Make what is missing, or out of date, or not made for `host`; the authority is kept."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.authority.exists():
            self._make_authority()
        if not self._serves(host):
            self._make_server(host)

    def _make_authority(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, f"Gridfield trial ({socket.gethostname()})")]
        )
        usage = x509.BasicConstraints(ca=True, path_length=0)
        draft = _draft(name, name, key.public_key(), CA_DAYS).add_extension(usage, critical=True)
        draft = draft.add_extension(_key_usage(signs=True), critical=True)
        _write_key(self.folder / "ca.key", key)
        _write(self.authority, draft.sign(key, hashes.SHA256()))

    def _make_server(self, host: str) -> None:
        authority = x509.load_pem_x509_certificate(self.authority.read_bytes())
        signer = load_pem_private_key((self.folder / "ca.key").read_bytes(), password=None)
        if not isinstance(signer, ec.EllipticCurvePrivateKey):
            raise Stop(f"{self.folder / 'ca.key'} is no key of ours.", f"rm -r {self.folder}")
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        draft = (
            _draft(name, authority.subject, key.public_key(), SERVER_DAYS)
            .add_extension(x509.SubjectAlternativeName(_names(host)), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs=False), critical=True)
            .add_extension(purpose, critical=False)
            .add_extension(issuer, critical=False)
        )
        _write_key(self.server_key, key)
        _write(self.server, draft.sign(signer, hashes.SHA256()))

    def _serves(self, host: str) -> bool:
        if not (self.server.exists() and self.server_key.exists()):
            return False
        made = x509.load_pem_x509_certificate(self.server.read_bytes())
        authority = x509.load_pem_x509_certificate(self.authority.read_bytes())
        names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        fresh = made.not_valid_after_utc > datetime.now(UTC) + timedelta(days=RENEW_DAYS)
        ours = made.issuer == authority.subject
        return fresh and ours and set(_names(host)) <= set(names)


def _names(host: str) -> list[x509.GeneralName]:
    """Every name under which the server may be opened."""
    names: list[x509.GeneralName] = []
    for text in dict.fromkeys((host, "127.0.0.1", "localhost", socket.gethostname())):
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(text)))
        except ValueError:
            names.append(x509.DNSName(text))
    return names


def _draft(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a phone's clock may be behind
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _key_usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _write(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
