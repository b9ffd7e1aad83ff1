"""The HTTP service: answers, policies and feedback as JSON, pages for people, tools for agents."""
