"""Finding passages: arms, fusion, packing."""

from agents.retrieval.fusion import ArmEvidence, RetrievedPassage
from agents.retrieval.retriever import Arm, RetrievalResult, Retriever

__all__ = ["Arm", "ArmEvidence", "RetrievalResult", "RetrievedPassage", "Retriever"]
