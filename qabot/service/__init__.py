"""What HTTP, agents' tools and Slack share: one path for every question, the live build, logs."""
