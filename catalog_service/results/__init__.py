"""What people made of public data: checked, shown, linked with the datasets, distinguished."""
