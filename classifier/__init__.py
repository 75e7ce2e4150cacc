"""Which entry fits: from a question to a decision, with no network and no database."""
