"""The semantic cache on questions whose right answer is known: how often it answers, and how often wrongly."""
