"""Whether a word is spelt like a Vietnamese syllable: onset, rhyme and a tone that the rhyme can carry."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from xlplan.patterns import pattern

ONSETS = ("ngh", "ng", "nh", "gh", "gi", "kh", "ph", "qu", "th", "tr", "ch", "kr")
ONSETS += (*"bcdđghklmnprstvx", "")
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_RHYME_LIST = """
    a ac ach ai ak am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu êng i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong
    op ot ô ôc ôi ôk ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui uk um un ung uơ up ut uy
    uya uych uyên uyêt uyn uynh uyt uyu uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp
    ươt ươu y yêm yên yêng yêt yêu yt ynh
"""
RHYMES = frozenset(_RHYME_LIST.split())
_TONE_ON_CONSONANT = pattern("[^aeiouy\u0302\u0306\u031b\u0323][\u0300\u0301\u0303\u0309\u0323]")  # Spanish ñ
_FRONT = frozenset("eêiy")


@lru_cache(maxsize=4096)
def is_syllable(word: str) -> bool:
    """Whether a word (small, capitalised or in capitals, NFC or NFD) is spelt like a Vietnamese syllable.

    Not whether it means anything: `hũa` is one. A syllable that ends in c, ch, k, p or t has the tone sắc or nặng.
    """
    if not (word.islower() or word.isupper() or word[1:].islower()):
        return False
    marked = unicodedata.normalize("NFD", word.lower())
    plain = unicodedata.normalize("NFC", marked.translate(_TONES))
    tones = [mark for mark in marked if ord(mark) in _TONES]
    if len(tones) > 1 or _TONE_ON_CONSONANT.search(marked):
        return False
    stopped = plain.endswith(("c", "ch", "k", "p", "t"))
    if stopped and tones not in (["\u0301"], ["\u0323"]):
        return False
    return any(_fits(onset, plain[len(onset) :]) for onset in ONSETS if plain.startswith(onset))


def _fits(onset: str, rhyme: str) -> bool:
    if rhyme not in RHYMES:
        return False
    front = rhyme[0] in _FRONT
    if onset in ("c", "g", "ng"):  # k, gh, ngh stand before e, ê, i; gì and gìn are gi
        return not front or (onset == "g" and rhyme[0] == "i")
    return front if onset in ("gh", "ngh") else True
