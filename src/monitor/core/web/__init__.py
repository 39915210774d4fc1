"""The only place that knows HTTP: calls, who is calling, sockets, the browser UI."""
