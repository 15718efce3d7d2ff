"""Rules at work: how many pass over time, who offends, exceptions, and what a change would do."""
