"""Every story of every simulated PSA, played from the question to the proof: a table per PSA, a row per story."""
