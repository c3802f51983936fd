resource "terraform_data" "a" {
  count = 2
  input = {
    list = [for i, v in local.l : "${i}-${v}" if v != ""]
    map  = { for v in local.l : v => { (v) = 1 }... }
    text = <<-EOT
      %{ for v in local.l ~}
      x ${v} ${~ v ~}
      %{ endfor ~}
      $${y} %%{z}
    EOT
    sum  = 1 + 2 * -3 / 4 % 5
    some = local.l[*] == null ? local.o[*].a[0].b : local.o.*.c.0
    call = max([1, 2]...)
  }
}
locals {
  l = ["a", "b"]
  o = [{ a = [{ b = 1 }], c = [2] }]
}
module "n" {
  source = "./m"
}
