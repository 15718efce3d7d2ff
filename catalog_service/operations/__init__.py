"""Running the service: processes, health, doctor, index commands, the demonstration."""
