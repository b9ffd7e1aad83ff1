"""Text to vectors, and question and passage to a judgement."""
