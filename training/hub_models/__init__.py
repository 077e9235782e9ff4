"""Tiny models with random weights in the hub's file layout, for tests of the hub engine."""
