"""Elasticsearch as the search index, for several machines."""

from search.index.elastic.index import ElasticIndex

__all__ = ["ElasticIndex"]
