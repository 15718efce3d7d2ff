"""Reports of every month, quarter and year, for a department, a district and the whole city."""
