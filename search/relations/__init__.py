"""What hangs together: relations among datasets, told from their descriptions, with evidence."""
