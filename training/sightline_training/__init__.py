"""Sightline's training: synthetic scenes, a small CLIP, a decoder that answers, and their export to ONNX."""
