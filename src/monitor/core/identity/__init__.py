"""Who is calling: passwords, sessions, API keys, limits on guessing, and what rights follow from."""
