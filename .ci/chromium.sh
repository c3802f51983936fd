# Sourced: exports IAC_CHROMIUM, a browser for testing HTML reports, and installs one where it is missing.

iac_chromium() {
  local name
  for name in chromium chromium-browser google-chrome; do
    command -v "$name" && return
  done
  return 1
}

if [ -z "${IAC_CHROMIUM:-}" ]; then
  if ! iac_chromium >/dev/null; then
    apt-get update -qq && apt-get install -y -qq chromium >/dev/null || return 1
  fi
  IAC_CHROMIUM=$(iac_chromium) || return 1
  export IAC_CHROMIUM
fi
