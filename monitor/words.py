"""Words for people: what codes of AIS mean, whose flag an MMSI bears, and text that may be shown.

Status and ship types are those of ITU-R M.1371-5, flags those of the ITU table of maritime
identification digits (MID). Nothing here reads anything.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

STATUS = {
    0: "under way using engine", 1: "at anchor", 2: "not under command",
    3: "restricted manoeuvrability", 4: "constrained by her draught", 5: "moored", 6: "aground",
    7: "fishing", 8: "under way sailing", 9: "reserved (high-speed craft)",
    10: "reserved (wing in ground)", 11: "towing astern", 12: "pushing ahead or towing alongside",
    13: "reserved", 14: "distress beacon active", 15: "not defined",
}  # fmt: skip
"""Navigational status: ITU-R M.1371-5 table 45."""

AT_ANCHOR, MOORED, AGROUND, FISHING = 1, 5, 6, 7
"""Of these, what detectors ask for."""

_TENS = {
    2: "wing in ground", 4: "high-speed craft", 6: "passenger", 7: "cargo", 8: "tanker",
    9: "other type",
}  # fmt: skip
_HAZARDS = {1: "X", 2: "Y", 3: "Z", 4: "OS"}
_TYPES = {
    30: "fishing", 31: "towing", 32: "towing, long or wide tow", 33: "dredging or underwater work",
    34: "diving", 35: "military", 36: "sailing", 37: "pleasure craft", 50: "pilot vessel",
    51: "search and rescue", 52: "tug", 53: "port tender", 54: "anti-pollution",
    55: "law enforcement", 56: "local vessel", 57: "local vessel", 58: "medical transport",
    59: "not party to a conflict",
}  # fmt: skip
"""Ship types that are no tens with a hazard: ITU-R M.1371-5 table 53."""


class Flag(NamedTuple):
    """The country or territory that gave out an MMSI."""

    code: str  # ISO 3166-1 alpha-2
    name: str


_MIDS = """\
201 AL Albania; 202 AD Andorra; 203 AT Austria; 204 PT Portugal (Azores); 205 BE Belgium;
206 BY Belarus; 207 BG Bulgaria; 208 VA Vatican; 209 210 212 CY Cyprus; 211 218 DE Germany;
213 GE Georgia; 214 MD Moldova; 215 229 248 249 256 MT Malta; 216 AM Armenia; 219 220 DK Denmark;
224 225 ES Spain; 226 227 228 FR France; 230 FI Finland; 231 FO Faroe Islands;
232 233 234 235 GB United Kingdom; 236 GI Gibraltar; 237 239 240 241 GR Greece; 238 HR Croatia;
242 MA Morocco; 243 HU Hungary; 244 245 246 NL Netherlands; 247 IT Italy; 250 IE Ireland;
251 IS Iceland; 252 LI Liechtenstein; 253 LU Luxembourg; 254 MC Monaco; 255 PT Portugal (Madeira);
257 258 259 NO Norway; 261 PL Poland; 262 ME Montenegro; 263 PT Portugal; 264 RO Romania;
265 266 SE Sweden; 267 SK Slovakia; 268 SM San Marino; 269 CH Switzerland; 270 CZ Czechia;
271 TR Türkiye; 272 UA Ukraine; 273 RU Russia; 274 MK North Macedonia; 275 LV Latvia;
276 EE Estonia; 277 LT Lithuania; 278 SI Slovenia; 279 RS Serbia;
301 AI Anguilla; 303 US United States (Alaska); 304 305 AG Antigua and Barbuda;
306 CW Curaçao or Sint Maarten; 307 AW Aruba; 308 309 311 BS Bahamas; 310 BM Bermuda;
312 BZ Belize; 314 BB Barbados; 316 CA Canada; 319 KY Cayman Islands; 321 CR Costa Rica;
323 CU Cuba; 325 DM Dominica; 327 DO Dominican Republic; 329 GP Guadeloupe; 330 GD Grenada;
331 GL Greenland; 332 GT Guatemala; 334 HN Honduras; 336 HT Haiti;
338 366 367 368 369 US United States; 339 JM Jamaica; 341 KN Saint Kitts and Nevis;
343 LC Saint Lucia; 345 MX Mexico; 347 MQ Martinique; 348 MS Montserrat; 350 NI Nicaragua;
351 352 353 354 355 356 357 370 371 372 373 374 PA Panama; 358 PR Puerto Rico;
359 SV El Salvador; 361 PM Saint Pierre and Miquelon; 362 TT Trinidad and Tobago;
364 TC Turks and Caicos Islands; 375 376 377 VC Saint Vincent and the Grenadines;
378 VG British Virgin Islands; 379 VI United States Virgin Islands;
401 AF Afghanistan; 403 SA Saudi Arabia; 405 BD Bangladesh; 408 BH Bahrain; 410 BT Bhutan;
412 413 414 CN China; 416 TW Taiwan; 417 LK Sri Lanka; 419 IN India; 422 IR Iran;
423 AZ Azerbaijan; 425 IQ Iraq; 428 IL Israel; 431 432 JP Japan; 434 TM Turkmenistan;
436 KZ Kazakhstan; 437 UZ Uzbekistan; 438 JO Jordan; 440 441 KR South Korea; 443 PS Palestine;
445 KP North Korea; 447 KW Kuwait; 450 LB Lebanon; 451 KG Kyrgyzstan; 453 MO Macao;
455 MV Maldives; 457 MN Mongolia; 459 NP Nepal; 461 OM Oman; 463 PK Pakistan; 466 QA Qatar;
468 SY Syria; 470 471 AE United Arab Emirates; 472 TJ Tajikistan; 473 475 YE Yemen;
477 HK Hong Kong; 478 BA Bosnia and Herzegovina;
501 TF Adélie Land; 503 AU Australia; 506 MM Myanmar; 508 BN Brunei; 510 FM Micronesia;
511 PW Palau; 512 NZ New Zealand; 514 515 KH Cambodia; 516 CX Christmas Island;
518 CK Cook Islands; 520 FJ Fiji; 523 CC Cocos Islands; 525 ID Indonesia; 529 KI Kiribati;
531 LA Laos; 533 MY Malaysia; 536 MP Northern Mariana Islands; 538 MH Marshall Islands;
540 NC New Caledonia; 542 NU Niue; 544 NR Nauru; 546 PF French Polynesia; 548 PH Philippines;
550 TL Timor-Leste; 553 PG Papua New Guinea; 555 PN Pitcairn; 557 SB Solomon Islands;
559 AS American Samoa; 561 WS Samoa; 563 564 565 566 SG Singapore; 567 TH Thailand; 570 TO Tonga;
572 TV Tuvalu; 574 VN Viet Nam; 576 577 VU Vanuatu; 578 WF Wallis and Futuna;
601 ZA South Africa; 603 AO Angola; 605 DZ Algeria; 607 TF Saint Paul and Amsterdam Islands;
608 SH Ascension Island; 609 BI Burundi; 610 BJ Benin; 611 BW Botswana;
612 CF Central African Republic; 613 CM Cameroon; 615 CG Congo; 616 620 KM Comoros;
617 CV Cabo Verde; 618 TF Crozet Islands; 619 CI Côte d'Ivoire; 621 DJ Djibouti; 622 EG Egypt;
624 ET Ethiopia; 625 ER Eritrea; 626 GA Gabon; 627 GH Ghana; 629 GM Gambia;
630 GW Guinea-Bissau; 631 GQ Equatorial Guinea; 632 GN Guinea; 633 BF Burkina Faso; 634 KE Kenya;
635 TF Kerguelen Islands; 636 637 LR Liberia; 638 SS South Sudan; 642 LY Libya; 644 LS Lesotho;
645 MU Mauritius; 647 MG Madagascar; 649 ML Mali; 650 MZ Mozambique; 654 MR Mauritania;
655 MW Malawi; 656 NE Niger; 657 NG Nigeria; 659 NA Namibia; 660 RE Réunion; 661 RW Rwanda;
662 SD Sudan; 663 SN Senegal; 664 SC Seychelles; 665 SH Saint Helena; 666 SO Somalia;
667 SL Sierra Leone; 668 ST Sao Tome and Principe; 669 SZ Eswatini; 670 TD Chad; 671 TG Togo;
672 TN Tunisia; 674 677 TZ Tanzania; 675 UG Uganda; 676 CD DR Congo; 678 ZM Zambia;
679 ZW Zimbabwe;
701 AR Argentina; 710 BR Brazil; 720 BO Bolivia; 725 CL Chile; 730 CO Colombia; 735 EC Ecuador;
740 FK Falkland Islands; 745 GF French Guiana; 750 GY Guyana; 755 PY Paraguay; 760 PE Peru;
765 SR Suriname; 770 UY Uruguay; 775 VE Venezuela"""


def _flags() -> dict[int, Flag]:
    found = {}
    for entry in _MIDS.replace("\n", " ").split("; "):
        words = entry.split()
        mids = [int(word) for word in words if word.isdecimal()]
        code, *name = words[len(mids) :]
        found.update(dict.fromkeys(mids, Flag(code, " ".join(name))))
    return found


FLAGS = _flags()
"""MID -> flag: ITU, table of maritime identification digits (Radio Regulations, appendix 42)."""

FORMULAS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a formula begins with in spreadsheets, in both widths (OWASP, CSV injection)."""


