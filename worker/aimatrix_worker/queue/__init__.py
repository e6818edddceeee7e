"""Where jobs come from and how they end: the poller claims one, its lease keeps it, stopping hands it back."""
