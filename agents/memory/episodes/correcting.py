"""On the phone, what was said is what was heard: an answer that is cut off is remembered no further than that."""

from uuid import UUID

from agents.memory.episodes.indexing import forget_conversations
from agents.models import Episode


def correct_episode(*, message_id: UUID, text: str) -> None:
    """In the open transaction, with its conversation held. "" when nothing of it was heard: then nothing was said. What
    makes the conversation findable had more words: it is made anew with the next turn, or at night."""
    rows = Episode.objects.filter(message_id=message_id).exclude(text=text)
    conversations = set(rows.values_list("conversation_id", flat=True)) - {None}
    if not conversations:
        return
    if text:
        rows.update(text=text)
    else:
        rows.delete()
    forget_conversations([each for each in conversations if each])
