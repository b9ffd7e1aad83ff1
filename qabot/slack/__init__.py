"""The bot that a support agent asks in Slack."""
