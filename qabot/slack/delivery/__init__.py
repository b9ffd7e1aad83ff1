"""How Slack reaches the bot, over HTTP or Socket Mode, and who may."""
