"""What every command shares: output, opening a catalogue, help in two languages."""
