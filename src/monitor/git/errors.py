"""What git could not do, in a sentence for people."""


class GitFailed(Exception):
    """Git could not do it, or was not asked to because a value can't be. The message says why, without secrets."""


class GitCancelled(Exception):
    """The work was cancelled."""
