# Declarations that the cases refer to.

variable "secret" {
  default   = "hunter2"
  sensitive = true
}

variable "secret_list" {
  type      = list(string)
  default   = ["a", "b"]
  sensitive = true
}

variable "secret_map" {
  type      = map(string)
  default   = { a = "x", b = "y" }
  sensitive = true
}

variable "names" {
  type    = list(string)
  default = ["one", "two", "three"]
}

variable "sizes" {
  type    = map(number)
  default = { small = 1, large = 10 }
}

variable "zones" {
  type    = set(string)
  default = ["b", "a"]
}

variable "subnets" {
  type = list(object({
    name = string
    cidr = optional(string)
    tags = optional(map(string), {})
    nat  = optional(object({ enabled = optional(bool, true), count = optional(number, 1) }), {})
  }))
  default = [{ name = "a" }, { name = "b", cidr = "10.0.0.0/24", tags = { x = 1 }, nat = { enabled = false } }]
}

variable "nothing" {
  type    = string
  default = null
}

variable "no_list" {
  type    = list(string)
  default = null
}

variable "empty" {
  type    = list(string)
  default = []
}

variable "any" {
  type    = any
  default = { a = [1, "x"], b = null }
}

variable "services" {
  type = map(object({
    port   = optional(number, 80)
    hosts  = optional(list(object({ name = string, weight = optional(number, 1) })), [{ name = "x" }])
    labels = optional(map(string), null)
    limits = optional(object({ cpu = optional(number, 1), memory = optional(number) }), { memory = "512" })
  }))
  default = {
    a = {}
    b = { port = null, hosts = [{ name = "h" }, { name = "i", weight = "5" }], limits = null, more = 1 }
    c = { port = "8080", labels = { x = true }, limits = {} }
  }
}

variable "sets" {
  type    = set(object({ name = string, size = optional(number, 1) }))
  default = [{ name = "b" }, { name = "a", size = 2 }, { name = "b", size = 1 }]
}

variable "pairs" {
  type    = list(tuple([string, number]))
  default = [["a", "1"], ["b", 2]]
}

variable "numbers" {
  type    = list(any)
  default = [1, "a", true]
}

resource "terraform_data" "x" {}

locals {
  unknown = terraform_data.x.id
  part    = { a = 1, b = terraform_data.x.id }
  object  = { a = 1, b = { c = [{ d = "deep" }] } }
  tuple   = [1, "two", true]
}
