"""A part of the answers is judged by a model: once, paid for, under a cap, and shown where the answer is looked at."""

from uuid import UUID

import pytest

from agents.configuration.sections.judging import Judging
from agents.judging.judging import judge_answer
from agents.judging.reply import LONGEST_REASON, Scores, read_scores
from agents.judging.sampling import is_sampled, may_be_judged
from agents.llm.gateway import Gateway
from agents.models import Judgement, Trace, Turn
from agents.selectors import get_trace_of_turn, without_content
from agents.selectors.judgements import averages_by_version
from agents.topics import TURN_TO_JUDGE
from billing.models import BudgetHold, Spend
from billing.own_prices import set_own_price
from billing.selectors import list_usage
from rapport.events.inline import deliver_now
from rapport.events.models import OutboxEvent
from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.agents.conftest import Ask
from tests.agents.inbox.test_summary import configure
from tests.agents.llm.own_keys import add_key, allow
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor
from tests.providers.running import Running

MODEL = "mock-told"
QUESTION = "How long does delivery take?"
SAID = '{"grounded": 0.9, "relevant": 1, "complete": 0.5, "reason": "Islands are left out."}'


@pytest.fixture
def server(running: Running, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Running:
    running.providers.forget()
    allow(monkeypatch, running)
    add_key(cast.acme, running, "sk-acme", MODEL)
    for meter in ("input_tokens", "output_tokens"):
        set_own_price(
            tenant_id=cast.acme.tenant_id, model=MODEL, meter=meter, micros_per_million=2_000_000, actor=SYSTEM
        )
    running.providers.texts[MODEL] = (SAID,)
    return running


def switch_on(cast: Cast, share: int = 100, **more: int) -> None:
    configure(cast, models={"judge": [MODEL]}, judging={"share_percent": share, **more})


def judge(cast: Cast, turn_id: UUID) -> bool:
    return judge_answer(tenant_id=cast.acme.tenant_id, turn_id=turn_id, gateway=Gateway(sleep=lambda _: None))


def judgements(cast: Cast) -> list[Judgement]:
    with tenant_scope(cast.acme.tenant_id):
        return list(Judgement.objects.all())


def test_an_answer_is_judged_once_by_its_event_and_paid_for(server: Running, cast: Cast, ask: Ask) -> None:
    tenant_id = cast.acme.tenant_id
    switch_on(cast)
    turn_id = ask(QUESTION, scripted_parts()).turn_id
    deliver_now()
    [row] = judgements(cast)
    assert (row.grounded, row.relevant, row.complete, row.reason) == (0.9, 1.0, 0.5, "Islands are left out.")
    assert (row.turn_id, row.agent_version, row.model) == (turn_id, 2, MODEL)
    assert not judge(cast, turn_id)
    assert len(server.providers.asked) == 1
    [fact] = {row.step: row for row in list_usage(tenant_id=tenant_id, limit=100) if row.step == "judge"}.values()
    assert fact.cost_micros > 0
    with tenant_scope(tenant_id):
        assert Trace.objects.get(outcome="judgement").cost_micros > 0
        assert not BudgetHold.objects.exclude(turn_id=turn_id).exists(), "nothing stays aside"
        spent = Spend.objects.get(subject=f"judging:{cast.acme.agent_id.hex}")
    assert spent.held_micros == 0 < spent.micros


def test_the_judge_is_told_question_answer_and_sources_and_not_more_than_models_may_know(
    server: Running, cast: Cast, ask: Ask
) -> None:
    switch_on(cast)
    configure(cast, guardrails={"mask_personal_data": True})
    assert judge(cast, ask(f"I am quokka@example.com. {QUESTION}", scripted_parts()).turn_id)
    told = str(server.providers.asked[-1].body)
    assert QUESTION in told
    assert "[1] Delivery: Standard delivery takes 3 days" in told
    assert "quokka" not in told


def test_nobody_is_asked_where_judging_is_off_or_the_day_s_money_is_spent(
    server: Running, cast: Cast, ask: Ask
) -> None:
    configure(cast, models={"judge": [MODEL]})
    assert not judge(cast, ask(QUESTION, scripted_parts()).turn_id)
    switch_on(cast, day_micros=1)
    assert not judge(cast, ask(QUESTION, scripted_parts()).turn_id)
    assert server.providers.asked == []
    assert judgements(cast) == []


def told_to_judge() -> int:
    return OutboxEvent.objects.filter(payload__type=TURN_TO_JUDGE).count()


def test_an_event_of_its_own_tells_of_answers_that_are_judged_and_of_no_others(
    server: Running, cast: Cast, ask: Ask
) -> None:
    """A subscription to every turn would cost every agent, and most have none judged."""
    ask(QUESTION, scripted_parts())
    assert told_to_judge() == 0
    switch_on(cast)
    ask("Where is my wombat?", scripted_parts(texts=()))  # nothing was claimed
    assert told_to_judge() == 0
    ask(QUESTION, scripted_parts())
    assert told_to_judge() == 1


def test_of_versions_that_are_compared_the_published_one_says_whether(cast: Cast) -> None:
    with tenant_scope(cast.acme.tenant_id):
        turn = Turn(id=new_id(), outcome="answered")
    off = Judging(share_percent=0)
    assert may_be_judged(off, turn, "chat", is_compared=True)
    assert not may_be_judged(off, turn, "chat", is_compared=False)
    assert not may_be_judged(Judging(share_percent=100), turn, "test", is_compared=True)
    assert may_be_judged(Judging(share_percent=100), turn, "phone", is_compared=False)


def test_a_cap_stops_before_it_is_spent(server: Running, cast: Cast, ask: Ask) -> None:
    """Each call keeps its worst case aside, so what is spent in a day stays under the cap."""
    cap = 4_000
    switch_on(cast, day_micros=cap)
    judged = [judge(cast, ask(QUESTION, scripted_parts()).turn_id) for _ in range(12)]
    assert judged[0]
    assert not judged[-1]
    with tenant_scope(cast.acme.tenant_id):
        spent = Spend.objects.get(subject=f"judging:{cast.acme.agent_id.hex}")
    assert 0 < spent.micros <= cap
    assert len(server.providers.asked) == sum(judged)


def test_what_claims_nothing_is_not_judged(server: Running, cast: Cast, ask: Ask) -> None:
    switch_on(cast)
    assert not judge(cast, ask("Where is my wombat?", scripted_parts(texts=())).turn_id)
    assert server.providers.asked == []


@pytest.mark.parametrize(
    "said",
    [
        "It is fine.",
        '{"grounded": 0.9, "relevant": 1}',
        '{"grounded": 1.2, "relevant": 1, "complete": 1, "reason": ""}',
        '{"grounded": true, "relevant": 1, "complete": 1, "reason": ""}',
        '{"grounded": "high", "relevant": 1, "complete": 1, "reason": ""}',
        '{"grounded": NaN, "relevant": 1, "complete": 1, "reason": ""}',
        '{"grounded": 1, "relevant": 1, "complete": 1, "reason": ["x"]}',
        "[1, 1, 1]",
        "",
    ],
)
def test_a_reply_that_is_no_judgement_is_not_kept(said: str) -> None:
    assert read_scores(said) is None


def test_a_judgement_may_stand_in_a_sentence_and_its_reason_is_short() -> None:
    long = '{"grounded": 1, "relevant": 0.5, "complete": 0, "reason": "%s"}' % ("long " * 200)
    read = read_scores(f"Here it is:\n```json\n{long}\n```")
    assert read
    assert (read.grounded, read.relevant, read.complete) == (1.0, 0.5, 0.0)
    assert len(read.reason) <= LONGEST_REASON
    assert read_scores('{"grounded":1,"relevant":1,"complete":1}') == Scores(1, 1, 1, "")


def test_what_was_refused_costs_and_keeps_no_scores(server: Running, cast: Cast, ask: Ask) -> None:
    switch_on(cast)
    server.providers.texts[MODEL] = ("I would rather not.",)
    assert not judge(cast, ask(QUESTION, scripted_parts()).turn_id)
    assert judgements(cast) == []
    assert [row.step for row in list_usage(tenant_id=cast.acme.tenant_id, limit=100)].count("judge") > 0


def test_a_share_is_kept_and_a_turn_is_always_in_it_or_not() -> None:
    turns = [UUID(int=number) for number in range(5_000)]
    found = [is_sampled(each, 10) for each in turns]
    assert found == [is_sampled(each, 10) for each in turns]
    assert 0.08 < sum(found) / len(turns) < 0.12
    assert not any(is_sampled(each, 0) for each in turns)
    assert all(is_sampled(each, 100) for each in turns)
    assert all(is_sampled(each, 20) for each, was in zip(turns, found, strict=True) if was)


def test_it_stands_at_the_trace_and_in_the_average_of_the_version(
    server: Running, cast: Cast, visitor: Visitor, ask: Ask
) -> None:
    tenant_id, agent_id = cast.acme.tenant_id, cast.acme.agent_id
    switch_on(cast)
    turn_ids = [ask(QUESTION, scripted_parts()).turn_id for _ in range(2)]
    assert judge(cast, turn_ids[0])
    server.providers.texts[MODEL] = ('{"grounded": 0.7, "relevant": 0, "complete": 0.5, "reason": ""}',)
    assert judge(cast, turn_ids[1])
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=turn_ids[0])
    assert trace.judgement
    assert trace.judgement.scores == (0.9, 1.0, 0.5)
    hidden = without_content(trace).judgement
    assert hidden
    assert (hidden.scores, hidden.reason) == (trace.judgement.scores, "")
    averages = averages_by_version(tenant_id=tenant_id, agent_id=agent_id, versions=[1, 2])
    assert set(averages) == {2}
    found = averages[2]
    assert found.count == 2
    assert (found.grounded, found.relevant, found.complete) == pytest.approx((0.8, 0.5, 0.5))
    assert averages_by_version(tenant_id=cast.other.tenant_id, agent_id=agent_id, versions=[2]) == {}
