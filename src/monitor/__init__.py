"""Monitor: run many servers from one place."""

__version__ = "0.1.0"
