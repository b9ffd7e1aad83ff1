"""What every edge shares: the live build, answers remembered, links, words, logs."""
