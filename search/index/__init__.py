"""What is indexed of a dataset, and the index that keeps it: embedded or Elasticsearch."""
