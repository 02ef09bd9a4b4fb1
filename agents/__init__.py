"""What answers: agents, conversations, the turn, its model, retrieval, memory and traces."""
