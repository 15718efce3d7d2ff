"""Elasticsearch as the search engine, for several machines."""

from search.index.elastic.index import ElasticEngine

__all__ = ["ElasticEngine"]
