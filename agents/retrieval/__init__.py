"""Finding passages: arms, fusion, packing."""

from agents.retrieval.fusion import ArmEvidence, RetrievedPassage
from agents.retrieval.retriever import Arm, Beyond, Question, RetrievalResult, Retriever

__all__ = ["Arm", "ArmEvidence", "Beyond", "Question", "RetrievalResult", "RetrievedPassage", "Retriever"]
