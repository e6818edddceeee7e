"""AIMatrix ML from Python: a project's functions by name, its datasets as NumPy arrays, pandas or Arrow.

import aimatrix

project = aimatrix.connect()  # SUPABASE_URL, SUPABASE_KEY, SUPABASE_TOKEN
train = project.dataset("churn").read(split="train").to_pandas()
"""

from aimatrix.columns import Column
from aimatrix.connection import Connection
from aimatrix.dataset import Dataset, Table
from aimatrix.errors import (
    AimatrixError,
    AnswerNotUnderstood,
    DownloadTooLarge,
    MissingExtra,
    PlatformRefused,
    PlatformUnavailable,
    SettingsError,
    TokenRefused,
)
from aimatrix.http import HttpClient, Patience
from aimatrix.pages import DatasetFeature
from aimatrix.project import Project, connect
from aimatrix.version import __version__

__all__ = [
    "AimatrixError",
    "AnswerNotUnderstood",
    "Column",
    "Connection",
    "Dataset",
    "DatasetFeature",
    "DownloadTooLarge",
    "HttpClient",
    "MissingExtra",
    "Patience",
    "PlatformRefused",
    "PlatformUnavailable",
    "Project",
    "SettingsError",
    "Table",
    "TokenRefused",
    "__version__",
    "connect",
]
