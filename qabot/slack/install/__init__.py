"""Workspaces that the bot is installed in, and whose token is used."""
