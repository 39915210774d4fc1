"""What Monitor does: durable runs, their output, their Updates, busy locks, and cancel."""
