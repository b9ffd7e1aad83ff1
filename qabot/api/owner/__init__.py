"""The policy owner's page, /owner: the corpus, builds, changes, gaps, feedback, keys."""
