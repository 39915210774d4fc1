"""Requests that belong to no kind of resource, a module for each noun."""
