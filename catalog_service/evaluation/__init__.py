"""How good the search is: judgements of stewards, measuring, and the results that are kept."""
