"""Models as ONNX files: written, run, held against their originals, described by a signature, stored under their hash."""
