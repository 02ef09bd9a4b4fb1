"""Files that come with messages: what kind they are, where their bytes are, and who may have them."""
