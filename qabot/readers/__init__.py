"""Policy files to canonical text: a reader a format."""
