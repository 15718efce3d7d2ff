"""The data itself: files fetched, profiled in a process of their own, and told without rows."""
