"""Grams of a text for substring search: every character and every pair of neighbours (facts: GIN on text[]).

Three-character pieces are useless for Chinese given names, which have one or two characters. The SQL function
and the Python function agree; queries are built in Python and asked as ``bigrams(name) @> query``.
"""

import itertools
import string
import unicodedata

_FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase, " ·")

# Core PostgreSQL only. substr() counts code points, so characters beyond the BMP stay whole; translate() instead
# of lower() keeps the result free of the collation, as an index expression needs.
BIGRAMS_SQL = """
CREATE OR REPLACE FUNCTION bigrams(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce(array_agg(DISTINCT substr(folded, place, size) COLLATE "C"), ARRAY[]::text[])
    FROM (SELECT translate(value, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ ·', 'abcdefghijklmnopqrstuvwxyz') AS folded)
             AS text,
         generate_series(1, 2) AS size,
         generate_series(1, char_length(folded) - size + 1) AS place
$$;
"""
DROP_BIGRAMS_SQL = "DROP FUNCTION IF EXISTS bigrams(text);"


def bigrams(text):
    """Return the sorted grams of a text: single characters and pairs, without spaces, dots and ASCII case."""
    folded = text.translate(_FOLD)
    pairs = (first + second for first, second in itertools.pairwise(folded))
    return sorted({*folded, *pairs})


def bigram_query(text):
    """Return the grams that a text containing ``text`` must have: pairs only, or the one character asked for.

    For three characters and more the match is necessary but not sufficient: check the substring as well.
    """
    folded = unicodedata.normalize("NFC", text).translate(_FOLD)
    if len(folded) < 2:
        return list(folded)
    return sorted({first + second for first, second in itertools.pairwise(folded)})
