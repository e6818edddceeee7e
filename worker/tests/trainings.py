"""`train` jobs that several tests run, and what scikit-learn itself fits for them."""

from __future__ import annotations

from typing import Any

from fake_platform import FakePlatform
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

BOOSTING = {"model": "tumours", "model_type": "gradient_boosting", "params": {"n_estimators": 40}, "seed": 3}
LOGISTIC = {"model": "tumours", "model_type": "logistic_regression", "params": {"C": 0.5}, "seed": 3}


def train(platform: FakePlatform, work_once: Any, dataset: dict[str, Any], config: dict[str, Any], production: Any = None) -> Any:
    platform.datasets["cut"] = dataset
    job = platform.add_training("cut", config, production)
    assert work_once() == 1
    return job


def reference_model(config: dict[str, Any]) -> Any:
    if config is BOOSTING:
        return GradientBoostingClassifier(n_estimators=40, random_state=3)
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.5))
