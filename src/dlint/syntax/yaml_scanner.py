from __future__ import annotations

from collections.abc import Callable
from typing import Any


def careful_parser(text: str) -> Callable[[], Any]:
    from ruamel.yaml.parser import Parser
    from ruamel.yaml.reader import Reader
    from ruamel.yaml.scanner import Scanner

    class Loader:
        comment_handling = False
        processing_version = (1, 1)
        doc_infos: list[Any] = []

        def __init__(self) -> None:
            self._reader = self._scanner = self._parser = None
            self._resolver = self

    loader = Loader()
    Reader(text, loader=loader)
    Scanner(loader=loader)
    return Parser(loader=loader).get_event
