"""From a platform's labels and values to the application profile."""
