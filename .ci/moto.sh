# Sourced: exports IAC_PYTHON, a Python with moto (a local AWS API), which is installed into target/ where it is missing.

iac_python=${CARGO_TARGET_DIR:-target}/moto
[ -x "$iac_python/bin/python" ] || python3 -m venv "$iac_python" || return 1
"$iac_python/bin/python" -c 'import moto.server, flask' 2>/dev/null ||
  "$iac_python/bin/pip" install --quiet --disable-pip-version-check 'moto[server]==5.2.5' || return 1
IAC_PYTHON=$(cd "$iac_python/bin" && pwd)/python
export IAC_PYTHON
