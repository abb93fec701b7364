"""The API V2 that Kaseya BMS and Pulseway PSA share, read only: one client, told apart by a Product."""
