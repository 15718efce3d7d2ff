"""The badge of high-quality datasets: criteria that the operator fills in, decided by day."""
