"""What developers run in this repository; no part of the distribution."""
