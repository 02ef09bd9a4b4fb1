"""The board of an experiment: real turns go through both versions, and its figures are those that were written down as
it went."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import comb
from statistics import mean
from uuid import UUID

import pytest
from django.test import Client

from agents.experiments.intervals import mean_interval, median_places, wilson
from agents.feedback.rating import Judge, Opinion, rate_answer
from agents.llm.port import ChatEvent, ChatRequest, Finished, TextDelta, Usage
from agents.models import Trace, Turn
from agents.selectors.experiments import ArmView, get_experiment
from agents.services import AgentChanges, Arm, make_candidate, start_experiment, update_agent
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM, user_actor, visitor_actor
from tenants.context import tenant_scope
from tests.agents.conftest import Ask
from tests.agents.scripted import quote_first, scripted_parts
from tests.cast import Cast, make_visitor

BOLD = "Promise much."
QUESTIONS = ("How long does delivery take?", "Do you deliver at night?", "I want to talk to a person.")


@dataclass
class Tally:
    """What one version did, as it was seen by whoever asked."""

    contacts: set[UUID] = field(default_factory=set)
    outcomes: Counter[str] = field(default_factory=Counter)
    grounded: Counter[bool] = field(default_factory=Counter)
    thumbs: Counter[bool] = field(default_factory=Counter)
    micros: list[int] = field(default_factory=list)
    times: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Held:
    experiment_id: UUID
    tallies: dict[int, Tally]


def answer(request: ChatRequest) -> Iterator[ChatEvent]:
    """Quotes what was found; told to promise much, it promises at night what no passage says."""
    if BOLD in request.instructions and "night" in request.question:
        yield TextDelta("We deliver in 47 minutes at night.")
        yield Usage(input=400, output=40)
        yield Finished("answered", 0.9)
        return
    yield from quote_first(request)


def thumb(number: int, version: int) -> bool | None:
    """Every third says nothing; version 2 is liked less."""
    return None if number % 3 == 0 else version == 1 or number % 2 == 0


@pytest.fixture
def held(cast: Cast, ask: Ask) -> Held:
    """Twenty-four visitors ask three questions each of the versions that they were given."""
    tenant_id, agent_id = cast.acme.tenant_id, cast.acme.agent_id
    changes = AgentChanges(instructions=BOLD)
    update_agent(tenant_id=tenant_id, agent_id=agent_id, changes=changes, actor=SYSTEM, publish=False)
    candidate = make_candidate(tenant_id=tenant_id, agent_id=agent_id, actor=SYSTEM)
    arms = [Arm(1, 50), Arm(candidate, 50)]
    experiment = start_experiment(tenant_id=tenant_id, agent_id=agent_id, name="Bold", arms=arms, actor=SYSTEM)
    tallies: dict[int, Tally] = {1: Tally(), candidate: Tally()}
    for number in range(24):
        visitor = make_visitor(cast.acme)
        turns = [ask(text, scripted_parts(answer), visitor).turn_id for text in QUESTIONS]
        with tenant_scope(tenant_id):
            traces = [Trace.objects.prefetch_related("spans").get(turn_id=each) for each in turns]
            answers = list(Turn.objects.filter(id__in=turns).order_by("id").values_list("answer_id", flat=True))
        [version] = {each.agent_version for each in traces}
        tally = tallies[version]
        tally.contacts.add(visitor.contact_id)
        for trace in traces:
            tally.outcomes[trace.outcome] += 1
            tally.micros.append(trace.cost_micros)
            tally.times.append(trace.duration_us)
            for span in trace.spans.all():  # read with its trace: outside the scope there are none
                if span.name == "rapport.grounding":
                    tally.grounded[span.attributes["gen_ai.evaluation.score.label"] == "grounded"] += 1
        if (opinion := thumb(number, version)) is not None and answers[0]:
            judge = Judge(visitor_actor(visitor.contact_id), contact_id=visitor.contact_id)
            rate_answer(tenant_id=tenant_id, message_id=answers[0], judge=judge, opinion=Opinion(opinion))
            tally.thumbs[opinion] += 1
            staff = Judge(user_actor(cast.alice.id), staff_id=cast.alice.id)  # a colleague's word is not a customer's
            rate_answer(tenant_id=tenant_id, message_id=answers[0], judge=staff, opinion=Opinion(is_good=False))
    return Held(experiment, tallies)


def board(cast: Cast, held: Held) -> dict[int, ArmView]:
    found = get_experiment(tenant_id=cast.acme.tenant_id, experiment_id=held.experiment_id)
    return {each.version: each for each in found.arms}


def test_its_figures_are_what_happened(cast: Cast, held: Held) -> None:
    arms = board(cast, held)
    assert set(arms) == set(held.tallies)
    for version, tally in held.tallies.items():
        arm, asked = arms[version], sum(tally.outcomes.values())
        assert len(tally.contacts) >= 4, "both versions were really asked"
        assert (arm.contacts, arm.conversations) == (len(tally.contacts), len(tally.contacts))
        assert arm.questions == asked == 3 * len(tally.contacts)
        for share, count in (
            (arm.answered, tally.outcomes["answered"]),
            (arm.unknown, tally.outcomes["unknown"]),
            (arm.handed_off, tally.outcomes["handed_off"]),
        ):
            assert (share.count, share.whole) == (count, asked)
            assert share.share == pytest.approx(count / asked)
            assert (share.low, share.high) == wilson(count, asked)
        assert (arm.grounded.count, arm.grounded.whole) == (tally.grounded[True], sum(tally.grounded.values()))
        assert (arm.liked.count, arm.liked.whole) == (tally.thumbs[True], sum(tally.thumbs.values()))
        assert arm.cost_micros == sum(tally.micros)
        assert arm.cost_per_question
        assert arm.cost_per_question.value == round(mean(tally.micros))
        assert arm.cost_per_question.low <= arm.cost_per_question.value <= arm.cost_per_question.high
        assert arm.median
        assert arm.median.value == sorted(tally.times)[(asked + 1) // 2 - 1]
        assert arm.median.low <= arm.median.value <= arm.median.high


def test_it_tells_the_versions_apart(cast: Cast, held: Held) -> None:
    """What version 2 promises at night stands nowhere: it is taken back, and the board shows it."""
    arms = board(cast, held)
    plain, bold = arms.pop(1), arms.popitem()[1]
    assert plain.grounded.share == 1.0 > bold.grounded.share
    assert bold.grounded.high < 1.0
    assert (plain.unknown.count, bold.unknown.count) == (0, len(held.tallies[bold.version].contacts))
    assert plain.handed_off.count == plain.contacts
    assert bold.liked.share < plain.liked.share
    assert bold.cost_per_question_micros != plain.cost_per_question_micros


def test_the_page_shows_them(cast: Cast, held: Held, alice_client: Client) -> None:
    page = alice_client.get(f"/agents/{encode(Prefix.AGENT, cast.acme.agent_id)}/experiments/").content.decode()
    for words in ("Grounded", "Thumbs up", "Handed over", "Cost a question"):
        assert words in page
    assert page.count('class="interval"') == 10, "five shares of two versions"


def test_nobody_else_sees_the_board(cast: Cast, held: Held, charlie_client: Client) -> None:
    path = f"/agents/{encode(Prefix.AGENT, cast.acme.agent_id)}/experiments/"
    assert charlie_client.get(path).status_code == 404


@pytest.mark.parametrize("of", [6, 7, 20, 99, 100, 1_001])
def test_the_median_is_between_the_places_in_19_of_20_samples(of: int) -> None:
    """Whatever is measured: how many of a sample are under the median is binomial."""
    low, high = median_places(of)
    assert 0 <= low < high <= of - 1
    sure = sum(comb(of, below) for below in range(low + 1, high + 1)) / 2**of
    assert sure >= 0.95
    narrower = sum(comb(of, below) for below in range(low + 3, high - 1)) / 2**of
    assert of < 20 or narrower < 0.95


def test_a_mean_of_one_has_no_spread_and_none_is_below_nothing() -> None:
    assert mean_interval(5.0, 0.0, 1) == (5.0, 5.0)
    assert mean_interval(1.0, 10.0, 4) == pytest.approx((0.0, 10.8), abs=0.01)
    assert mean_interval(100.0, 10.0, 100) == pytest.approx((98.04, 101.96), abs=0.01)
