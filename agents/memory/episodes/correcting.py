"""On the phone, what was said is what was heard: an answer that is cut off is remembered no further than that."""

from uuid import UUID

from agents.memory.episodes.indexing import forget_conversations
from agents.models import Episode


def correct_episode(*, message_id: UUID, text: str) -> None:
    """In the open transaction, with its conversation held. "" when nothing of it was heard: then nothing was said.
    Episodes are never changed, and no role of the app could: another one takes its place. What makes the conversation
    findable had more words: it is made anew with the next turn, or at night."""
    rows = list(Episode.objects.filter(message_id=message_id).exclude(text=text))
    if not rows:
        return
    Episode.objects.filter(id__in=[row.id for row in rows]).delete()
    for row in rows:
        row.text = text
    Episode.objects.bulk_create(rows if text else [])
    forget_conversations([row.conversation_id for row in rows if row.conversation_id])
