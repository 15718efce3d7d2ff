"""Taking part: what people ask for, object to, apply for, and made of the data."""
