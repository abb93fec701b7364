"""A simulated Datto Autotask PSA: strict about headers, queries, thresholds and rights."""