def status_text(status: int | None) -> str | None:
    """A navigational status, 0..15, in words; None where it is not available."""
    return None if status is None else STATUS.get(status)


def ship_type_text(ship_type: int | None) -> str | None:
    """A ship type, 1..99, in words; None where it is not available or means nothing yet."""
    if ship_type is None:
        return None
    kind = _TENS.get(ship_type // 10)
    if kind is None:
        return _TYPES.get(ship_type)
    hazard = _HAZARDS.get(ship_type % 10)
    return kind if hazard is None else f"{kind}, hazard {hazard}"


IMO_NUMBERS = range(1_000_000, 10_000_000)


def imo_holds(imo: int) -> bool:
    """Whether a number can be a ship's IMO number: its last digit follows from the others."""
    return imo in IMO_NUMBERS and imo_of_six(imo // 10) == imo


def imo_of_six(six: int) -> int:
    """The IMO number that begins with six digits, 100000..999999.

    These times 7, 6, 5, 4, 3 and 2 add up to a number that ends in the seventh (IMO resolution
    A.1117(30)).
    """
    weighed = zip(map(int, str(six)), range(7, 1, -1), strict=True)
    return six * 10 + sum(digit * weight for digit, weight in weighed) % 10


def mid_of(mmsi: int) -> int:
    """The maritime identification digits of an MMSI (ITU-R M.585): 100..999, or what is there.

    They stand first in a ship's number, behind 8 in a handheld's, 98 in a tender's, 99 in an aid
    to navigation's, 111 in an aircraft's, 00 in a coast station's and 0 in a group's.
    """
    number = f"{mmsi:09d}"
    for lead in ("111", "98", "99", "00", "0", "8"):
        if number.startswith(lead):
            return int(number[len(lead) : len(lead) + 3])
    return int(number[:3])


def flag_of(mmsi: int | None) -> Flag | None:
    """Whose flag an MMSI bears, as far as it is true; None: no such digits were given out."""
    return None if mmsi is None else FLAGS.get(mid_of(mmsi))


def flag_words(mmsi: int | None) -> dict[str, str | None]:
    """``flag`` (ISO 3166-1) and ``flag_text`` of a record; None where it is not known."""
    flag = flag_of(mmsi)
    return {"flag": flag and flag.code, "flag_text": flag and flag.name}


def destination_text(destination: str | None) -> str | None:
    """A destination without the '@' and blanks that pad it; None where nothing is left."""
    return None if destination is None else " ".join(destination.replace("@", " ").split()) or None


def zone_name(name: str) -> str:
    """The name of a time zone as it was given; ValueError where there is none of it."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"{name!r} is no time zone: write such as Europe/Rome or UTC"
        raise ValueError(message) from None
    return name


def digits(name: str, value: Any) -> Any:
    """A number with the digits that its unit deserves, by the end of its name; others as they are.

    Speeds (``_kn``) and courses (``_deg``) have one decimal, as AIS sends them; ``lon`` and ``lat``
    six, 0.1 m.
    """
    if not isinstance(value, float):
        return value
    if name.endswith(("_kn", "_deg")):
        return round(value, 1)
    return round(value, 6) if name.rpartition("_")[2] in {"lon", "lat"} else value


def position(lon: float, lat: float) -> str:
    """A position as officers write it, in degrees."""
    if not (abs(lon) <= 180 and abs(lat) <= 90):  # 181 and 91, or NaN
        return "position not available"
    north, east = "N" if lat >= 0 else "S", "E" if lon >= 0 else "W"
    return f"{abs(lat):.4f} {north} {abs(lon):.4f} {east}"


def plain(text: str) -> str:
    """Text that may be shown in a terminal, letter for letter.

    What parts words (tabs, ends of lines, hard blanks) becomes a blank; what is not printable, such
    as escapes, controls and marks of direction, a question mark.
    """
    if text.isprintable():
        return text
    return "".join(mark if mark.isprintable() else " " if mark.isspace() else "?" for mark in text)


def all_plain(value: Any) -> Any:
    """The same of every text in a record, its lists and their members, its names too."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {all_plain(name): all_plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [all_plain(inner) for inner in value]
    return value


def capital(words: str) -> str:
    """Words with a great first letter, and the others as they are."""
    return words[:1].upper() + words[1:]
