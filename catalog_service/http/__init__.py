"""What every request goes through: middleware, problems, negotiation, language, who asks."""
