"""A language model's word about answers that were given: of a part of them that the agent says, afterwards."""
