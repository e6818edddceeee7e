select ml_private.as_time_series('ml.job_events', 'created_at', interval '1 day', interval '30 days')
where not ml_private.is_time_series('ml.job_events');
