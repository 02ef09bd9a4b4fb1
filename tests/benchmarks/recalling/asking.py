"""The questions of all dialogues, asked of the product's search and of plain ones."""

import time
from collections.abc import Iterator, Sequence
from uuid import UUID

from agents.memory.episodes.embedding import embedder_of
from agents.memory.episodes.finding import EpisodeSearch, Looked, Wanted
from agents.memory.episodes.ranking import ARM_WEIGHTS, PRIOR_WEIGHTS, Weights, rank
from tests.benchmarks.finding.plain import PlainBM25, PlainVectors
from tests.benchmarks.recalling.dialogues import CUTOFFS, Dialogue
from tests.benchmarks.recalling.loading import load, make_company

Found = list[list[list[str]]]  # by dialogue and question: turns' ids, best first


class Asker:
    """Loads the dialogues when it is made. `milliseconds`: of the product's asking, each question."""

    parts = tuple(name for name in (*ARM_WEIGHTS, *PRIOR_WEIGHTS) if name != "facts")

    def __init__(self, dialogues: Sequence[Dialogue]) -> None:
        tenant_id = make_company("bench-memory")
        self._dialogues = dialogues
        self._loaded = [load(tenant_id, each) for each in dialogues]
        self._search = EpisodeSearch(deadline_seconds=60)
        self.embedder = embedder_of(tenant_id)
        self.milliseconds: list[float] = []

    def ask_product(self) -> Found:
        return [self._ask(number) for number in range(len(self._dialogues))]

    def _ask(self, number: int) -> list[list[str]]:
        loaded, lists = self._loaded[number], []
        for wanted in self._wanted(number):
            started = time.perf_counter()
            found = self._search.find(loaded.tenant_id, wanted)
            self.milliseconds.append((time.perf_counter() - started) * 1000)
            lists.append([loaded.turns[each.message_id] for each in found.episodes])
        return lists

    def _wanted(self, number: int) -> Iterator[Wanted]:
        dialogue, contact_id = self._dialogues[number], self._loaded[number].contact_id
        for question in dialogue.questions:
            yield Wanted(contact_id, question.text, dialogue.asked_at, CUTOFFS[-1], dialogue.names[1])

    def ask_without(self, names: Sequence[str]) -> dict[str, Found]:
        """With each of the parts left out: what is looked at is looked at once, and ranked for each."""
        found: dict[str, Found] = {name: [] for name in names}
        for number, loaded in enumerate(self._loaded):
            episodes = loaded.episodes()
            looks = [self._search.look(loaded.tenant_id, wanted) for wanted in self._wanted(number)]
            for name in names:
                weights = Weights().without(name)
                found[name].append([[episodes[each] for each in _ranked(looked, weights)] for looked in looks])
        return found

    def ask_plain(self, name: str) -> Found:
        found: Found = []
        for dialogue in self._dialogues:
            turns = dialogue.turns
            texts = [f'{dialogue.names[turn.speaker]} said, "{turn.text}"' for turn in turns]
            plain = PlainBM25(texts) if name == "plain BM25" else PlainVectors(texts, self.embedder)
            found.append([[turns[n].id for n in plain.rank(each.text)[: CUTOFFS[-1]]] for each in dialogue.questions])
        return found


def _ranked(looked: Looked, weights: Weights) -> list[UUID]:
    places = rank(looked.searched, looked.asked, looked.vector, limit=CUTOFFS[-1], weights=weights)
    return [looked.searched.blocks[place.block].id_of(place.turn) for place in places]
