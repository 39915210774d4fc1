"""Masking lives in `monitor.redact`, which agents use too."""

from monitor.redact import LONG_LINE, LineMasker, Redactor, is_long

__all__ = ["LONG_LINE", "LineMasker", "Redactor", "is_long"]
