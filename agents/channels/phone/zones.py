"""In which time zones a telephone number may be: by its country. Pure.

Where a country has several, all that its people live in are given: a call has to be decent in each of them, unless the
contact's own is known. Codes: https://www.itu.int/pub/T-SP-E.164D; zones: https://www.iana.org/time-zones.
"""

_LONGEST_CODE = 3
_AMERICA = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage")
_ZONES: dict[str, tuple[str, ...]] = {
    "1": (*_AMERICA, "America/Halifax", "America/St_Johns", "Pacific/Honolulu"),
    "7": ("Europe/Kaliningrad", "Europe/Moscow", "Asia/Yekaterinburg", "Asia/Novosibirsk", "Asia/Kamchatka"),
    "20": ("Africa/Cairo",),
    "27": ("Africa/Johannesburg",),
    "30": ("Europe/Athens",),
    "31": ("Europe/Amsterdam",),
    "32": ("Europe/Brussels",),
    "33": ("Europe/Paris",),
    "34": ("Europe/Madrid", "Atlantic/Canary"),
    "36": ("Europe/Budapest",),
    "39": ("Europe/Rome",),
    "40": ("Europe/Bucharest",),
    "41": ("Europe/Zurich",),
    "43": ("Europe/Vienna",),
    "44": ("Europe/London",),
    "45": ("Europe/Copenhagen",),
    "46": ("Europe/Stockholm",),
    "47": ("Europe/Oslo",),
    "48": ("Europe/Warsaw",),
    "49": ("Europe/Berlin",),
    "52": ("America/Tijuana", "America/Mexico_City", "America/Cancun"),
    "54": ("America/Argentina/Buenos_Aires",),
    "55": ("America/Rio_Branco", "America/Manaus", "America/Sao_Paulo", "America/Noronha"),
    "56": ("America/Santiago", "Pacific/Easter"),
    "57": ("America/Bogota",),
    "60": ("Asia/Kuala_Lumpur",),
    "61": ("Australia/Perth", "Australia/Darwin", "Australia/Adelaide", "Australia/Brisbane", "Australia/Sydney"),
    "62": ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"),
    "63": ("Asia/Manila",),
    "64": ("Pacific/Auckland",),
    "65": ("Asia/Singapore",),
    "66": ("Asia/Bangkok",),
    "81": ("Asia/Tokyo",),
    "82": ("Asia/Seoul",),
    "84": ("Asia/Ho_Chi_Minh",),
    "86": ("Asia/Shanghai",),
    "90": ("Europe/Istanbul",),
    "91": ("Asia/Kolkata",),
    "92": ("Asia/Karachi",),
    "212": ("Africa/Casablanca",),
    "234": ("Africa/Lagos",),
    "254": ("Africa/Nairobi",),
    "351": ("Europe/Lisbon", "Atlantic/Azores"),
    "352": ("Europe/Luxembourg",),
    "353": ("Europe/Dublin",),
    "354": ("Atlantic/Reykjavik",),
    "356": ("Europe/Malta",),
    "357": ("Asia/Nicosia",),
    "358": ("Europe/Helsinki",),
    "359": ("Europe/Sofia",),
    "370": ("Europe/Vilnius",),
    "371": ("Europe/Riga",),
    "372": ("Europe/Tallinn",),
    "380": ("Europe/Kyiv",),
    "381": ("Europe/Belgrade",),
    "385": ("Europe/Zagreb",),
    "386": ("Europe/Ljubljana",),
    "420": ("Europe/Prague",),
    "421": ("Europe/Bratislava",),
    "423": ("Europe/Vaduz",),
    "852": ("Asia/Hong_Kong",),
    "886": ("Asia/Taipei",),
    "966": ("Asia/Riyadh",),
    "971": ("Asia/Dubai",),
    "972": ("Asia/Jerusalem",),
}


def zones_of(number: str) -> tuple[str, ...]:
    """Of a number as E.164 writes it; none for a country that is not listed."""
    digits = number.removeprefix("+")
    codes = (digits[:length] for length in range(_LONGEST_CODE, 0, -1))
    return next((_ZONES[code] for code in codes if code in _ZONES), ())
