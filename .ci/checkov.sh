# Sourced: exports IAC_CHECKOV, the path of checkov, which the policy pack is compared with.

# shellcheck source=.ci/venv.sh
. .ci/venv.sh
iac_venv checkov checkov 'checkov==3.3.30' || return 1
IAC_CHECKOV=$(cd "${CARGO_TARGET_DIR:-target}/checkov/bin" && pwd)/checkov
export IAC_CHECKOV
