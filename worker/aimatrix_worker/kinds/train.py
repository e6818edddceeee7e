"""`train`: fit, validate, export, register. Every step can be repeated: after a crash the next attempt makes the same version."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version as package_version
from typing import Any

import numpy as np

from aimatrix_worker import __version__
from aimatrix_worker.data.classes import Classes
from aimatrix_worker.data.dataset import Dataset, missing_and_remedy, name_missing, read_dataset
from aimatrix_worker.data.preparation import Preparation
from aimatrix_worker.errors import JobRefused
from aimatrix_worker.evaluation.evidence import Evidence
from aimatrix_worker.evaluation.exam import arranged, read_exam, where
from aimatrix_worker.evaluation.held_out import HeldOut
from aimatrix_worker.evaluation.production import measure_beside
from aimatrix_worker.evaluation.registered import NotMeasurable, RegisteredVersion
from aimatrix_worker.export.onnx_model import TOLERANCE
from aimatrix_worker.export.signature import Signature, build_signature
from aimatrix_worker.messages import Message, parse
from aimatrix_worker.models import find_model_type
from aimatrix_worker.models.model_type import FitData, Fitted, Iteration
from aimatrix_worker.queue.job_context import JobContext
from aimatrix_worker.training.candidate import Candidate, prepare_candidate
from aimatrix_worker.training.reference_scores import record_reference_scores
from aimatrix_worker.training.request import Training, TrainPayload, begin_training, fit_model, read_params
from aimatrix_worker.training.run_log import RunLog, read_logged_steps


class VersionNumber(Message):
    version: int


def run(context: JobContext) -> dict[str, Any]:
    context.payload(TrainPayload)
    training = begin_training(context.platform, context.job.id, context.job.attempt)
    run_log = RunLog(context.platform, training.run_id, context.job.attempt, read_logged_steps(context.platform, training.run_id))
    params = read_params(training.config)
    dataset = load(context, training)
    train = dataset.splits["train"]
    classes = Classes.of(train.labels)
    exam = dataset if training.evaluation is None else read_exam(context, training.evaluation)
    held_out = find_held_out(training, dataset, exam, classes)
    log_params(run_log, training, params.model_dump(), dataset, held_out)
    preparation = Preparation.of(train)
    warn_of_collapsed_columns(context, dataset, preparation)
    fitted = fit(context, run_log, training, dataset, classes, preparation, held_out)
    candidate = prepare_candidate(context, fitted, preparation, dataset.features, held_out)
    for name, value in {**candidate.measurement.values, "inference_ms": candidate.inference_ms}.items():
        run_log.metric(name, value)
    run_log.flush()
    registered = register(context, training, dataset, classes, candidate)
    evidence = Evidence(context, training.model, registered.version)
    record_candidate(evidence, candidate, exam, held_out)
    complete = not find_model_type(training.config.model_type).takes_missing
    record_reference_scores(context, evidence, candidate, dataset, exam, held_out, complete)
    production = None
    if training.production is not None and training.production.version != registered.version:
        only_held_out = replace(exam, splits=dict([exam.held_out()]))
        production = measure_production(context, only_held_out, classes, registered, training.production, evidence)
    run_log.end()
    return summary(training, registered.version, fitted, candidate, held_out, production)


def load(context: JobContext, training: Training) -> Dataset:
    name = training.dataset
    context.report("read dataset")
    kept_back = training.kept_back or []
    dataset = read_dataset(
        context.platform, name, on_page=lambda rows: context.report("read dataset", rows=rows), left_out=kept_back
    )
    if kept_back:
        context.log(f"{len(kept_back)} rows are among the evaluation data {training.evaluation!r}: nothing is learned from them")
    missing = dataset.missing()
    if not find_model_type(training.config.model_type).takes_missing:
        dataset = dataset.complete()
    if "train" not in dataset.splits or len(dataset.splits["train"]) == 0:
        kept = f" beside the {len(kept_back)} that the evaluation data keeps back" if kept_back else ""
        raise JobRefused(f"dataset {name!r} has no complete row in its train split{kept}{missing_and_remedy(missing)}")
    skipped = {split: rows.skipped for split, rows in dataset.splits.items() if rows.skipped}
    if skipped:
        counts = ", ".join(f"{count} of {split}" for split, count in sorted(skipped.items()))
        takes_all = not missing or find_model_type(training.config.model_type).takes_missing
        why = "the label" if takes_all else f"a feature ({name_missing(missing)}) or the label"
        context.log(f"rows left out because {why} is missing: {counts}", "warning", skipped=skipped, missing=missing)
    warn_of_empty_columns(context, dataset)
    return dataset


def warn_of_empty_columns(context: JobContext, dataset: Dataset) -> None:
    """Of which no train row holds a value; only model types that take missing values come so far."""
    train = dataset.splits["train"]
    columns = [column for column, count in dataset.missing({"train"}).items() if count == len(train)]
    if columns:
        named = ", ".join(columns[:10]) + (f" and {len(columns) - 10} more" if len(columns) > 10 else "")
        context.log(f"no train row holds a value of {named}: nothing is learned from that", "warning", columns=columns[:100])


def warn_of_collapsed_columns(context: JobContext, dataset: Dataset, preparation: Preparation) -> None:
    """One value in most rows, far from all others, as a 0 that stands for none: beside that distance the others are one."""
    features = dataset.splits["train"].features
    names = preparation.columns(dataset.features)
    for at, before, after in preparation.scaling.collapsed(features):
        column = features[:, at]
        values, counts = np.unique(column[~np.isnan(column)], return_counts=True)
        common, share = values[counts.argmax()], counts.max() / counts.sum()
        message = (
            f"{names[at]}: of {before} different values the model tells {after} apart, as {share:.0%} of the rows hold"
            f" {common:g}, far from the others; if that stands for no value, give null instead"
        )
        context.log(message, "warning", column=names[at], before=before, after=after)


def find_held_out(training: Training, dataset: Dataset, exam: Dataset, classes: Classes) -> HeldOut:
    if exam is not dataset:
        exam = arranged(exam, dataset.features)
        exam = exam if find_model_type(training.config.model_type).takes_missing else exam.complete()
    return HeldOut.of(*exam.held_out(), classes, exam.name)


def measure_production(
    context: JobContext,
    exam: Dataset,
    classes: Classes,
    own: RegisteredVersion,
    production: RegisteredVersion,
    evidence: Evidence,
) -> dict[str, float] | None:
    """Its figures, or none and the reason in the job's log: the version is no worse for it, but cannot replace that one yet."""
    try:
        return measure_beside(context, exam, classes, own, production, evidence)
    except NotMeasurable as reason:
        message = f"not measured beside version {production.version} in production: {reason}"
        context.log(message, "warning", production_version=production.version)
        return None


