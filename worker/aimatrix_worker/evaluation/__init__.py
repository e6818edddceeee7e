"""How good a version is: metrics and their baselines, the rows that measure, the version in production beside it, load."""
