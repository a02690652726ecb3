"""`edu-emotionnet bench`: the time of one hop by part, compared with a naive implementation, and recognisers."""
