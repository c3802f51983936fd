# Sourced: iac_venv DIRECTORY PROGRAM REQUIREMENT… installs Python packages into target/DIRECTORY unless PROGRAM is there.
# Requirements are pinned; a changed requirement is installed again.

iac_venv() {
  local venv=${CARGO_TARGET_DIR:-target}/$1 program=$2
  shift 2
  if [ -x "$venv/bin/$program" ] && [ "$(cat "$venv/requirements" 2>/dev/null)" = "$*" ]; then
    return
  fi
  python3 -m venv "$venv" &&
    "$venv/bin/pip" install --quiet --disable-pip-version-check "$@" &&
    echo "$*" >"$venv/requirements"
}
