-- Long chunks: a run's history is read by run and key, so every chunk costs it a probe, and callers choose the time stamps.
select ml_private.as_time_series('ml.run_metrics', 'logged_at', interval '90 days')
where not ml_private.is_time_series('ml.run_metrics');
