"""The wire shapes of simulated platforms, one module each."""
