"""Benchmarks: ratios within one run, never assertions. ``make bench`` runs them all."""
