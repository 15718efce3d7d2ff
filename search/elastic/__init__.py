"""Elasticsearch as the search engine, for several machines."""

from search.elastic.engine import ElasticEngine

__all__ = ["ElasticEngine"]
