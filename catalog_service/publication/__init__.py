"""What tells other programs of this catalogue: sitemaps, robots.txt, OpenSearch, data.json."""
