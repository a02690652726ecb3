"""The Explain page, part by part: weights, who listens to whom, what is missed without whom, feedback, faults."""
