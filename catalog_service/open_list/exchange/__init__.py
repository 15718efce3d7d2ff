"""Lists as workbooks: written for people's Excel, and what was edited there taken back."""
