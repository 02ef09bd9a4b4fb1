"""OpenAI's own client, unchanged, against the running product."""

import asyncio
import time
from typing import Any

import httpx
import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from tests.agents.live.conftest import Company, Live

QUESTION: Any = [{"role": "user", "content": "How long does delivery take?"}]
TOOL: Any = {
    "type": "function",
    "function": {
        "name": "get_order",
        "description": "State of an order",
        "parameters": {"type": "object", "properties": {"order": {"type": "string"}}},
    },
}


def client_of(company: Company, key: str = "all", **options: Any) -> OpenAI:
    return OpenAI(base_url=f"{company.url}/v1", api_key=company.keys.get(key, key), max_retries=0, **options)


@pytest.fixture(scope="module")
def client(live: Live) -> OpenAI:
    return client_of(live.acme)


def test_an_answer_with_its_sources_and_its_cost(client: OpenAI, acme: Company) -> None:
    raw = client.chat.completions.with_raw_response.create(model=acme.agents["days-3"], messages=QUESTION)
    answer = raw.parse()
    assert answer.choices[0].message.content == "Delivery takes 3 days [1]."
    assert (answer.choices[0].finish_reason, answer.object) == ("stop", "chat.completion")
    extra = _extra(answer)
    assert extra["outcome"] == "answered"
    assert extra["citations"][0]["document_id"] == acme.document_id
    assert "3 days within Germany" in extra["citations"][0]["quote"]
    assert raw.headers["x-rapport-conversation"] == extra["conversation_id"]
    assert raw.headers["x-request-id"].startswith("req_")
    usage = answer.usage
    assert usage is not None
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (100, 9, 109)
    assert usage.prompt_tokens_details is not None
    assert usage.prompt_tokens_details.cached_tokens == 60
    _is_in_the_ledger(acme, extra["turn_id"], {"input_tokens": 40, "cached_input_tokens": 60, "output_tokens": 4})
    trace = acme.get(f"/v1/traces/{extra['trace_id']}")
    assert trace["turn_id"] == extra["turn_id"]
    assert trace["cost_micros"] > 0


