"""Plain text, and web pages saved as such."""
