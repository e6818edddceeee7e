"""A stand-in for the platform: a real HTTP server on loopback with the same functions, fencing and forms of error.

Whoever calls a function by a wrong argument name, without a key or with a stale attempt is refused as PostgREST and ml.* would.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
import uuid
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from typing import Any

import numpy as np
from fake_http import WORKER_JWT, Refused, handler_for
from fake_limits import EVIDENCE_DETAILS, SIGNATURE, check_json, check_object
from fake_queue import FakeJob, FakeQueue

from aimatrix_worker.export.onnx_model import OnnxModel

# Around a call: before(name, arguments, how many times it was called) may raise Refused or return a status to answer.
Hook = Callable[[str, dict[str, Any], int], int | None]


class FakePlatform(FakeQueue):
    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.RLock()
        self.trainings: dict[int, dict[str, Any]] = {}
        self.datasets: dict[str, dict[str, Any]] = {}
        self.params: dict[str, dict[str, str]] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.metrics: dict[str, list[dict[str, Any]]] = {}
        self.run_status: dict[str, str] = {}
        self.versions: list[dict[str, Any]] = []
        self.evidence: list[dict[str, Any]] = []
        self.trained_on: dict[tuple[str, int], list[int]] = {}
        self.objects: dict[str, bytes] = {}
        self.calls: list[tuple[float, str, dict[str, Any]]] = []
        self.before: Hook = lambda _name, _arguments, _count: None
        self.after: Hook = lambda _name, _arguments, _count: None
        self.predict: Callable[[dict[str, Any]], tuple[int, Any]] = self.answer_prediction
        self.page_rows = 200
        self.token = WORKER_JWT
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(self))
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    # What tests arrange and look at.

    def add_job(self, kind: str, payload: dict[str, Any], **columns: Any) -> FakeJob:
        with self.lock:
            job = FakeJob(len(self.jobs) + 1, kind, payload, **columns)
            self.jobs[job.id] = job
            return job

    def add_training(
        self, dataset: str, config: dict[str, Any], production: dict[str, Any] | None = None, **pinned: Any
    ) -> FakeJob:
        training_id = len(self.trainings) + 1
        run_id = str(uuid.uuid4())
        self.trainings[training_id] = {
            "run_id": run_id,
            "dataset": dataset,
            "config": config,
            "production": production,
            "evaluation": pinned.get("evaluation"),
            "kept_back": pinned.get("kept_back"),
        }
        self.run_status[run_id] = "scheduled"
        return self.add_job("train", {"training_id": training_id})

    def job_of(self, run_id: str) -> FakeJob:
        training_id = next(number for number, training in self.trainings.items() if training["run_id"] == run_id)
        return next(job for job in self.jobs.values() if job.payload == {"training_id": training_id})

    def names(self) -> list[str]:
        return [name for _at, name, _arguments in self.calls]

    def calls_of(self, name: str) -> list[dict[str, Any]]:
        return [arguments for _at, called, arguments in self.calls if called == name]

    def latest_evidence(self, version: int) -> dict[str, dict[str, Any]]:
        return {row["name"]: row for row in self.evidence if row["version"] == version}

    def expire_leases(self) -> None:
        """All leases run out and are taken back; until then a late heartbeat would have renewed them."""
        with self.lock:
            for job in self.jobs.values():
                job.lease_ends = 0.0
            self.take_back_leases()

    def fence(self, run_id: str, attempt: int | None) -> None:
        job = self.job_of(run_id)
        if attempt is None:
            raise Refused(409, "PT409", f"the run {run_id} is executed by job {job.id}", "lease_required")
        self.held(job.id, attempt)

    # The functions.

    def rpc_begin_training(self, *, job_id: int, attempt: int) -> dict[str, Any]:
        job = self.held(job_id, attempt)
        training = self.trainings[job.payload["training_id"]]
        self.run_status[training["run_id"]] = "running"
        return {"training_id": job.payload["training_id"], "model": training["config"]["model"], **training}

    def rpc_read_dataset(self, *, dataset: str, split: str | None, after_row: int, max_rows: int) -> dict[str, Any]:
        if dataset not in self.datasets:
            raise Refused(404, "PT404", f"no dataset is named '{dataset}'", "dataset_not_found")
        stored = self.datasets[dataset]
        split_at = stored["columns"].index("split")
        rows = [row for row in stored["rows"] if row[0] > after_row and split in (None, row[split_at])]
        page = rows[: min(max_rows, self.page_rows)]
        more = len(rows) > len(page)
        return {**stored, "rows": page, "next_after": page[-1][0] if more else None}

    def rpc_rows_trained_on(self, *, dataset: str, model: str, version: int, split: str | None = None) -> list[int]:
        learned = self.trained_on.get((dataset, version), [])
        side = {row[0] for row in self.datasets[dataset]["rows"] if split is None or row[1] == split}
        return [row_id for row_id in learned if row_id in side]

    def rpc_log_batch(
        self, *, run_id: str, metrics: list[Any], params: dict[str, Any], tags: dict[str, Any], attempt: int | None = None
    ) -> dict[str, int]:
        self.fence(run_id, attempt)
        if len(metrics) > 1000:
            raise Refused(400, "22023", "metrics holds more than 1000", "too_many_metrics")
        known = self.params.setdefault(run_id, {})
        for key, value in params.items():
            if known.setdefault(key, str(value)) != str(value):
                raise Refused(409, "PT409", f"param {key} was {known[key]}", "param_changed")
        self.tags.setdefault(run_id, {}).update(tags)
        self.metrics.setdefault(run_id, []).extend(metrics)
        return {"metrics": len(metrics), "params": len(params), "tags": len(tags)}

    def rpc_get_run(self, *, run_id: str) -> dict[str, Any]:
        latest: dict[str, dict[str, Any]] = {}
        for metric in self.metrics.get(run_id, []):
            if metric["step"] >= latest.get(metric["key"], metric)["step"]:
                latest[metric["key"]] = metric
        return {"id": run_id, "status": self.run_status[run_id], "metrics": latest, "params": self.params.get(run_id, {})}

    def rpc_end_run(self, *, run_id: str, status: str, attempt: int | None = None) -> dict[str, Any]:
        self.fence(run_id, attempt)
        self.run_status[run_id] = status
        return {"id": run_id, "status": status}

    def rpc_register_model_version(
        self,
        *,
        model: str,
        run_id: str,
        artifact_sha256: str,
        artifact_bytes: int,
        signature: dict[str, Any],
        framework: str,
        model_type: str,
        tags: dict[str, Any],
        description: str,
        attempt: int,
    ) -> dict[str, Any]:
        self.held(self.job_of(run_id).id, attempt)
        check_json(signature, "signature", SIGNATURE)
        if len(self.objects.get(artifact_sha256, b"")) != artifact_bytes:
            raise Refused(404, "PT404", f"no artifact {artifact_sha256}", "artifact_not_found")
        assert (framework, description, tags) == ("scikit-learn", "", {"format": "onnx"})
        for row in self.versions:
            if row["run_id"] == run_id and row["artifact_sha256"] == artifact_sha256:
                return row
        version = 1 + sum(row["model"] == model for row in self.versions)
        row = {"model": model, "version": version, "run_id": run_id, "artifact_sha256": artifact_sha256}
        row |= {"signature": signature, "model_type": model_type}
        self.versions.append(row)
        return row

    def rpc_record_evidence(
        self,
        *,
        model: str,
        version: int,
        name: str,
        value: float | None,
        passed: bool | None,
        details: dict[str, Any],
        job_id: int,
        attempt: int,
    ) -> dict[str, Any]:
        if value is None and passed is None:
            raise Refused(400, "22023", "value and passed must not both be null", "invalid_argument")
        if value is not None and not math.isfinite(value):
            raise Refused(400, "22023", f"value must be a finite number, not {value}", "not_finite")
        check_object(details, "details", EVIDENCE_DETAILS)
        self.held(job_id, attempt)
        row = {"model": model, "version": version, "name": name, "value": value, "passed": passed}
        row |= {"details": details, "job_id": job_id}
        self.evidence.append(row)
        return row

    # Storage and the inference function.

    def upload(self, name: str, content: bytes) -> tuple[int, Any]:
        assert hashlib.sha256(content).hexdigest() == name
        if name in self.objects:
            return 400, {"statusCode": "409", "error": "Duplicate", "message": "The resource already exists"}
        self.objects[name] = content
        return 200, {"Key": f"ml-artifacts/{name}"}

    def answer_prediction(self, body: dict[str, Any]) -> tuple[int, Any]:
        row = next((v for v in self.versions if (v["model"], v["version"]) == (body["model"], body["version"])), None)
        if row is None:
            return 404, {"code": "PT404", "message": "no such version", "details": "version_not_found", "hint": ""}
        model = OnnxModel(self.objects[row["artifact_sha256"]])
        text = sum(len(tensor["columns"]) for tensor in row["signature"]["inputs"] if tensor.get("type") == "string")
        inputs = np.array(body["inputs"], dtype=object)
        width = inputs.shape[1] - text
        answers = model.probabilities(inputs[:, :width].astype(np.float64), inputs[:, width:])
        return 200, {"predictions": [{"id": "x", "probabilities": [float(p) for p in answer]} for answer in answers]}

    def dispatch(self, name: str, arguments: dict[str, Any]) -> tuple[int, Any]:
        """One call, with the hooks around it. The lock makes each a transaction."""
        with self.lock:
            self.calls.append((time.monotonic(), name, arguments))
            count = self.names().count(name)
        forced = self.before(name, arguments, count)
        if forced is not None:
            return forced, {"message": "forced by a test"}
        with self.lock:
            method = getattr(self, f"rpc_{name}", None)
            if method is None:
                raise Refused(404, "PGRST202", f"Could not find the function ml.{name}")
            try:
                answer = method(**arguments)
            except TypeError as error:
                raise Refused(404, "PGRST202", f"Could not find the function ml.{name} with these arguments: {error}") from error
        self.after(name, arguments, count)
        return 200, answer
