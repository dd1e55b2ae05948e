"""Documents that travel: the executed review notebook and its offline page."""
