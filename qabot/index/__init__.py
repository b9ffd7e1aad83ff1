"""The index: vectors, words and texts of one corpus, built once, searched many times."""
