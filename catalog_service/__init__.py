"""The service: journal, projections, graph, SPARQL, accounts, API, pages and CLI."""
