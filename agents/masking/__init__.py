"""Personal data out of what a model reads, and back into what it says. A model behind a provider sees placeholders;
contacts, tools and people see what was written."""
