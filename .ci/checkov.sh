# Sourced: exports IAC_CHECKOV, the scanner that judges the policy pack, which is installed into target/ where it is missing.

iac_checkov=${CARGO_TARGET_DIR:-target}/checkov
[ -x "$iac_checkov/bin/python" ] || python3 -m venv "$iac_checkov" || return 1
[ -x "$iac_checkov/bin/checkov" ] ||
  "$iac_checkov/bin/pip" install --quiet --disable-pip-version-check 'checkov==3.3.30' || return 1
IAC_CHECKOV=$(cd "$iac_checkov/bin" && pwd)/checkov
export IAC_CHECKOV
