select ml_private.as_time_series('ml.predictions', 'served_at', interval '1 day', retain => interval '90 days')
where not ml_private.is_time_series('ml.predictions');

select ml_private.as_time_series('ml.prediction_refusals', 'refused_at', interval '1 day', retain => interval '90 days')
where not ml_private.is_time_series('ml.prediction_refusals');
