#!/usr/bin/env bash
# Makes sure that browsers for the tests are there: Debian's Chromium and Firefox where apt can install them, else
# Playwright's own Chromium. Where one cannot be had it says so, and the tests that need it are skipped. PHP comes along:
# the test of the page for WordPress makes its page by it.
set -u
has() { for each in "$@"; do command -v "$each" >/dev/null && return 0; done; return 1; }

missing=()
has chromium chromium-browser google-chrome || missing+=(chromium fonts-dejavu-core)
has firefox-esr firefox || missing+=(firefox-esr)
has php || missing+=(php-cli)
[ ${#missing[@]} = 0 ] && exit 0
if has apt-get && [ "$(id -u)" = 0 ] && apt-get update -qq; then
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    for each in "${missing[@]}"; do apt-get install -y -qq --no-install-recommends "$each" >/dev/null; done
fi
has chromium chromium-browser google-chrome || .venv/bin/python -m playwright install chromium ||
  echo "No Chromium could be installed: the tests that need it will be skipped." >&2
has firefox-esr firefox ||
  echo "No Firefox could be installed (Debian's package firefox-esr): the tests that need it will be skipped." >&2
has php || echo "No PHP could be installed (Debian's package php-cli): the test that needs it will be skipped." >&2
exit 0
