"""The source catalogue (数源目录): which department a data item comes from (R35)."""
