-- What a webhook endpoint can ask for.

insert into ml.event_types (name, description) values
    ('job.queued', 'A job was enqueued, or goes back into the queue after a failed attempt'),
    ('job.running', 'A worker claimed a job'),
    ('job.progress', 'A worker reported progress'),
    ('job.succeeded', 'A job ended well'),
    ('job.failed', 'A job failed for good'),
    ('job.cancelled', 'A job was cancelled'),
    ('model.registered', 'A model version was registered'),
    ('model.promoted', 'A model version moved up to staging or production'),
    ('model.archived', 'A model version was taken out of use by hand'),
    ('alert.opened', 'Monitoring opened an alert'),
    ('alert.acknowledged', 'Somebody has taken an alert on'),
    ('alert.severity_changed', 'What an unresolved alert tells of has become worse, or better'),
    ('alert.reopened', 'What a resolved alert told of is back within the cooldown'),
    ('alert.resolved', 'An alert was resolved')
on conflict (name) do update set description = excluded.description;
