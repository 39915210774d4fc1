"""Git, used by Core and agents: what a source may be, the environment git runs in, and fetching."""
