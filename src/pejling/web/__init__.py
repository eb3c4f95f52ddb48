"""HTML, htmx, sign-in. Renders pages; holds no rule."""
