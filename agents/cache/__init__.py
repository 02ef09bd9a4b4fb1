"""Not paying twice: a question that was answered before, or one like it, is answered from what was kept."""