def _extra(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = answer.model_extra["rapport"]
    return found


def _is_in_the_ledger(company: Company, turn_id: str, wanted: dict[str, int]) -> None:
    until = time.monotonic() + 60
    while True:
        rows = [each for each in company.get("/v1/usage?limit=100")["data"] if each["turn_id"] == turn_id]
        found = {each["meter"]: each["quantity"] for each in rows if each["step"] == "chat"}
        if wanted.items() <= found.items():
            return
        assert time.monotonic() < until, found
        time.sleep(0.1)


def test_an_agent_goes_by_its_name(client: OpenAI) -> None:
    answer = client.chat.completions.create(model="agent DAYS-3", messages=QUESTION)
    assert answer.choices[0].message.content == "Delivery takes 3 days [1]."


def test_a_stream_says_the_same_and_counts_at_its_end(client: OpenAI, acme: Company) -> None:
    stream = client.chat.completions.create(
        model=acme.agents["days-3"], messages=QUESTION, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert said == "Delivery takes 3 days [1]."
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.total_tokens == 109
    assert all(chunk.usage is None for chunk in chunks[:-1])
    assert _extra(chunks[-2])["citations"]


def test_a_withdrawn_answer_is_followed_by_what_stands(client: OpenAI, acme: Company) -> None:
    """The model claims 9 days, the document says 3: the text was sent, and is taken back in words."""
    stream = list(client.chat.completions.create(model=acme.agents["days-9"], messages=QUESTION, stream=True))
    said = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    assert said.startswith("Delivery takes 9 days [1].\n\nI am not sure enough of the answer")
    assert _extra(stream[-1])["is_replaced"] is True
    whole = client.chat.completions.create(model=acme.agents["days-9"], messages=QUESTION)
    assert "9 days" not in (whole.choices[0].message.content or "")
    assert _extra(whole)["outcome"] == "unknown"


def test_several_at_once_with_the_async_client(acme: Company) -> None:
    async def ask() -> list[str | None]:
        async with AsyncOpenAI(base_url=f"{acme.url}/v1", api_key=acme.keys["all"], max_retries=0) as client:
            create = client.chat.completions.create
            answers = await asyncio.gather(*(create(model=acme.agents["days-3"], messages=QUESTION) for _ in range(4)))
            stream = await create(model=acme.agents["days-3"], messages=QUESTION, stream=True)
            streamed = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
            return [answer.choices[0].message.content for answer in answers] + [streamed]

    assert asyncio.run(ask()) == ["Delivery takes 3 days [1]."] * 5


def test_messages_are_the_history_of_a_call_that_stands_alone(live: Live, client: OpenAI, acme: Company) -> None:
    earlier: Any = [
        {"role": "system", "content": "Speak like a pirate."},
        {"role": "user", "content": "I am in Germany."},
        {"role": "assistant", "content": "Good to know."},
    ]
    client.chat.completions.create(model=acme.agents["days-3"], messages=[*earlier, *QUESTION])
    sent = live.calls[-1]["messages"]
    assert [each["role"] for each in sent] == ["system", "user", "assistant", "user"]
    assert "Speak like a pirate." in sent[0]["content"]
    assert sent[1]["content"] == "I am in Germany."


def test_a_conversation_goes_on_by_its_header(live: Live, client: OpenAI, acme: Company) -> None:
    model, user = acme.agents["greet"], "customer-1"
    first = client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": "My name is Mara."}], user=user
    )
    conversation = _extra(first)["conversation_id"]
    for named in (
        {"extra_headers": {"X-Rapport-Conversation": conversation}},
        {"metadata": {"conversation": conversation}, "user": user},
    ):
        client.chat.completions.create(model=model, messages=QUESTION, **named)
    contents = [each["content"] for each in live.calls[-1]["messages"]]
    assert "My name is Mara." in contents
    assert len(acme.get(f"/v1/conversations/{conversation}/messages")["data"]) == 6


def test_one_contact_has_one_memory_and_calls_without_one_have_none(live: Live, client: OpenAI, acme: Company) -> None:
    model = acme.agents["greet"]
    told: Any = [{"role": "user", "content": "My name is Xaver."}]
    client.chat.completions.create(model=model, messages=told, user="customer-2")
    client.chat.completions.create(model=model, messages=QUESTION, user="customer-2")
    assert "Xaver" in live.calls[-1]["messages"][0]["content"]
    client.chat.completions.create(model=model, messages=told)
    client.chat.completions.create(model=model, messages=QUESTION)
    assert "Xaver" not in live.calls[-1]["messages"][0]["content"]


@pytest.mark.parametrize("is_streamed", [False, True])
def test_tools_are_called_by_the_caller(live: Live, client: OpenAI, acme: Company, is_streamed: bool) -> None:
    model, asked = acme.agents["tool-get_order"], [{"role": "user", "content": "Where is order A-7?"}]
    create: Any = client.chat.completions.create
    if is_streamed:
        chunks = list(create(model=model, messages=asked, tools=[TOOL], stream=True))
        [call] = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or []]
        finish = chunks[-1].choices[0].finish_reason
    else:
        first = create(model=model, messages=asked, tools=[TOOL], tool_choice="auto")
        [call] = first.choices[0].message.tool_calls
        finish = first.choices[0].finish_reason
        assert first.choices[0].message.content is None
    assert (finish, call.id, call.function.name) == ("tool_calls", "call_1", "get_order")
    assert call.function.arguments == '{"order": "A-7"}'
    assert live.calls[-1]["tools"] == [TOOL]
    called = {"role": "assistant", "tool_calls": [{"id": call.id, "type": "function", "function": dict(call.function)}]}
    back = {"role": "tool", "tool_call_id": call.id, "content": "order A-7 leaves on 12 May"}
    done = create(model=model, messages=[*asked, called, back], tools=[TOOL])
    assert done.choices[0].message.content == "The tool says: order A-7 leaves on 12 May."
    assert live.calls[-1]["messages"][-1]["content"] == "order A-7 leaves on 12 May"


def test_models_are_the_agents(client: OpenAI, acme: Company) -> None:
    assert {each.id for each in client.models.list()} == set(acme.agents.values())
    assert client.models.retrieve("Agent days-3").id == acme.agents["days-3"]


def test_embeddings_packed_and_plain(client: OpenAI, acme: Company) -> None:
    packed = client.embeddings.create(model="any", input=["Delivery takes three days.", "A shipment needs 3 days."])
    plain = client.embeddings.create(model="any", input="Delivery takes three days.", encoding_format="float")
    first, second = (each.embedding for each in packed.data)
    assert len(first) == len(plain.data[0].embedding) == 384
    assert max(abs(a - b) for a, b in zip(first, plain.data[0].embedding, strict=True)) < 1e-3
    assert sum(a * b for a, b in zip(first, second, strict=True)) > 0.6
    assert packed.usage.prompt_tokens > plain.usage.prompt_tokens > 0
    rows = [each for each in acme.get("/v1/usage?limit=100")["data"] if each["step"] == "embed_api"]
    assert {each["quantity"] for each in rows} >= {packed.usage.total_tokens, plain.usage.total_tokens}


