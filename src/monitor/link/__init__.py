"""The link between Core and the agents: keys, sealing, frames, and the commands Core may give."""
