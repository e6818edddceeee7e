"""The security scan of a model file. Nothing here runs or loads a model; one file is one concern."""
