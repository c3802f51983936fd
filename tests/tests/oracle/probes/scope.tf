# Declarations that probes refer to.

resource "terraform_data" "x" {
  input = "known"
}

variable "secret" {
  type      = string
  default   = "hunter2"
  sensitive = true
}

variable "secrets" {
  type      = list(string)
  default   = ["a", "b"]
  sensitive = true
}

variable "secret_map" {
  type      = map(string)
  default   = { a = "x", b = "y" }
  sensitive = true
}

variable "no_number" {
  type    = number
  default = null
}

variable "no_text" {
  type    = string
  default = null
}

variable "no_list" {
  type    = list(string)
  default = null
}

variable "no_map" {
  type    = map(string)
  default = null
}

variable "names" {
  type    = list(string)
  default = ["one", "two", "three"]
}

variable "sizes" {
  type    = list(number)
  default = [3, 1, 2]
}

variable "map" {
  type    = map(number)
  default = { small = 1, large = 10 }
}

variable "zones" {
  type    = set(string)
  default = ["b", "a"]
}

variable "lists" {
  type    = map(list(string))
  default = { a = ["x", "y"], b = ["y"] }
}

variable "objects" {
  type    = list(object({ name = string, size = optional(number, 1) }))
  default = [{ name = "a" }, { name = "b", size = 3 }]
}

variable "none" {
  type    = list(string)
  default = []
}

variable "object" {
  type    = object({ a = string, b = optional(number), c = optional(list(string), ["d"]) })
  default = { a = "A" }
}

locals {
  later  = terraform_data.x.id
  untold = tostring(terraform_data.x.output)
}
