"""One frozen dataclass and one builder per page. The web and the reports only render them."""
