"""What a model sees: the rows of a dataset, their classes, and numbers and text prepared alike in training and in the graph."""
