"""One-class classification: every detector, with its second stages side by side."""
