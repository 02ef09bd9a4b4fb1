"""The graph of a contact's memory."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from agents.memory.graph.model import Graph
from rapport.ids import Prefix


class GraphNodeSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="Names it within this answer; the contact's is contact.")
    kind = serializers.CharField(help_text="contact, person, company, place, order, product, event or value")
    name = serializers.CharField()
    is_named = serializers.BooleanField(help_text="Else it is known only by what it is to the contact (sister).")


class GraphEvidenceSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="said, record (an event of your own systems), told (by your people) or tool")
    text = serializers.CharField(help_text="What says it, as far as it can be quoted.")
    at = serializers.DateTimeField()
    message_id = PublicId(Prefix.MESSAGE, allow_null=True)
    conversation_id = PublicId(Prefix.CONVERSATION, allow_null=True)
    event_id = PublicId(Prefix.EVENT, allow_null=True)


class GraphRelationSerializer(serializers.Serializer[Any]):
    source = serializers.CharField(help_text="The key of a node.")  # type: ignore[assignment]
    kind = serializers.CharField(help_text="A kind of fact, what somebody is to the contact, or contains.")
    target = serializers.CharField(help_text="The key of a node.")
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_to = serializers.DateTimeField(allow_null=True)
    valid_precision = serializers.CharField(source="precision", help_text="moment, day, week, month or year")
    fact_id = PublicId(Prefix.FACT, allow_null=True, help_text="Of the fact that it follows from, where it does.")
    evidence = GraphEvidenceSerializer(many=True)


class MemoryGraphSerializer(serializers.Serializer[Any]):
    """Worked out from facts and events with every call; kept nowhere."""

    nodes = serializers.SerializerMethodField()
    relations = GraphRelationSerializer(many=True)

    @extend_schema_field(GraphNodeSerializer(many=True))
    def get_nodes(self, graph: Graph) -> Any:
        return GraphNodeSerializer(list(graph.nodes.values()), many=True).data
