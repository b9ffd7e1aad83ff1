"""What the service and the Slack bot remember, in SQLite or PostgreSQL."""
