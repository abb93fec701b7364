"""A simulated PSA of the family that Kaseya BMS and Pulseway PSA are, as strict as their sheets allow."""
