# Sourced: iac_venv NAME PROGRAM REQUIREMENT… installs Python packages into target/NAME unless PROGRAM is there in this
# version. Requirements are pinned.

iac_venv() {
  local venv=${CARGO_TARGET_DIR:-target}/$1 program=$2
  shift 2
  mkdir -p "$(dirname "$venv")"
  (
    # Steps that run at the same time need the same programs.
    flock 9
    if [ -x "$venv/bin/$program" ] && [ "$(cat "$venv/requirements" 2>/dev/null)" = "$*" ]; then
      exit
    fi
    python3 -m venv "$venv" &&
      "$venv/bin/pip" install --quiet --disable-pip-version-check "$@" &&
      echo "$*" >"$venv/requirements"
  ) 9>"$venv.lock"
}
