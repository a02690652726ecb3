"""Research studies: the study form, consent and participants."""
