# Sourced: exports IAC_PYTHON, a Python interpreter with moto, a local AWS API.

# shellcheck source=.ci/venv.sh
. .ci/venv.sh
iac_venv moto moto_server 'moto[server]==5.2.5' || return 1
IAC_PYTHON=$(cd "${CARGO_TARGET_DIR:-target}/moto/bin" && pwd)/python
export IAC_PYTHON
