"""The servers as they are now: the only place that talks to agents."""
