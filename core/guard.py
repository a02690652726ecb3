"""The bystander guard: whether whoever is seen and heard is the learner alone."""
