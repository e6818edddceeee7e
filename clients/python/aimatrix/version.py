"""The version of this package, which a request names."""

__version__ = "0.1.0"
