"""Tests of what happens when a run dies or two meet."""
