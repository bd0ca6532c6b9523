"""Documents of the worker of the scene."""


def make(cast) -> dict:
    """The document in use."""
    return {"document": cast["worker"].documents.get(is_current=True).pk}
