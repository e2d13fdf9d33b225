"""A mapping that cannot be changed, for the fields of frozen definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V", covariant=True)


class FrozenMapping(Mapping[K, V]):
    """A mapping without a way to change it; equal to any mapping with the same items, hashable, to be pickled.

    Examples
    --------
    >>> quota = FrozenMapping({"meer": 10})
    >>> quota, quota == {"meer": 10}, len({quota, FrozenMapping({"meer": 10})})
    ({'meer': 10}, True, 1)
    >>> quota["meer"] = 11
    Traceback (most recent call last):
    TypeError: 'FrozenMapping' object does not support item assignment
    """

    def __init__(self, items: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        self._items = dict(items)

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)
