"""What people do in Slack, and the work that it makes."""
