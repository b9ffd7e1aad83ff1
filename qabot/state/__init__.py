"""What the service remembers: keys, feedback, questions asked; in SQLite or PostgreSQL."""
