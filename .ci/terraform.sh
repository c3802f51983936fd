# Sourced: makes `terraform init` install providers from a mirror on this machine instead of the network.
#
# Needs terraform on PATH, and a directory that contains registry.terraform.io/hashicorp/aws: IAC_PROVIDER_MIRROR, or one
# anywhere on the root file system. Fails with a message if either is missing. Exports TF_CLI_CONFIG_FILE.

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
  iac_missing "terraform is not on PATH" "install Terraform 1.11 or later" || return 1
IAC_PROVIDER_MIRROR=${IAC_PROVIDER_MIRROR:-$(iac_find_mirror)}
[ -n "$IAC_PROVIDER_MIRROR" ] ||
  iac_missing "no mirror of the AWS provider found" \
    "run \`terraform providers mirror DIR\` and set IAC_PROVIDER_MIRROR=DIR" || return 1

TF_CLI_CONFIG_FILE=${TMPDIR:-/tmp}/iac-terraform.$(id -u).tfrc
# Steps that run at the same time write this file, too: it is replaced as a whole.
cat >"$TF_CLI_CONFIG_FILE.$$" <<TFRC
disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path = "$IAC_PROVIDER_MIRROR"
  }
}
TFRC
mv "$TF_CLI_CONFIG_FILE.$$" "$TF_CLI_CONFIG_FILE"
export IAC_PROVIDER_MIRROR TF_CLI_CONFIG_FILE CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_INPUT=0
