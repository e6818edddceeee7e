"""From a `train` job to a candidate for the registry: what is asked for, the run's log, the candidate, its reference scores."""
