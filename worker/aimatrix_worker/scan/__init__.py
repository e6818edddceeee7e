"""The security scan of a model file, in a process of its own. Nothing here runs or loads a model; one file is one concern."""
