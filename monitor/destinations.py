"""Destinations as ships declare them: by UN/LOCODE, by name, misspelt, "from > to", or for orders.

Ships may type what they like (ITU-R M.1371-5 table 52: 20 letters); IMO SN.1/Circ.244 asks for
"from>to" in UN/LOCODEs, and few follow. What is not surely one port is unknown, and never guessed.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz.distance import OSA

ONE_LETTER, TWO_LETTERS = 6, 10
"""Letters of a name from which on one, and two, may be wrong: TARTUS is written TARTOS, but VARNA
and ADANA are two places."""

REMEMBERED = 16_384
"""Texts whose meaning is remembered; all ships of a sea say fewer."""

_HAVENS = """\
SYTTS Tartus: TARTOUS, TARTOOS; SYLTK Latakia: LATTAKIA, LATAQUIA, LATTAQUIE;
SYBAN Baniyas: BANIAS, BANYAS; LBBEY Beirut: BEYROUTH, BAYRUT; LBKYE Tripoli (Lebanon): ;
LYTOB Tobruk: TOBROUK, TOBRUQ, TUBRUQ, MARSA EL HARIGA, HARIGA; LYBEN Benghazi: BENGAZI, BINGAZI;
LYTIP Tripoli (Libya): ; LYMRA Misurata: MISRATA, MISRATAH; LYKHO Khoms: AL KHOMS, HOMS;
LYDRX Derna: DERNAH; EGPSD Port Said: PORTSAID, P SAID, PT SAID, BUR SAID, PTSAID, PSAID;
EGALY Alexandria: ALEX, EL ISKANDARIYA; EGDAM Damietta: DUMYAT; EGSUZ Suez: SUEZ CANAL, SUEZ ANCH;
CYLMS Limassol: LEMESOS; CYLCA Larnaca: LARNAKA; CYFMG Famagusta: GAZIMAGUSA, MAGUSA;
TRMER Mersin: ; TRISK Iskenderun: ISKENDERUM; TRIST Istanbul: ; TRIZM Izmir: ; TRALI Aliaga: ;
TRCEY Ceyhan: ; TRAYT Antalya: ; GRPIR Piraeus: PIREAS, PIRAEUS ANCH; GRSKG Thessaloniki: ;
MTMLA Valletta: VALETTA, MALTA; MTMAR Marsaxlokk: ; RUNVS Novorossiysk: NOVO, NOVOROSS;
RULED St Petersburg: SAINT PETERSBURG, SANKT PETERBURG, ST PETERBURG, SPB; RUULU Ust-Luga: ;
RUKGD Kaliningrad: ; RUBLT Baltiysk: BALTIJSK, BALTYSK; RUTUA Tuapse: ; RUMMK Murmansk: ;
RUARH Arkhangelsk: ARCHANGELSK; RUPRI Primorsk: ; UASVP Sevastopol: SEVASTOPOLIS;
UAODS Odesa: ODESSA; UAFEO Feodosiya: FEODOSIA; BGVAR Varna: ; BGBOJ Burgas: BOURGAS;
ROCND Constanta: CONSTANZA; GEPTI Poti: ; GEBUS Batumi: ; DZALG Algiers: ALGER; DZORN Oran: ;
TNTUN Tunis: ; TNSFA Sfax: ; TNBIZ Bizerte: BIZERTA; MATNG Tangier: TANGER; ESCEU Ceuta: ;
ESALG Algeciras: ; GIGIB Gibraltar: GIB; ESVLC Valencia: ; ESBCN Barcelona: ; ITAUG Augusta: ;
ITGOA Genoa: GENOVA; ITTRS Trieste: ; ITTAR Taranto: ; ITNAP Naples: NAPOLI;
FRMRS Marseille: MARSEILLES; HRRJK Rijeka: ; SIKOP Koper: ; ALDRZ Durres: ; ILHFA Haifa: ;
ILASH Ashdod: ; SAJED Jeddah: JEDDA; SDPZU Port Sudan: PT SUDAN, PORTSUDAN; AEFJR Fujairah: ;
NLRTM Rotterdam: ; BEANR Antwerp: ANTWERPEN; DEHAM Hamburg: """
"""UN/LOCODE, name, and how else ships write it: what serves Tartus and Tobruk, and where ships from
there are bound for. Codes are those of UN/LOCODE, written down by
hand and not checked against a release of it; so are the spellings."""

_PLACES = """\
SYTTS 35.86 34.91; SYLTK 35.76 35.52; SYBAN 35.93 35.19; LBBEY 35.52 33.91; LBKYE 35.82 34.46;
LYTOB 24.0 32.07; LYBEN 20.05 32.11; LYTIP 13.19 32.91; LYMRA 15.22 32.37; LYKHO 14.28 32.67;
LYDRX 22.65 32.78; EGPSD 32.33 31.28; EGALY 29.87 31.17; EGDAM 31.76 31.48; EGSUZ 32.55 29.9;
CYLMS 33.02 34.64; CYLCA 33.65 34.92; CYFMG 33.95 35.12; TRMER 34.64 36.78; TRISK 36.18 36.6;
TRIST 28.95 40.98; TRIZM 27.1 38.45; TRALI 26.93 38.83; TRCEY 35.9 36.85; TRAYT 30.62 36.83;
GRPIR 23.61 37.93; GRSKG 22.92 40.62; MTMLA 14.52 35.9; MTMAR 14.55 35.82; RUNVS 37.82 44.68;
RULED 29.5 60.0; RUULU 28.4 59.7; RUKGD 19.87 54.65; RUBLT 19.87 54.65; RUTUA 39.05 44.08;
RUMMK 33.4 69.1; RUARH 39.9 64.95; RUPRI 28.7 60.33; UASVP 33.45 44.63; UAODS 30.77 46.5;
UAFEO 35.42 45.03; BGVAR 27.95 43.18; BGBOJ 27.5 42.48; ROCND 28.67 44.13; GEPTI 41.64 42.15;
GEBUS 41.65 41.66; DZALG 3.08 36.77; DZORN -0.65 35.72; TNTUN 10.32 36.83; TNSFA 10.77 34.7;
TNBIZ 9.9 37.28; MATNG -5.8 35.8; ESCEU -5.31 35.9; ESALG -5.43 36.13; GIGIB -5.37 36.14;
ESVLC -0.3 39.44; ESBCN 2.18 41.34; ITAUG 15.24 37.2; ITGOA 8.9 44.39; ITTRS 13.74 45.64;
ITTAR 17.2 40.45; ITNAP 14.27 40.83; FRMRS 5.33 43.32; HRRJK 14.43 45.3; SIKOP 13.7 45.56;
ALDRZ 19.45 41.3; ILHFA 35.0 32.83; ILASH 34.63 31.85; SAJED 39.13 21.48; SDPZU 37.24 19.62;
AEFJR 56.4 25.17; NLRTM 4.0 51.98; BEANR 3.5 51.42; DEHAM 8.4 54.0"""
"""Where they lie, lon and lat in degrees: by hand, true to some miles. Of ports up a river, and in
a bay that is drawn coarsely, their roads."""

_COUNTRIES = """\
SY SYRIA SYRIAN; LB LEBANON; LY LIBYA LIBYAN; EG EGYPT; CY CYPRUS; TR TURKEY TURKIYE; GR GREECE;
RU RUSSIA RUS; UA UKRAINE; BG BULGARIA; RO ROMANIA; GE GEORGIA; DZ ALGERIA; TN TUNISIA; MA MOROCCO;
ES SPAIN; IT ITALY; FR FRANCE; HR CROATIA; SI SLOVENIA; AL ALBANIA; IL ISRAEL; SD SUDAN;
AE UAE; NL NETHERLANDS; BE BELGIUM; DE GERMANY"""

_BESIDE = frozenset(
    {"ANCH", "ANCHORAGE", "ANCHOR", "ROADS", "ROAD", "INNER", "OUTER", "OFF", "VIA", "PORT", "OF"}
)
"""Words that do not tell one port from another; the last two, unless they are of its name."""

_OF_NAMES = frozenset({"PORT", "OF"})

_ORDERS = re.compile(
    r"(FOR|TO|AWAIT\w*|WAIT\w*|UNDER|BY|F|AWTG)? ?ORDE?RE?S?|TBA|TBC|TBN|TO BE (ADVISED|CONFIRMED)"
)
_BLANK = re.compile(r"|N ?A|NIL|NONE|NO|NOT (AVAILABLE|DEFINED)|UNKNOWN|UNDEFINED|NULL|X+|0+")
_CODE = re.compile(r"([A-Z]{2}) ?([A-Z0-9]{3})")
_TO = re.compile(r"[-=]*>+")


class Way(enum.StrEnum):
    """What a declared destination is."""

    PORT = "port"
    ORDERS = "for orders"
    BLANK = "blank"
    UNKNOWN = "unknown"  # words that are no port of the table


class Haven(NamedTuple):
    """A port that may be declared."""

    code: str  # UN/LOCODE; of a watched port without one, its id
    name: str
    port: str | None = None  # id of the watched port that it is

    @property
    def place(self) -> tuple[float, float] | None:
        """Lon and lat, degrees, true to some miles; None: it stands in no table."""
        return _WHERE.get(self.code)


class Destination(NamedTuple):
    """A destination as it was understood."""

    way: Way
    haven: Haven | None  # None: it is no port
    words: str  # as it is compared: capitals and digits, without the port it comes from

    @property
    def shown(self) -> str:
        """As it is said to people: the port, or what it is."""
        return self.way.value if self.haven is None else self.haven.name


class Watched(NamedTuple):
    """A watched port, as geofences name it."""

    id: str
    name: str
    unlocode: str | None


class Destinations:
    """All ports that are understood: those of the table, and the watched ones."""

    def __init__(self, watched: Iterable[Watched] = ()) -> None:
        """``watched`` ports are known by name and UN/LOCODE as well."""
        watched = tuple(watched)
        self._codes: dict[str, Haven] = {}
        self._names: dict[str, list[Haven]] = {}  # letters -> ports: there are two Tripolis
        own = {port.unlocode: port for port in watched if port.unlocode is not None}
        for code, name, others in _rows():
            mine = own.pop(code, None)
            haven = Haven(code, name, None if mine is None else mine.id)
            self._add(haven, [name.partition(" (")[0], *others, *([mine.name] if mine else [])])
        for port in watched:
            if port.unlocode is None or port.unlocode in own:
                haven = Haven(port.unlocode or port.id, port.name, port.id)
                self._add(haven, [port.name])
        self._known: dict[str, Destination] = {}

    def _add(self, haven: Haven, names: Iterable[str]) -> None:
        self._codes[haven.code] = haven
        for name in names:
            known = self._names.setdefault(_letters(name), [])
            if haven not in known:
                known.append(haven)

    def of(self, text: str) -> Destination:
        """What a ship means by a text."""
        found = self._known.get(text)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[text] = self._read(text)
        return found

    def words(self, text: str) -> str:
        """A text, and what is meant by it where that is known and said otherwise."""
        found = self.of(text)
        if found.way is Way.UNKNOWN or found.shown.upper() == text.upper():
            return text
        return f"{text} ({found.shown})"

    def same(self, one: str, other: str) -> bool:
        """Whether two texts mean one destination."""
        if one == other:
            return True
        first, second = self.of(one), self.of(other)
        if first.way is not second.way:
            return False
        if first.way is Way.UNKNOWN:
            return first.words.replace(" ", "") == second.words.replace(" ", "")
        return first.haven == second.haven

    def _read(self, text: str) -> Destination:
        last = _TO.split(text.upper())[-1]
        words = " ".join(re.sub(r"[^A-Z0-9]", " ", last).split())
        if _BLANK.fullmatch(words):
            return Destination(Way.BLANK, None, words)
        if _ORDERS.fullmatch(words):
            return Destination(Way.ORDERS, None, words)
        haven = self._haven(words.split())
        return Destination(Way.UNKNOWN if haven is None else Way.PORT, haven, words)

    def _haven(self, words: list[str]) -> Haven | None:
        """The port that words surely mean; None: none."""
        country = next((_WHOSE[word] for word in words if word in _WHOSE), None)
        named = [word for word in words if word not in _WHOSE and word not in _BESIDE - _OF_NAMES]
        bare = [word for word in named if word not in _OF_NAMES]
        for name in ("".join(words), "".join(named), "".join(bare)):
            found = self._one(self._names.get(name, []), country)
            if found is not None:
                return found
        coded = self._coded(" ".join(bare))
        return coded or self._misspelt("".join(bare), country)

    def _coded(self, words: str) -> Haven | None:
        """By UN/LOCODE, alone or before what else is said: ``TR MER``, ``SYTTS ANCH``."""
        match = _CODE.match(words)
        if match is None or not (match.end() == len(words) or words[match.end()] == " "):
            return None
        return self._codes.get(match[1] + match[2])

    def _misspelt(self, name: str, country: str | None) -> Haven | None:
        most = (len(name) >= ONE_LETTER) + (len(name) >= TWO_LETTERS)
        if not most:
            return None
        near = {
            haven
            for known, havens in self._names.items()
            if len(known) >= ONE_LETTER and OSA.distance(name, known, score_cutoff=most) <= most
            for haven in havens
        }
        return self._one(sorted(near, key=lambda one: one.code), country)

    @staticmethod
    def _one(havens: list[Haven], country: str | None) -> Haven | None:
        """The one of them, by the country that is said; None: there is none, or several."""
        left = [one for one in havens if country is None or one.code.startswith(country)]
        left = left or [one for one in havens if one.port == one.code]  # it has no UN/LOCODE
        return left[0] if len(left) == 1 else None


def _rows() -> Iterable[tuple[str, str, list[str]]]:
    """Code, name and other spellings of each row of the table."""
    for row in " ".join(_HAVENS.split()).split(";"):
        head, _, others = row.strip().partition(":")
        code, _, name = head.partition(" ")
        yield code, name, [other.strip() for other in others.split(",") if other.strip()]


def _letters(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", name.upper())


_WHERE = {
    code: (float(lon), float(lat))
    for code, lon, lat in (row.split() for row in _PLACES.replace("\n", " ").split(";"))
}

_WHOSE = {
    word: row.split()[0]
    for row in _COUNTRIES.replace("\n", " ").split(";")
    for word in row.split()[1:]
}
