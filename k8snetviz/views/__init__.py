"""Tables in, pictures out: plotly figures with a static SVG; no verdict is computed here."""
