"""Core: the web server with the API and the browser UI; the only part with state."""
