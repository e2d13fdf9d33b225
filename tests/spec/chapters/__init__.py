"""The chapters of the page, in its order."""

from tests.spec.chapters import (
    arbeidsplicht,
    figure,
    instroom,
    perioden,
    term,
    traject,
    uitstroom,
    unknown,
    werk,
)
from tests.spec.framework import Chapter

CHAPTERS: tuple[Chapter, ...] = (
    figure.CHAPTER,
    perioden.CHAPTER,
    instroom.CHAPTER,
    term.CHAPTER,
    arbeidsplicht.CHAPTER,
    traject.CHAPTER,
    uitstroom.CHAPTER,
    werk.CHAPTER,
    unknown.CHAPTER,
)
