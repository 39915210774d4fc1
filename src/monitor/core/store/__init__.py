"""The only place that knows a database. `protocol` is what the rest of Core may ask of it."""
