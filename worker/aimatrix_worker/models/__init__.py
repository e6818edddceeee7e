"""Model types: how each is fitted, and what all of them share."""
