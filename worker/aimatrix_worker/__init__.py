"""The worker of AIMatrix ML: claims jobs over HTTPS, does them, and records what came out."""

__version__ = "0.1.0"
