"""What a record must fulfil: rules, the gate, the report and the impact preview."""
