"""Each question once: taken on, answered, posted."""
