"""What passes between a child and its supervisor: JSON, never pickled objects, and of limited size.

The child parses strangers' files, so nothing it says may run code in the process that holds the keys.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any

LARGEST_MESSAGE = 4_000_000
"""Bytes of one message."""


def send(pipe: Connection[Any, Any], message: Mapping[str, Any]) -> None:
    """Send one message.

    Raises
    ------
    OSError
        Nobody listens any more.
    """
    pipe.send_bytes(json.dumps(message, ensure_ascii=False).encode())


def receive(pipe: Connection[Any, Any]) -> dict[str, Any]:
    """Return the next message.

    Raises
    ------
    EOFError, OSError
        The other side is gone, or sent more than a message may hold.
    ValueError
        It is not a message.
    """
    content = json.loads(pipe.recv_bytes(LARGEST_MESSAGE))
    if not isinstance(content, dict) or not isinstance(content.get("say"), str):
        raise ValueError("not a message")
    return content
