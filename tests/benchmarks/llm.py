"""What a streamed token costs a worker: the thin client beside OpenAI's SDK and pydantic-ai's model, in one run.

All three read the same answers over real HTTP. CPU is this process's own; the server is another process.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

STREAMS, TOKENS = 12, 400
MODEL = f"mock-itl1-len{TOKENS}"
Client = Callable[[], tuple[int, float]]  # → tokens, seconds to the first


@contextmanager
def server() -> Iterator[str]:
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.providers", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout
        yield running.stdout.readline().split()[-1]
    finally:
        running.terminate()
        running.wait()


def thin(url: str) -> Client:
    from agents.llm.dialects.openai import OpenAIDialect
    from agents.llm.http_model import ANYWHERE, HttpModel
    from agents.llm.port import ChatRequest, TextDelta

    model = HttpModel(OpenAIDialect(), url, model=MODEL, api_key="sk", allowed=ANYWHERE)

    def run() -> tuple[int, float]:
        started, first, count = time.perf_counter(), 0.0, 0
        for event in model.stream(ChatRequest(question="Hello")):
            if isinstance(event, TextDelta):
                first = first or time.perf_counter() - started
                count += 1
        return count, first

    return run


def sdk(url: str) -> Client:
    import openai

    client = openai.OpenAI(base_url=url, api_key="sk", max_retries=0)

    def run() -> tuple[int, float]:
        started, first, count = time.perf_counter(), 0.0, 0
        stream = client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "Hello"}], stream=True
        )
        for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                first = first or time.perf_counter() - started
                count += 1
        return count, first

    return run


def pydantic_ai(url: str) -> Client:
    from pydantic_ai.direct import model_request_stream_sync
    from pydantic_ai.messages import ModelRequest, PartDeltaEvent, PartStartEvent
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    model = OpenAIChatModel(MODEL, provider=OpenAIProvider(base_url=url, api_key="sk"))

    def run() -> tuple[int, float]:
        started, first, count = time.perf_counter(), 0.0, 0
        with model_request_stream_sync(model, [ModelRequest.user_text_prompt("Hello")]) as stream:
            for event in stream:
                if isinstance(event, (PartStartEvent, PartDeltaEvent)):
                    first = first or time.perf_counter() - started
                    count += 1
        return count, first

    return run


def measure(run: Client) -> dict[str, float]:
    """Microseconds of this process's CPU a token; milliseconds to the first token, the median."""
    run()
    before, tokens = time.process_time(), 0
    firsts: list[float] = []
    for _ in range(STREAMS):
        count, first = run()
        tokens, firsts = tokens + count, [*firsts, first]
    spent = time.process_time() - before
    return {"cpu_us_per_token": 1e6 * spent / tokens, "first_token_ms": 1e3 * sorted(firsts)[len(firsts) // 2]}


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    with server() as url:
        httpx.get(f"{url}/models")
        ways = {"thin client": thin, "openai SDK": sdk, "pydantic-ai": pydantic_ai}
        found = {name: measure(way(url)) for name, way in ways.items()}
    print(f"{STREAMS} streams of {TOKENS} tokens, one after the other")
    print(f"{'way':<14}{'CPU µs a token':>16}{'first token ms':>16}")
    for name, figures in found.items():
        print(f"{name:<14}{figures['cpu_us_per_token']:>16.1f}{figures['first_token_ms']:>16.1f}")
    print(json.dumps({"streams": STREAMS, "tokens": TOKENS, "ways": found}))


if __name__ == "__main__":
    main()
