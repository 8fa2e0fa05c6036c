"""Footbridge: a federated exchange of good practice. One room for each thing; see CONTRIBUTING."""
