"""The arithmetic of national identity numbers: each function tells whether a number is one.

They take the signs without spaces and separators. A checksum alone proves little for eleven
digits, since one number in ten has it by chance; where the number holds a date of birth, the date
must be one as well.
"""

from __future__ import annotations

from datetime import date

_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
_HETU = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_ODD = {
    **dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)),
    **dict(zip("ABCDEFGHIJ", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)),
    **dict(zip("KLMNOPQRST", (2, 4, 18, 20, 11, 3, 6, 8, 12, 14), strict=True)),
    **dict(zip("UVWXYZ", (16, 10, 22, 25, 24, 23), strict=True)),
}


def is_date(year: int, month: int, day: int) -> bool:
    """Tell whether it is a day of the calendar."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _day(text: str, order: str) -> bool:
    """Tell whether six digits are a date of birth in one of the last two centuries."""
    part = {order[i]: int(text[2 * i : 2 * i + 2]) for i in range(3)}
    return any(is_date(century + part["y"], part["m"], part["d"]) for century in (1900, 2000))


def _luhn(digits: str) -> bool:
    doubled = (2 * int(d) if i % 2 else int(d) for i, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0  # noqa: PLR2004


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=False))


def dni(signs: str) -> bool:
    """Spanish DNI, or NIE with X, Y or Z for the first digit: the letter is the rest by 23."""
    number = signs[:-1].translate(str.maketrans("XYZ", "012"))
    return _DNI[int(number) % 23] == signs[-1]


def amka(digits: str) -> bool:
    """Greek AMKA: date of birth and Luhn."""
    return _day(digits, "dmy") and _luhn(digits)


def afm(digits: str) -> bool:
    """Greek AFM of a natural person; those of companies (09…, 9…) are public."""
    total = sum(int(d) << (8 - i) for i, d in enumerate(digits[:8]))
    personal = not digits.startswith(("9", "09", "00"))
    return personal and total % 11 % 10 == int(digits[8])


def cpr(digits: str) -> bool:
    """Danish CPR with its old checksum; numbers given since 2007 may lack it."""
    return cpr_form(digits) and _weighted(digits, (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def cpr_form(digits: str) -> bool:
    """Tell whether ten digits begin with a date of birth, day first."""
    return _day(digits, "dmy")


def steuer_id(digits: str) -> bool:
    """German tax identity: ISO 7064 MOD 11,10, and one of the first ten digits repeats."""
    counts = sorted(digits[:10].count(d) for d in set(digits[:10]))
    if digits[0] == "0" or counts[-1] not in {2, 3} or counts[-2:-1] not in ([1], []):
        return False
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def hetu(signs: str) -> bool:
    """Finnish personal identity code: the last sign is the rest by 31."""
    return _day(signs[:6], "dmy") and _HETU[int(signs[:6] + signs[7:10]) % 31] == signs[10]


def nir(signs: str) -> bool:
    """French NIR with its key; Corsica's 2A and 2B count as 19 and 18."""
    number = signs[:13].replace("2A", "19").replace("2B", "18")
    month = int(number[3:5])
    plausible = 1 <= month <= 12 or 20 <= month <= 42 or month >= 50  # noqa: PLR2004
    return plausible and int(signs[13:]) == 97 - int(number) % 97


def codice_fiscale(signs: str) -> bool:
    """Italian codice fiscale: the last letter checks the fifteen before it."""
    total = sum(
        _ODD[s] if i % 2 == 0 else (int(s) if s.isdigit() else ord(s) - ord("A"))
        for i, s in enumerate(signs[:15])
    )
    return chr(ord("A") + total % 26) == signs[15]


def rodne_cislo(digits: str) -> bool:
    """Czech and Slovak rodné číslo of ten digits: a multiple of eleven."""
    rest = int(digits[:9]) % 11 % 10
    return rodne_cislo_form(digits) and (int(digits) % 11 == 0 or rest == int(digits[9]))


def rodne_cislo_form(digits: str) -> bool:
    """Tell whether it begins with a date of birth; women have 50 added to the month."""
    month = int(digits[2:4])
    for added in (70, 50, 20):
        month = month - added if month > added else month
    return _day(f"{digits[:2]}{month:02}{digits[4:6]}", "ymd")


def pesel(digits: str) -> bool:
    """Polish PESEL: the month tells the century; the last digit checks."""
    century, month = divmod(int(digits[2:4]), 20)
    year = (1900, 2000, 2100, 2200, 1800)[century] + int(digits[:2])
    total = _weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1))
    return is_date(year, month, int(digits[4:6])) and total % 10 == 0


def rnokpp(digits: str) -> bool:
    """Ukrainian RNOKPP: weights, the rest by 11 by 10."""
    return _weighted(digits, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10 == int(digits[9])


def personnummer(digits: str) -> bool:
    """Swedish personnummer of ten digits: date of birth (or +60 on the day) and Luhn."""
    day = int(digits[4:6])
    born = f"{digits[:4]}{day - 60 if day > 60 else day:02}"  # noqa: PLR2004
    return _day(born, "ymd") and _luhn(digits)
