"""What a record is: terms, vocabularies, the record itself and its canonical form."""
