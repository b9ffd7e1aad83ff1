"""What the bot may do in a workspace, each with what needs it; the manifest asks for the same."""

SCOPES = {
    "app_mentions:read": "app_mention",
    "assistant:write": "assistant.threads.setSuggestedPrompts",
    "chat:write": "chat.postEphemeral, chat.postMessage",
    "commands": "/policy, Find the policy",
    "im:history": "message.im, conversations.history, conversations.replies",
    "reactions:write": "reactions.add, reactions.remove",
    "users:read": "users.info",
}
"""What every workspace grants."""

OPTIONAL_SCOPES = {
    "channels:history": "message.channels, conversations.replies",
    "groups:history": "message.groups, conversations.replies",
}
"""What a workspace may grant: to follow threads, and to answer unasked in chosen channels."""
