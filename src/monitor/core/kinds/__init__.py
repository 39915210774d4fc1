"""The kinds of resource: one module each, and the engine they share."""