def log_params(run_log: RunLog, training: Training, params: dict[str, Any], dataset: Dataset, held_out: HeldOut) -> None:
    framework = find_model_type(training.config.model_type).framework
    run_log.describe(
        {
            **params,
            "model_type": training.config.model_type,
            "seed": training.config.seed,
            "dataset": dataset.name,
            "features": len(dataset.features),
            "train_rows": len(dataset.splits["train"]),
            "held_out_rows": len(held_out.rows),
            "held_out_split": held_out.split,
            "validation_loss_split": dataset.watched((held_out.split, held_out.rows))[0],
        },
        # Tags, since another worker may take the run over and params never change.
        {"worker": __version__, framework.replace("-", "_"): package_version(framework)},
    )


def fit(
    context: JobContext,
    run_log: RunLog,
    training: Training,
    dataset: Dataset,
    classes: Classes,
    preparation: Preparation,
    held_out: HeldOut,
) -> Fitted:
    train = dataset.splits["train"]
    watched_split, watched = dataset.watched((held_out.split, held_out.rows))

    def observe(step: Iteration) -> None:
        context.report(
            "fit",
            iteration=step.number,
            iterations=step.total,
            train_loss=round(step.train_loss, 6),
            validation_loss=round(step.validation_loss, 6),
        )
        run_log.metric("train_loss", step.train_loss, step.number)
        run_log.metric("validation_loss", step.validation_loss, step.number)

    data = FitData(
        classes,
        preparation.apply(train),
        classes.indices(train.labels, "train split"),
        preparation.apply(watched),
        classes.indices(watched.labels, f"{watched_split} split"),
    )
    fitted = fit_model(training.config, data, observe)
    run_log.flush()
    if not fitted.converged:
        context.log(f"the optimiser did not converge within {fitted.iterations} iterations: raise max_iter", "warning")
    return fitted


def register(
    context: JobContext, training: Training, dataset: Dataset, classes: Classes, candidate: Candidate
) -> RegisteredVersion:
    """The last moment before others see something: ask first whether the job is still ours."""
    context.confirm()
    context.report("register")
    signature = build_signature(dataset.features, classes, find_model_type(training.config.model_type).takes_missing)
    row = context.platform.call(
        "register_model_version",
        model=training.model,
        run_id=training.run_id,
        artifact_sha256=candidate.sha256,
        artifact_bytes=candidate.size,
        signature=signature,
        framework=find_model_type(training.config.model_type).framework,
        model_type=training.config.model_type,
        tags={"format": "onnx"},
        description="",
        attempt=context.job.attempt,
    )
    version = parse(VersionNumber, row, "answer of register_model_version").version
    described = parse(Signature, signature, "signature of the trained model")
    return RegisteredVersion(version=version, artifact_sha256=candidate.sha256, signature=described)


def record_candidate(evidence: Evidence, candidate: Candidate, exam: Dataset, held_out: HeldOut) -> None:
    rows = where(exam, held_out)
    evidence.record_measurement(candidate.measurement, rows)
    evidence.record("inference_ms", candidate.inference_ms, details={"what": "median of one row in ONNX Runtime, one thread"})
    evidence.record("onnx_parity", candidate.parity, True, {**rows, "tolerance": TOLERANCE})
    evidence.record(
        "integration_test",
        candidate.round_trip,
        candidate.round_trip <= TOLERANCE,
        {**rows, "what": "stored, fetched back by hash, loaded and run", "sha256": candidate.sha256, "bytes": candidate.size},
    )


def summary(
    training: Training,
    version: int,
    fitted: Fitted,
    candidate: Candidate,
    held_out: HeldOut,
    production: dict[str, float] | None,
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "model": training.model,
        "version": version,
        "run_id": training.run_id,
        "artifact_sha256": candidate.sha256,
        "artifact_bytes": candidate.size,
        "iterations": fitted.iterations,
        "converged": fitted.converged,
        "held_out_split": held_out.split,
        "held_out_rows": len(held_out.rows),
        "metrics": candidate.measurement.values,
        "inference_ms": candidate.inference_ms,
        "onnx_parity": candidate.parity,
    }
    if training.production is not None:
        result["production_version"] = training.production.version
        result["production_metrics"] = production
    return result
