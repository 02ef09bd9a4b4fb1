#!/usr/bin/env bash
# Makes sure that a browser for the tests is there: Debian's Chromium where apt can install it, else Playwright's own.
# Where neither can be had it says so and the browser tests are skipped.
set -u
if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then
  exit 0
fi
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null && exit 0
fi
.venv/bin/python -m playwright install chromium && exit 0
echo "No browser could be installed: the browser tests will be skipped." >&2
