"""Addresses that lead inside, however they are written. `{port}` is where somebody listens on this machine."""

HOSTS = {
    "plain": "127.0.0.1",
    "name": "localhost",
    "name with a dot": "localhost.",
    "capitals": "LOCALHOST",
    "another loopback": "127.8.8.8",
    "short": "127.1",
    "decimal": "2130706433",
    "hexadecimal": "0x7f000001",
    "hexadecimal parts": "0x7f.0x0.0x0.0x1",
    "octal": "0177.0.0.1",
    "octal, whole": "017700000001",
    "with zeros": "127.000.000.001",
    "unspecified": "0.0.0.0",
    "nothing": "0",
    "IPv6": "[::1]",
    "IPv6 in full": "[0:0:0:0:0:0:0:1]",
    "IPv6 unspecified": "[::]",
    "IPv4 in IPv6": "[::ffff:127.0.0.1]",
    "IPv4 in IPv6, hexadecimal": "[::ffff:7f00:1]",
    "IPv4-compatible": "[::127.0.0.1]",
    "NAT64": "[64:ff9b::7f00:1]",
    "6to4": "[2002:7f00:1::]",
    "with a zone": "[::1%25lo]",
    "digits in circles": "①②⑦.⓪.⓪.①",
    "full-width digits": "１２７.０.０.１",
    "full-width stops": "127。0。0。1",
    "circled letters": "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    "escaped": "%31%32%37.0.0.1",
    "escaped name": "%6cocalhost",
    "soft hyphen": "local\u00adhost",
    "metadata": "169.254.169.254",
    "metadata, decimal": "2852039166",
    "private": "10.0.0.1",
}

SHAPES = {
    "a name before it": "{scheme}://example.com@127.0.0.1:{port}/",
    "a name and password before it": "{scheme}://93.184.216.34:443@127.0.0.1:{port}/",
    "a backslash": "{scheme}://93.184.216.34\\@127.0.0.1:{port}/",
    "a fragment": "{scheme}://127.0.0.1:{port}#@93.184.216.34/",
    "a question": "{scheme}://127.0.0.1:{port}?@93.184.216.34/",
    "a tab": "{scheme}://127.0.0.1\t:{port}/",
    "a line break": "{scheme}://127.0.0.1:{port}/\r\nHost: example.com",
    "one slash": "{scheme}:/127.0.0.1:{port}/",
    "three slashes": "{scheme}:///127.0.0.1:{port}/",
    "backslashes": "{scheme}:\\\\127.0.0.1:{port}\\",
    "no scheme": "//127.0.0.1:{port}/",
    "capital scheme": "HTTP://127.0.0.1:{port}/",
    "a nested scheme": "url:{scheme}://127.0.0.1:{port}/",
    "a file": "file:///etc/passwd",
    "gopher": "gopher://127.0.0.1:{port}/_GET%20/",
    "dict": "dict://127.0.0.1:{port}/info",
    "data": "data:text/html,<h1>hello",
    "script": "javascript:alert(1)",
    "a null byte": "{scheme}://127.0.0.1\x00.example.com:{port}/",
    "half a surrogate": "{scheme}://127.0.0.1:{port}/\ud800",
    "no port at all": "{scheme}://127.0.0.1:99999/",
    "unclosed": "{scheme}://[::1/",
}


def addresses(port: int) -> dict[str, str]:
    """What is special about it → the address, encrypted and in clear."""
    found: dict[str, str] = {}
    for scheme in ("http", "https"):
        found |= {f"{scheme}: {what}": f"{scheme}://{host}:{port}/" for what, host in HOSTS.items()}
        found |= {f"{scheme}: {what}": shape.format(scheme=scheme, port=port) for what, shape in SHAPES.items()}
    return found
