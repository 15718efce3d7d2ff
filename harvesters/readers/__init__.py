"""Reading files: open lists, portal records, RDF, workbooks."""
