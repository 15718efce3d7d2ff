"""Sample sets (样本数据集): drawn from conditional datasets, compared, released, published."""
