"""Knocking at a broker's door by hand, when the client only knows that time passed: it tries again and again, and keeps
why it failed to itself. Address, TLS, and signing in, in this order; no topic is looked at and nothing is changed.
"""

import socket
import ssl
import struct
from contextlib import closing

from kafka.net.sasl import get_sasl_mechanism

from rapport.events.kafka_address import KafkaAddress

KNOCK_SECONDS = 2.0
METADATA, SASL_HANDSHAKE, SASL_AUTHENTICATE = 3, 17, 36  # requests, https://kafka.apache.org/protocol
UNSUPPORTED_MECHANISM, ILLEGAL_STATE = 33, 34  # errors
MOST_STEPS = 4  # SCRAM takes two

MAY_NOT_SIGN_IN = (
    "the brokers refuse this user and password. Correct them in the address, and sasl= to the mechanism that the "
    "brokers have the user for."
)
WRONG_MECHANISM = (
    "the brokers do not offer this way to sign in. Set sasl= to one that they offer: PLAIN, SCRAM-SHA-256 or "
    "SCRAM-SHA-512."
)
MUST_SIGN_IN = "{server} takes no one who does not sign in. Write {scheme}://user:password@host, and sasl=."
OTHER_PROTOCOL = (
    "{server} does not speak plainly. Write kafka+ssl:// in the place of kafka:// if this is its port for TLS."
)


class _Closed(Exception):
    """The broker closed the connection instead of answering."""


def diagnose(address: KafkaAddress) -> str:
    """A sentence; the first broker at which something fails gives the reason."""
    for server in address.servers:
        if reason := _knock(server, address):
            return reason
    return f"{address.shown_servers} can be reached but does not answer in time. It may be overloaded or starting."


def _knock(server: str, address: KafkaAddress) -> str:
    host, _, port = server.rpartition(":")
    host = host.strip("[]")
    try:
        with socket.create_connection((host, int(port)), timeout=KNOCK_SECONDS) as opened:
            return (
                _shake_hands(opened, server, host, address) if address.is_encrypted else _enter(opened, server, address)
            )
    except socket.gaierror:
        return f"the host {host} is not known. Is its name spelt right?"
    except OSError:
        return (
            f"no broker answers at {server}. Start it, or correct the address; events wait in the database until then."
        )


def _shake_hands(opened: socket.socket, server: str, host: str, address: KafkaAddress) -> str:
    context = ssl.create_default_context(cafile=address.ca or None)
    if address.cert:
        context.load_cert_chain(address.cert, address.key or None)
    try:
        secured = context.wrap_socket(opened, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        return (
            f"the certificate of {host} is not trusted: {error.verify_message}. Set ca= to the file of its authority."
        )
    except (ssl.SSLError, OSError):
        return f"{host} does not speak TLS. Write kafka:// in the place of kafka+ssl://, or use its TLS port."
    with closing(secured):
        return _enter(secured, server, address)


def _enter(connection: socket.socket, server: str, address: KafkaAddress) -> str:
    """Sign in, or see whether that is needed. A broker that takes too long is no reason."""
    try:
        if address.user:
            return _sign_in(connection, address)
        _ask(connection, METADATA, 1, struct.pack(">i", 0))
    except TimeoutError:
        return ""
    except (_Closed, OSError):
        if not address.is_encrypted and _speaks_tls(server):
            return OTHER_PROTOCOL.format(server=server)
        if address.user:
            return MAY_NOT_SIGN_IN
        return MUST_SIGN_IN.format(server=server, scheme="kafka+ssl" if address.is_encrypted else "kafka")
    return ""


def _speaks_tls(server: str) -> bool:
    host, _, port = server.rpartition(":")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # nothing is sent: only who is there
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=KNOCK_SECONDS) as opened:
            context.wrap_socket(opened).close()
    except OSError:
        return False
    return True


def _sign_in(connection: socket.socket, address: KafkaAddress) -> str:
    mechanism = address.mechanism.encode()
    (error,) = struct.unpack_from(
        ">h", _ask(connection, SASL_HANDSHAKE, 1, struct.pack(">h", len(mechanism)) + mechanism)
    )
    if error in (UNSUPPORTED_MECHANISM, ILLEGAL_STATE):
        return WRONG_MECHANISM
    dialogue = get_sasl_mechanism(address.mechanism)(host=address.servers[0], **address.client_settings())
    for _ in range(MOST_STEPS):
        if dialogue.is_done():
            break
        said = dialogue.auth_bytes()
        answer = _ask(connection, SASL_AUTHENTICATE, 0, struct.pack(">i", len(said)) + said)
        error, length = struct.unpack_from(">hh", answer)
        if error:
            return MAY_NOT_SIGN_IN
        start = 4 + max(length, 0)
        (size,) = struct.unpack_from(">i", answer, start)
        dialogue.receive(answer[start + 4 : start + 4 + size])
    return ""


def _ask(connection: socket.socket, request: int, version: int, body: bytes) -> bytes:
    """What comes back, without the correlation id. Raises _Closed, TimeoutError."""
    client = b"rapport-knock"
    header = struct.pack(">hhih", request, version, 1, len(client)) + client
    connection.sendall(struct.pack(">i", len(header) + len(body)) + header + body)
    (size,) = struct.unpack(">i", _read(connection, 4))
    return _read(connection, size)[4:]


def _read(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(min(size - len(data), 65_536))
        if not part:
            raise _Closed
        data += part
    return data
