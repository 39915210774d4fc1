"""Figures of servers over time."""
