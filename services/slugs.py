import re
import unicodedata

LONGEST_SLUG = 200


def slugify(words: str, otherwise: str) -> str:
    """Make a slug of words, or `otherwise` where they have no Latin letter or digit."""
    # Decomposition parts letters from their accents, which then are dropped: é is kept as e.
    latin = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall("[a-z0-9]+", latin.lower()))[:LONGEST_SLUG].strip("-")
    return slug or otherwise
