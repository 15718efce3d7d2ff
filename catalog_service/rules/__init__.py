"""The register of rules: looking rules up, validating against them, their impact."""
