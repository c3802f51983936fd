# Sourced: makes `terraform init` install providers from a mirror on this machine instead of the network.
#
# Needs terraform on PATH and a directory that holds registry.terraform.io/hashicorp/aws, found in IAC_PROVIDER_MIRROR or
# anywhere on the root file system. Fails, and says so, when either is missing. Exports TF_CLI_CONFIG_FILE.

iac_missing() {
  echo "error: $1" >&2
  echo "hint: $2" >&2
  return 1
}

iac_find_mirror() {
  find / -xdev -type f -path '*/registry.terraform.io/hashicorp/aws/*/terraform-provider-aws_v*' \
    -not -path '*/.terraform/*' -not -path '/proc/*' 2>/dev/null | sort | head -n 1 |
    sed 's|/registry\.terraform\.io/.*||'
}

command -v terraform >/dev/null ||
  iac_missing "no terraform on PATH" "install Terraform 1.11 or later" || return 1
IAC_PROVIDER_MIRROR=${IAC_PROVIDER_MIRROR:-$(iac_find_mirror)}
[ -n "$IAC_PROVIDER_MIRROR" ] ||
  iac_missing "no mirror of the AWS provider" \
    "run \`terraform providers mirror DIR\` and set IAC_PROVIDER_MIRROR=DIR" || return 1

TF_CLI_CONFIG_FILE=${TMPDIR:-/tmp}/iac-terraform.$(id -u).tfrc
cat >"$TF_CLI_CONFIG_FILE" <<EOF
disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path = "$IAC_PROVIDER_MIRROR"
  }
}
EOF
export IAC_PROVIDER_MIRROR TF_CLI_CONFIG_FILE CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_INPUT=0
