"""OAI-PMH 2.0 over this catalogue, for libraries and harvesters that speak it."""
