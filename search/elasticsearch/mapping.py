"""How Elasticsearch holds a product's document."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    # A deletion is remembered this long, so that an older write that comes late stays refused.
    "gc_deletes": "1h",
    "analysis": {
        "filter": {"english": {"type": "stemmer", "language": "english"}},
        "analyzer": {
            "text": {
                "tokenizer": "standard",
                "filter": ["lowercase", "asciifolding", "english"],
            },
            "words": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding"]},
            "whole": {"tokenizer": "keyword", "filter": ["lowercase", "asciifolding"]},
        },
    },
}

_TEXT = {"type": "text", "analyzer": "text", "copy_to": "everything"}
_KEYWORD = {"type": "keyword"}
# What begins with a prefix is found by its words, and by the whole.
_PREFIXES = {
    "words": {"type": "text", "analyzer": "words"},
    "whole": {"type": "text", "analyzer": "whole"},
}

MAPPINGS: dict[str, Any] = {
    # Fields of a newer release do not break the writes of an older one, nor widen its mapping.
    "dynamic": False,
    "properties": {
        "id": _KEYWORD,
        "name": {**_TEXT, "fields": _PREFIXES},
        "title": _KEYWORD,
        "brand": {**_KEYWORD, "copy_to": ["brand_text", "everything"], "fields": _PREFIXES},
        "brand_text": {"type": "text", "analyzer": "text"},
        "category_path": _KEYWORD,
        "category_names": _TEXT,
        "description": _TEXT,
        "codes": {**_KEYWORD, "copy_to": "everything"},
        "options": _TEXT,
        "attributes": _KEYWORD,
        "attribute_keys": _KEYWORD,
        "attribute_words": _TEXT,
        "everything": {"type": "text", "analyzer": "text"},
        "price_minor": {"type": "long"},
        "in_stock": {"type": "boolean"},
        "created_at": {"type": "long"},
    },
}


def source(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored of a document; its time is kept in microseconds, as PostgreSQL does."""
    return {**document, "created_at": (document["created_at"] - _EPOCH) // _MICROSECOND}
