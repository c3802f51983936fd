# What the cases refer to.

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

resource "terraform_data" "x" {}

locals {
  unknown = terraform_data.x.id
  part    = { a = 1, b = terraform_data.x.id }
  object  = { a = 1, b = { c = [{ d = "deep" }] } }
  tuple   = [1, "two", true]
}
