"""Processes: the supervisor, the web workers and the worker that projects."""
