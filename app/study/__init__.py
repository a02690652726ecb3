"""Research studies: the study form, consent and withdrawal of participants."""
