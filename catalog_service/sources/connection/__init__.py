"""How a source is connected to its platform: settings, secrets, and who gets its notices."""
