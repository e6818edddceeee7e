// A good call of each function. The fuzz test spoils these one part at a time, which reaches code that random input never does.
import { predictionOf, type Seeded, signature, spareUser } from "./seed.ts";

export type Body = Record<string, unknown>;

/** Changes nothing that another example needs, as far as that can be: the test calls them in any order, thousands of times. */
export function goodCalls(s: Seeded): Record<string, Body[]> {
  const version = { model: "fuzz", version: 1 };
  const job = { job_id: s.jobIds[0], attempt: 1 };
  const jobs = s.jobIds.map((job_id) => ({ job_id, attempt: 1 }));
  return {
    acknowledge_alert: [{ alert_id: s.alertId }],
    add_member: [{ user_id: spareUser, role: "viewer" }],
    begin_training: [{ job_id: s.trainingJobId, attempt: 1 }],
    cancel_job: [{ job_id: s.jobIds[1] }],
    check_drift: [{ model: "fuzz" }],
    check_promotion: [{ ...version, stage: "production" }],
    claim_jobs: [{
      worker_id: "fuzz",
      queues: ["default"],
      capabilities: { gpus: 1, gpu_memory_gb: 16, labels: ["a"] },
      max_jobs: 2,
      lease_seconds: 60,
    }],
    claim_webhook_deliveries: [{ max_deliveries: 2 }],
    complete_job: jobs.slice(2, 5).map((j) => ({ ...j, result: { ok: true } })),
    complete_jobs: [{ jobs: jobs.slice(5, 7).map((j) => ({ ...j, result: {} })) }],
    create_experiment: [{ name: "another", description: "x", tags: { a: "b" } }],
    create_training_dataset: [{
      name: "another",
      spine: "public.fuzz_spine",
      features: ["fuzz:score"],
      label: "label",
      event_time: "event_time",
      split: { train: 0.7, test: 0.3, method: "random", seed: 1 },
      fit: false,
    }],
    end_run: [{ run_id: s.runId, status: "finished" }],
    enqueue_job: [{
      kind: "fuzz",
      payload: { a: 1 },
      queue: "default",
      priority: 1,
      run_at: "2026-01-01T00:00:00Z",
      max_attempts: 2,
      unique_key: "k",
      requirements: { gpus: 1, gpu_memory_gb: 8, labels: ["a"] },
      depends_on: [s.jobIds[0]],
    }],
    enqueue_jobs: [{
      jobs: [{ kind: "fuzz", payload: {}, queue: "default", priority: 1 }, { kind: "fuzz", depends_on: [1] }],
    }],
    exchange_jobs: [{
      done: [],
      worker_id: "fuzz",
      queues: ["fuzz"],
      capabilities: {},
      max_jobs: 2,
      lease_seconds: 60,
    }],
    fail_job: jobs.slice(7, 9).map((j, i) => ({ ...j, error: "boom", retryable: i === 0 })),
    get_job: [{ job_id: s.jobIds[0] }],
    get_lineage: [{ kind: "model_version", id: String(s.versionId), direction: "upstream" }, {
      kind: "feature_view",
      id: "1",
      direction: "downstream",
    }],
    get_my_role: [{}],
    get_online_features: [{ features: ["fuzz:score"], entities: { id: [1, 2, 99] }, full_feature_names: true }],
    get_run: [{ run_id: s.runId }],
    get_serving_stats: [{ model: "fuzz", look_back: "1 hour" }],
    heartbeat_job: [{ ...job, progress: { step: 1 } }],
    log_batch: [{
      run_id: s.runId,
      metrics: [{ key: "loss", value: 0.5, step: 1, timestamp: "2026-01-01T00:00:00Z" }, { key: "acc", value: "NaN" }],
      params: { lr: 0.1 },
      tags: { a: "b" },
    }],
    log_job: [{ ...job, message: "hello", level: "info", fields: { a: 1 } }],
    // Enough of them, of different entities, for check_drift.
    log_predictions: [{
      predictions: Array.from({ length: 25 }, (_, i) => ({
        ...predictionOf(crypto.randomUUID(), { id: s.versionId, model_id: s.modelId }),
        entity_key: `[${i}]`,
      })),
    }],
    materialize_feature_view: [{ view: "fuzz", version: 1 }],
    model_health_report: [{ model: "fuzz", look_back: "1 day" }],
    promote_model: [{ ...version, stage: "archived", reason: "x" }, { ...version, stage: "staging" }, {
      ...version,
      stage: "production",
    }],
    queue_model_check: [{ ...version, kind: "security_scan", options: {} }],
    read_dataset: [{ dataset: "fuzz", split: "train", after_row: 0, max_rows: 10 }],
    record_evidence: [{ ...version, name: "accuracy", value: 0.9, passed: true, details: { rows: 1 } }],
    record_webhook_outcome: [{ delivery_id: s.deliveryId, attempt: 1, status: 200 }],
    redeliver_webhook: [{ delivery_id: s.deliveryId }],
    register_entity: [{ name: "another", join_keys: [{ name: "id", type: "int64" }], description: "x" }],
    register_feature_view: [{
      name: "another",
      entity: "fuzz",
      source: "public.fuzz_source",
      event_time: "at",
      features: [{
        name: "score",
        type: "float64",
        column: "score",
        transformation: { type: "log", offset: 1 },
        description: "x",
      }],
      ttl: "1 day",
      mode: "batch",
      description: "x",
    }],
    register_model_version: [{
      model: "fuzz",
      run_id: s.runId,
      artifact_sha256: s.sha256,
      artifact_bytes: 100,
      signature,
      framework: "scikit-learn",
      model_type: "logistic_regression",
      tags: { a: "b" },
      description: "x",
    }],
    register_webhook_endpoint: [{
      url: "https://example.com/other",
      event_types: ["model.promoted"],
      description: "x",
    }],
    release_job: jobs.slice(9, 11),
    remove_member: [{ user_id: spareUser }],
    remove_webhook_endpoint: [{ endpoint_id: s.spareEndpointId }],
    resolve_alert: [{ alert_id: s.alertId, resolution: "x" }],
    resolve_prediction: [{ model: "fuzz", entities: { id: [1, 2] }, version: 1 }],
    retire_feature_view: [{ view: "spare", version: 1 }],
    // Failed or cancelled by the examples above.
    retry_job: [...jobs.slice(1, 2), ...jobs.slice(7, 9)].map(({ job_id }) => ({ job_id })),
    set_monitor: [{
      model: "fuzz",
      config: { enabled: true, min_rows: 20, alpha: 0.05, look_back: "1 hour", retrain: false },
    }],
    set_promotion_policy: [{
      model: "fuzz",
      stage: "staging",
      requirements: {
        min: { accuracy: 0.1 },
        max: { inference_ms: 100 },
        passed: ["load_test"],
        not_worse_than_production: { metric: "accuracy", tolerance: 0.1 },
      },
    }, { model: "fuzz", stage: "production", requirements: { hours_in_staging: 1, min: { f1: 0.1 } } }],
    set_queue_settings: [{ queue: "fuzz", settings: { retain_days: 7 } }],
    start_run: [{ experiment: "fuzz", name: "x", parent_run_id: s.runId, tags: { a: "b" }, dataset: "fuzz" }],
    submit_feedback: [{ prediction_id: s.predictionId, actual: "1", rating: 3, comment: "x" }],
    train_model: [{
      config: {
        model: "fuzz",
        experiment: "fuzz",
        dataset: "fuzz",
        model_type: "gradient_boosting",
        params: { n_estimators: 10, learning_rate: 0.1, max_depth: 2, subsample: 1, min_samples_leaf: 1 },
        task: "classification",
        seed: 1,
        run_name: "x",
        max_attempts: 2,
        priority: 1,
        requirements: { gpus: 0 },
      },
    }],
    update_webhook_endpoint: [{
      endpoint_id: s.endpointId,
      url: "https://example.com/hook",
      event_types: ["*"],
      enabled: true,
    }],
  };
}
