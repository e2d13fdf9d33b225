"""Estimates: arrays in, frozen records out; no files, no registers, no plots."""
