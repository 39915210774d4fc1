"""The agent on every server: it watches the host and its Docker, and does what Core asks."""
