"""A provider that says whatever a test wants it to say: real HTTP, real keys, any token."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

_KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


class Forger:
    """`claims` are added to the right ones, None takes one out; `key` and `algorithm` sign; `userinfo` answers."""

    client_id, client_secret = "rapport-at-acme", "something that is between the two of us"

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.host = f"127.0.0.1:{port}"
        self.claims: dict[str, Any] = {}
        self.key: Any = _KEY
        self.algorithm = "RS256"
        self.nonce = ""
        self.userinfo: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.asked: list[dict[str, str]] = []

    def answer(self, path: str, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        match path:
            case "/.well-known/openid-configuration":
                return 200, self._describe()
            case "/jwks":
                public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_KEY.public_key()))
                return 200, {"keys": [{**public, "kid": "1", "use": "sig"}]}
            case "/token":
                self.asked.append(dict(form))
                return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.token()}
            case "/userinfo":
                return 200, self.userinfo
        return 404, {}

    def token(self) -> str:
        now = int(time.time())
        right = {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "dora-1",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "email": "dora@acme.example",
            "email_verified": True,
            "name": "Dora",
        }
        claims = {name: value for name, value in {**right, **self.claims}.items() if value is not None}
        return jwt.encode(claims, self.key, algorithm=self.algorithm, headers={"kid": "1"})

    def _describe(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            **self.metadata,
        }


@contextmanager
def running_forger() -> Iterator[Forger]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self._reply({name: values[0] for name, values in parse_qs(body).items()})

        def _reply(self, form: Mapping[str, str]) -> None:
            status, found = forger.answer(urlsplit(self.path).path, form)
            content = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    forger = Forger(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield forger
    finally:
        server.shutdown()
        server.server_close()