# Errors: each as the client's own type.


def test_wrong_keys_and_scopes(live: Live) -> None:
    for key, wanted in (("rp_sk_live_nothing", openai.AuthenticationError), ("reads", openai.PermissionDeniedError)):
        with pytest.raises(wanted) as caught:
            client_of(live.acme, key).chat.completions.create(model="Agent days-3", messages=QUESTION)
        assert caught.value.code in {"not_authenticated", "permission_denied"}
        assert str(caught.value.request_id).startswith("req_")


def test_another_companys_agent_conversation_and_contact_are_not_there(live: Live, acme: Company) -> None:
    stranger = client_of(live.other)
    with pytest.raises(openai.NotFoundError) as caught:
        stranger.chat.completions.create(model=acme.agents["days-3"], messages=QUESTION)
    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")
    ours = client_of(acme).chat.completions.create(model=acme.agents["days-3"], messages=QUESTION)
    with pytest.raises(openai.NotFoundError) as caught:
        stranger.chat.completions.create(
            model=live.other.agents["days-3"],
            messages=QUESTION,
            extra_headers={"X-Rapport-Conversation": _extra(ours)["conversation_id"]},
        )
    assert caught.value.code == "conversation_not_found"


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "assistant", "content": "Hi"}]}, "messages"),
        ({"messages": [{"role": "robot", "content": "Hi"}]}, "messages.0.role"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            "messages.0.content",
        ),
        ({"messages": [{"role": "user", "content": "x" * 5000}]}, "text"),
        ({"n": 2}, "n"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"logprobs": True}, "logprobs"),
        ({"tools": [{"type": "magic"}]}, "tools.0"),
        ({"user": "member:1"}, "user"),
        ({"max_tokens": 0.5}, "max_completion_tokens"),
    ],
)
def test_what_cannot_be_is_named(client: OpenAI, acme: Company, wrong: dict[str, Any], param: str) -> None:
    create: Any = client.chat.completions.create
    with pytest.raises(openai.BadRequestError) as caught:
        create(**{"model": acme.agents["days-3"], "messages": QUESTION, **wrong})
    assert caught.value.param == param


def test_wrong_embeddings_are_named(client: OpenAI) -> None:
    wrongs: tuple[Any, ...] = ({"input": []}, {"input": [[1, 2]]}, {"input": ""}, {"input": "a", "dimensions": 5})
    for wrong in wrongs:
        with pytest.raises(openai.BadRequestError):
            client.embeddings.create(model="any", **wrong)


@pytest.mark.parametrize("is_streamed", [False, True])
def test_an_answer_that_fails_is_a_typed_error_and_not_paid_again(live: Live, acme: Company, is_streamed: bool) -> None:
    patient = OpenAI(base_url=f"{acme.url}/v1", api_key=acme.keys["all"])  # with the client's own retries
    before = len(live.calls)
    with pytest.raises(openai.APIError) as caught:
        list(patient.chat.completions.create(model=acme.agents["status-401"], messages=QUESTION, stream=is_streamed))
    assert caught.value.code == "model_refused_request"
    assert isinstance(caught.value, openai.InternalServerError) is not is_streamed
    assert len(live.calls) == before + 1


def test_a_client_that_goes_leaves_nothing_waiting(live: Live, acme: Company) -> None:
    headers = {"Authorization": f"Bearer {acme.keys['all']}"}
    body = {"model": acme.agents["slow-40"], "messages": QUESTION, "stream": True}
    with httpx.stream("POST", f"{acme.url}/v1/chat/completions", json=body, headers=headers, timeout=20) as response:
        conversation = response.headers["x-rapport-conversation"]
        for line in response.iter_lines():
            if "word" in line:
                break
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{acme.url}/v1/chat/completions", json=body | {"stream": False}, headers=headers, timeout=1)
    until = time.monotonic() + 60
    while len(acme.get(f"/v1/conversations/{conversation}/messages")["data"]) < 2:  # the turn goes on to its end
        assert time.monotonic() < until
        time.sleep(0.2)
    assert client_of(acme).models.list().data
