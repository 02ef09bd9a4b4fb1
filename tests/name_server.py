"""A real name server on loopback whose TXT records a test writes."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.message
import dns.rcode
import dns.rrset


@dataclass
class NameServer:
    """`texts`: name → values. A name that is not there does not exist; `is_broken` answers that it cannot answer."""

    address: str
    texts: dict[str, list[str]] = field(default_factory=dict)
    is_broken: bool = False

    def answer(self, wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        response = dns.message.make_response(query)
        name = query.question[0].name
        values = self.texts.get(name.to_text(omit_final_dot=True))
        if self.is_broken:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif values is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif values:
            quoted = [f'"{each}"' for each in values]
            response.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
        return response.to_wire()


@contextmanager
def running_name_server() -> Iterator[NameServer]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        server = NameServer(f"127.0.0.1:{listening.getsockname()[1]}")

        def serve() -> None:
            while wire_and_client := _receive(listening):
                listening.sendto(server.answer(wire_and_client[0]), wire_and_client[1])

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", listening.getsockname())  # nothing: the end
        thread.join(5)


def _receive(listening: socket.socket) -> tuple[bytes, tuple[str, int]] | None:
    wire, client = listening.recvfrom(4096)
    return (wire, client) if wire else None
