# Sourced: exports IAC_CHECK_JSONSCHEMA, which has the published schemas of pipelines, and is installed into target/ where it
# is missing.

iac_schemas=${CARGO_TARGET_DIR:-target}/check-jsonschema
[ -x "$iac_schemas/bin/python" ] || python3 -m venv "$iac_schemas" || return 1
[ -x "$iac_schemas/bin/check-jsonschema" ] ||
  "$iac_schemas/bin/pip" install --quiet --disable-pip-version-check 'check-jsonschema==0.39.0' || return 1
IAC_CHECK_JSONSCHEMA=$(cd "$iac_schemas/bin" && pwd)/check-jsonschema
export IAC_CHECK_JSONSCHEMA
