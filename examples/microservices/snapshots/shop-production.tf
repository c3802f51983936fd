# Written by `iac synth`: change the Rust program, not this file.
# Terraform's `.terraform.lock.hcl` belongs beside it: commit it, nothing here overwrites it.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }

  backend "s3" {
    bucket       = "shop-production-state"
    key          = "shop.tfstate"
    region       = "eu-central-1"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = "eu-central-1"

  default_tags {
    tags = {
      Project     = "shop"
      Environment = "production"
    }
  }
}

resource "aws_vpc" "main" {
  cidr_block           = "10.48.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = {
    Name = "shop-production-main"
  }
}

resource "aws_default_security_group" "main" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "shop-production-main (closed)"
  }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "shop-production-main"
  }
}

resource "aws_subnet" "main_public_a" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-central-1a"
  cidr_block        = "10.48.16.0/22"

  tags = {
    Name = "shop-production-main-public-a"
  }
}

resource "aws_subnet" "main_public_b" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-central-1b"
  cidr_block        = "10.48.48.0/22"

  tags = {
    Name = "shop-production-main-public-b"
  }
}

resource "aws_subnet" "main_public_c" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-central-1c"
  cidr_block        = "10.48.80.0/22"

  tags = {
    Name = "shop-production-main-public-c"
  }
}

resource "aws_route_table" "main_public" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "shop-production-main-public"
  }
}

resource "aws_route_table_association" "main_public_a" {
  route_table_id = aws_route_table.main_public.id
  subnet_id      = aws_subnet.main_public_a.id
}

resource "aws_route_table_association" "main_public_b" {
  route_table_id = aws_route_table.main_public.id
  subnet_id      = aws_subnet.main_public_b.id
}

resource "aws_route_table_association" "main_public_c" {
  route_table_id = aws_route_table.main_public.id
  subnet_id      = aws_subnet.main_public_c.id
}

resource "aws_subnet" "main_private_a" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-central-1a"
  cidr_block        = "10.48.0.0/20"

  tags = {
    Name = "shop-production-main-private-a"
  }
}

resource "aws_subnet" "main_private_b" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-central-1b"
  cidr_block        = "10.48.32.0/20"

  tags = {
    Name = "shop-production-main-private-b"
  }
}

resource "aws_subnet" "main_private_c" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-central-1c"
  cidr_block        = "10.48.64.0/20"

  tags = {
    Name = "shop-production-main-private-c"
  }
}

resource "aws_route_table" "main_private_a" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "shop-production-main-private-a"
  }
}

resource "aws_route_table" "main_private_b" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "shop-production-main-private-b"
  }
}

resource "aws_route_table" "main_private_c" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "shop-production-main-private-c"
  }
}

resource "aws_route_table_association" "main_private_a" {
  route_table_id = aws_route_table.main_private_a.id
  subnet_id      = aws_subnet.main_private_a.id
}

resource "aws_route_table_association" "main_private_b" {
  route_table_id = aws_route_table.main_private_b.id
  subnet_id      = aws_subnet.main_private_b.id
}

resource "aws_route_table_association" "main_private_c" {
  route_table_id = aws_route_table.main_private_c.id
  subnet_id      = aws_subnet.main_private_c.id
}

resource "aws_subnet" "main_isolated_a" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-central-1a"
  cidr_block        = "10.48.20.0/22"

  tags = {
    Name = "shop-production-main-isolated-a"
  }
}

resource "aws_subnet" "main_isolated_b" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-central-1b"
  cidr_block        = "10.48.52.0/22"

  tags = {
    Name = "shop-production-main-isolated-b"
  }
}

resource "aws_subnet" "main_isolated_c" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-central-1c"
  cidr_block        = "10.48.84.0/22"

  tags = {
    Name = "shop-production-main-isolated-c"
  }
}

resource "aws_route_table" "main_isolated" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "shop-production-main-isolated"
  }
}

resource "aws_route_table_association" "main_isolated_a" {
  route_table_id = aws_route_table.main_isolated.id
  subnet_id      = aws_subnet.main_isolated_a.id
}

resource "aws_route_table_association" "main_isolated_b" {
  route_table_id = aws_route_table.main_isolated.id
  subnet_id      = aws_subnet.main_isolated_b.id
}

resource "aws_route_table_association" "main_isolated_c" {
  route_table_id = aws_route_table.main_isolated.id
  subnet_id      = aws_subnet.main_isolated_c.id
}

resource "aws_route" "main_public_internet" {
  route_table_id         = aws_route_table.main_public.id
  gateway_id             = aws_internet_gateway.main.id
  destination_cidr_block = "0.0.0.0/0"
}

resource "aws_eip" "main_nat_a" {
  domain = "vpc"

  tags = {
    Name = "shop-production-main-nat-a"
  }
}

resource "aws_nat_gateway" "main_nat_a" {
  allocation_id = aws_eip.main_nat_a.allocation_id
  subnet_id     = aws_subnet.main_public_a.id

  tags = {
    Name = "shop-production-main-nat-a"
  }
}

resource "aws_eip" "main_nat_b" {
  domain = "vpc"

  tags = {
    Name = "shop-production-main-nat-b"
  }
}

resource "aws_nat_gateway" "main_nat_b" {
  allocation_id = aws_eip.main_nat_b.allocation_id
  subnet_id     = aws_subnet.main_public_b.id

  tags = {
    Name = "shop-production-main-nat-b"
  }
}

resource "aws_eip" "main_nat_c" {
  domain = "vpc"

  tags = {
    Name = "shop-production-main-nat-c"
  }
}

resource "aws_nat_gateway" "main_nat_c" {
  allocation_id = aws_eip.main_nat_c.allocation_id
  subnet_id     = aws_subnet.main_public_c.id

  tags = {
    Name = "shop-production-main-nat-c"
  }
}

resource "aws_route" "main_private_a_internet" {
  route_table_id         = aws_route_table.main_private_a.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main_nat_a.id
}

resource "aws_route" "main_private_b_internet" {
  route_table_id         = aws_route_table.main_private_b.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main_nat_b.id
}

resource "aws_route" "main_private_c_internet" {
  route_table_id         = aws_route_table.main_private_c.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main_nat_c.id
}

resource "aws_network_acl" "main_isolated" {
  vpc_id = aws_vpc.main.id

  subnet_ids = [
    aws_subnet.main_isolated_a.id,
    aws_subnet.main_isolated_b.id,
    aws_subnet.main_isolated_c.id,
  ]

  tags = {
    Name = "shop-production-main-isolated"
  }

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = aws_vpc.main.cidr_block
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = aws_vpc.main.cidr_block
  }
}

resource "aws_vpc_endpoint" "main_s3" {
  vpc_id            = aws_vpc.main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.eu-central-1.s3"

  route_table_ids = [
    aws_route_table.main_public.id,
    aws_route_table.main_private_a.id,
    aws_route_table.main_private_b.id,
    aws_route_table.main_private_c.id,
    aws_route_table.main_isolated.id,
  ]

  tags = {
    Name = "shop-production-main-s3"
  }
}

resource "aws_vpc_endpoint" "main_dynamodb" {
  vpc_id            = aws_vpc.main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.eu-central-1.dynamodb"

  route_table_ids = [
    aws_route_table.main_public.id,
    aws_route_table.main_private_a.id,
    aws_route_table.main_private_b.id,
    aws_route_table.main_private_c.id,
    aws_route_table.main_isolated.id,
  ]

  tags = {
    Name = "shop-production-main-dynamodb"
  }
}

resource "aws_security_group" "main_endpoints" {
  name_prefix = "shop-production-main-endpoints-"
  description = "Interface endpoints of AWS services"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "shop-production-main-endpoints"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "main_endpoints_from_network_tcp_443" {
  security_group_id = aws_security_group.main_endpoints.id
  description       = "From network"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = aws_vpc.main.cidr_block
}

resource "aws_vpc_endpoint" "main_ecr_api" {
  vpc_id            = aws_vpc.main.id
  vpc_endpoint_type = "Interface"
  service_name      = "com.amazonaws.eu-central-1.ecr.api"

  subnet_ids = [
    aws_subnet.main_private_a.id,
    aws_subnet.main_private_b.id,
    aws_subnet.main_private_c.id,
  ]

  security_group_ids  = [aws_security_group.main_endpoints.id]
  private_dns_enabled = true

  tags = {
    Name = "shop-production-main-ecr-api"
  }
}

resource "aws_vpc_endpoint" "main_ecr_dkr" {
  vpc_id            = aws_vpc.main.id
  vpc_endpoint_type = "Interface"
  service_name      = "com.amazonaws.eu-central-1.ecr.dkr"

  subnet_ids = [
    aws_subnet.main_private_a.id,
    aws_subnet.main_private_b.id,
    aws_subnet.main_private_c.id,
  ]

  security_group_ids  = [aws_security_group.main_endpoints.id]
  private_dns_enabled = true

  tags = {
    Name = "shop-production-main-ecr-dkr"
  }
}

resource "aws_vpc_endpoint" "main_logs" {
  vpc_id            = aws_vpc.main.id
  vpc_endpoint_type = "Interface"
  service_name      = "com.amazonaws.eu-central-1.logs"

  subnet_ids = [
    aws_subnet.main_private_a.id,
    aws_subnet.main_private_b.id,
    aws_subnet.main_private_c.id,
  ]

  security_group_ids  = [aws_security_group.main_endpoints.id]
  private_dns_enabled = true

  tags = {
    Name = "shop-production-main-logs"
  }
}

resource "aws_vpc_endpoint" "main_secretsmanager" {
  vpc_id            = aws_vpc.main.id
  vpc_endpoint_type = "Interface"
  service_name      = "com.amazonaws.eu-central-1.secretsmanager"

  subnet_ids = [
    aws_subnet.main_private_a.id,
    aws_subnet.main_private_b.id,
    aws_subnet.main_private_c.id,
  ]

  security_group_ids  = [aws_security_group.main_endpoints.id]
  private_dns_enabled = true

  tags = {
    Name = "shop-production-main-secretsmanager"
  }
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

resource "aws_kms_key" "encryption" {
  description             = "Default encryption key of shop-production"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "EnableIamPolicies"
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"
        }
        Action   = "kms:*"
        Resource = "*"
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "logs.${data.aws_region.current.name}.amazonaws.com"
        }
        Action = [
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:Encrypt",
          "kms:GenerateDataKey*",
          "kms:ReEncrypt*",
        ]
        Resource = "*"
        Condition = {
          ArnLike = {
            "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:*"
          }
        }
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "cloudwatch.amazonaws.com"
        }
        Action   = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "events.amazonaws.com"
        }
        Action   = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_kms_alias" "encryption" {
  name          = "alias/shop-production-encryption"
  target_key_id = aws_kms_key.encryption.key_id
}

resource "aws_cloudwatch_log_group" "main_flow_log" {
  name              = "/shop-production/main_flow_log"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "main_flow_log" {
  name = "shop-production-main-flow-log"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "vpc-flow-logs.amazonaws.com"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "main_flow_log" {
  name = "grants"
  role = aws_iam_role.main_flow_log.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.main_flow_log.arn}:*"
      },
    ]
  })
}

resource "aws_flow_log" "main" {
  vpc_id          = aws_vpc.main.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.main_flow_log.arn
  iam_role_arn    = aws_iam_role.main_flow_log.arn
}

resource "aws_cloudwatch_log_group" "main_sessions" {
  name              = "/shop-production/main_sessions"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_service_discovery_http_namespace" "main" {
  name = "shop-production-main"
}

resource "aws_ecs_cluster" "main" {
  name = "shop-production-main"

  setting {
    name  = "containerInsights"
    value = "enhanced"
  }

  configuration {
    execute_command_configuration {
      kms_key_id = aws_kms_key.encryption.arn
      logging    = "OVERRIDE"

      log_configuration {
        cloud_watch_encryption_enabled = true
        cloud_watch_log_group_name     = aws_cloudwatch_log_group.main_sessions.name
      }
    }
  }

  service_connect_defaults {
    namespace = aws_service_discovery_http_namespace.main.arn
  }
}

resource "aws_ecs_cluster_capacity_providers" "main" {
  cluster_name       = aws_ecs_cluster.main.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

resource "aws_route53_zone" "main" {
  # iac:waive=CKV2_AWS_38 until=2027-12-31: the registrar of the domain does not support DNSSEC
  # checkov:skip=CKV2_AWS_38:until 2027-12-31: the registrar of the domain does not support DNSSEC
  # iac:waive=CKV2_AWS_39 until=2027-12-31: DNS query logs are not needed
  # checkov:skip=CKV2_AWS_39:until 2027-12-31: DNS query logs are not needed
  name = "shop.example"
}

resource "aws_acm_certificate" "main" {
  domain_name       = "shop.example"
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "main_validation" {
  for_each = {
    for value in aws_acm_certificate.main.domain_validation_options : value.domain_name => value
  }

  zone_id         = aws_route53_zone.main.zone_id
  name            = each.value.resource_record_name
  type            = each.value.resource_record_type
  records         = [each.value.resource_record_value]
  ttl             = 60
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "main" {
  certificate_arn         = aws_acm_certificate.main.arn
  validation_record_fqdns = values(aws_route53_record.main_validation)[*].fqdn
}

resource "aws_sns_topic" "operators" {
  name              = "shop-production-operators"
  kms_master_key_id = aws_kms_key.encryption.key_id
}

resource "aws_sns_topic_policy" "operators" {
  arn = aws_sns_topic.operators.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.operators.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "cloudwatch.amazonaws.com"
        }
        Action   = "sns:Publish"
        Resource = aws_sns_topic.operators.arn
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "events.amazonaws.com"
        }
        Action   = "sns:Publish"
        Resource = aws_sns_topic.operators.arn
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "operators_on_call" {
  topic_arn = aws_sns_topic.operators.arn
  protocol  = "email"
  endpoint  = "operators@shop.example"
}

resource "aws_security_group" "developers" {
  name_prefix = "shop-production-developers-"
  description = "Users of the VPN developers"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "shop-production-developers"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "developers" {
  name              = "/shop-production/developers"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_ec2_client_vpn_endpoint" "developers" {
  description            = "shop-production-developers"
  server_certificate_arn = aws_acm_certificate_validation.main.certificate_arn
  client_cidr_block      = "10.255.0.0/22"
  vpc_id                 = aws_vpc.main.id
  security_group_ids     = [aws_security_group.developers.id]
  split_tunnel           = true
  session_timeout_hours  = 10

  tags = {
    Name = "shop-production-developers"
  }

  authentication_options {
    type                       = "certificate-authentication"
    root_certificate_chain_arn = "arn:aws:acm:eu-central-1:111111111111:certificate/6f6b1a0e-7d7c-4f0e-9a35-2f5e0c0a9d11"
  }

  connection_log_options {
    enabled              = true
    cloudwatch_log_group = aws_cloudwatch_log_group.developers.name
  }
}

resource "aws_ec2_client_vpn_network_association" "developers_0" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.developers.id
  subnet_id              = aws_subnet.main_private_a.id
}

resource "aws_ec2_client_vpn_network_association" "developers_1" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.developers.id
  subnet_id              = aws_subnet.main_private_b.id
}

resource "aws_ec2_client_vpn_network_association" "developers_2" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.developers.id
  subnet_id              = aws_subnet.main_private_c.id
}

resource "aws_ec2_client_vpn_authorization_rule" "developers" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.developers.id
  target_network_cidr    = aws_vpc.main.cidr_block
  authorize_all_groups   = true
}

resource "aws_s3_bucket" "access_logs" {
  # iac:waive=CKV_AWS_18 until=2027-12-31: this bucket stores the access logs
  # checkov:skip=CKV_AWS_18:until 2027-12-31: this bucket stores the access logs
  # iac:waive=CKV_AWS_144 until=2027-12-31: access logs do not need replication
  # checkov:skip=CKV_AWS_144:until 2027-12-31: access logs do not need replication
  # iac:waive=CKV_AWS_145 until=2027-12-31: load balancers do not support customer managed keys
  # checkov:skip=CKV_AWS_145:until 2027-12-31: load balancers do not support customer managed keys
  bucket_prefix = "shop-production-access-logs-"
}

resource "aws_s3_bucket_public_access_block" "access_logs" {
  bucket                  = aws_s3_bucket.access_logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "access_logs" {
  bucket = aws_s3_bucket.access_logs.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "access_logs" {
  bucket = aws_s3_bucket.access_logs.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "access_logs" {
  bucket = aws_s3_bucket.access_logs.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "access_logs" {
  bucket = aws_s3_bucket.access_logs.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = 365
    }

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.access_logs]
}

resource "aws_s3_bucket_notification" "access_logs" {
  bucket      = aws_s3_bucket.access_logs.id
  eventbridge = true
}

resource "aws_s3_bucket_policy" "access_logs" {
  bucket = aws_s3_bucket.access_logs.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.access_logs.arn, "${aws_s3_bucket.access_logs.arn}/*"]
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
      {
        Sid    = "AllowLoadBalancerLogs"
        Effect = "Allow"
        Principal = {
          Service = "logdelivery.elasticloadbalancing.amazonaws.com"
        }
        Action   = "s3:PutObject"
        Resource = "${aws_s3_bucket.access_logs.arn}/*"
      },
      {
        Sid    = "AllowBucketLogs"
        Effect = "Allow"
        Principal = {
          Service = "logging.s3.amazonaws.com"
        }
        Action   = "s3:PutObject"
        Resource = "${aws_s3_bucket.access_logs.arn}/*"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_security_group" "shop" {
  name_prefix = "shop-production-shop-"
  description = "The database shop"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "shop-production-shop"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_subnet_group" "shop" {
  name = "shop-production-shop"

  subnet_ids = [
    aws_subnet.main_isolated_a.id,
    aws_subnet.main_isolated_b.id,
    aws_subnet.main_isolated_c.id,
  ]
}

resource "aws_rds_cluster_parameter_group" "shop" {
  name_prefix = "shop-production-shop-"
  family      = "aurora-postgresql17"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }

  parameter {
    name  = "log_statement"
    value = "ddl"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_iam_role" "shop_monitoring" {
  name = "shop-production-shop-monitoring"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "monitoring.rds.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "shop_monitoring_AmazonRDSEnhancedMonitoringRole" {
  role       = aws_iam_role.shop_monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_cloudwatch_log_group" "shop_postgresql" {
  name              = "/aws/rds/cluster/shop-production-shop/postgresql"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_rds_cluster" "shop" {
  # iac:waive=CKV2_AWS_8 until=2027-12-31: point-in-time recovery covers two weeks without a backup plan
  # checkov:skip=CKV2_AWS_8:until 2027-12-31: point-in-time recovery covers two weeks without a backup plan
  cluster_identifier                  = "shop-production-shop"
  engine                              = "aurora-postgresql"
  engine_version                      = "17.4"
  database_name                       = "main"
  master_username                     = "root"
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = aws_kms_key.encryption.arn
  iam_database_authentication_enabled = true
  db_subnet_group_name                = aws_db_subnet_group.shop.name
  vpc_security_group_ids              = [aws_security_group.shop.id]
  db_cluster_parameter_group_name     = aws_rds_cluster_parameter_group.shop.name
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.encryption.arn
  backup_retention_period             = 14
  copy_tags_to_snapshot               = true
  enabled_cloudwatch_logs_exports     = ["postgresql"]
  deletion_protection                 = true
  skip_final_snapshot                 = false
  final_snapshot_identifier           = "shop-production-shop-last"

  serverlessv2_scaling_configuration {
    min_capacity = 2
    max_capacity = 32
  }

  depends_on = [aws_cloudwatch_log_group.shop_postgresql]
}

resource "aws_rds_cluster_instance" "shop_0" {
  identifier                      = "shop-production-shop-0"
  cluster_identifier              = aws_rds_cluster.shop.id
  engine                          = aws_rds_cluster.shop.engine
  engine_version                  = aws_rds_cluster.shop.engine_version
  instance_class                  = "db.serverless"
  publicly_accessible             = false
  auto_minor_version_upgrade      = true
  copy_tags_to_snapshot           = true
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.shop_monitoring.arn
  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.encryption.arn

  depends_on = [aws_iam_role_policy_attachment.shop_monitoring_AmazonRDSEnhancedMonitoringRole]
}

resource "aws_rds_cluster_instance" "shop_1" {
  identifier                      = "shop-production-shop-1"
  cluster_identifier              = aws_rds_cluster.shop.id
  engine                          = aws_rds_cluster.shop.engine
  engine_version                  = aws_rds_cluster.shop.engine_version
  instance_class                  = "db.serverless"
  publicly_accessible             = false
  auto_minor_version_upgrade      = true
  copy_tags_to_snapshot           = true
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.shop_monitoring.arn
  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.encryption.arn

  depends_on = [aws_iam_role_policy_attachment.shop_monitoring_AmazonRDSEnhancedMonitoringRole]
}

resource "aws_cloudwatch_metric_alarm" "shop_cpu" {
  alarm_name        = "shop-production-shop-cpu"
  alarm_description = "CPU utilization of database shop is above 90%"
  namespace         = "AWS/RDS"
  metric_name       = "CPUUtilization"

  dimensions = {
    DBClusterIdentifier = aws_rds_cluster.shop.cluster_identifier
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 10
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "shop_memory" {
  alarm_name        = "shop-production-shop-memory"
  alarm_description = "Database shop has less than 128 MiB of freeable memory"
  namespace         = "AWS/RDS"
  metric_name       = "FreeableMemory"

  dimensions = {
    DBClusterIdentifier = aws_rds_cluster.shop.cluster_identifier
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 10
  comparison_operator = "LessThanThreshold"
  threshold           = 134217728
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_security_group" "carts" {
  name_prefix = "shop-production-carts-"
  description = "The cache carts"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "shop-production-carts"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_elasticache_subnet_group" "carts" {
  name = "shop-production-carts"

  subnet_ids = [
    aws_subnet.main_private_a.id,
    aws_subnet.main_private_b.id,
    aws_subnet.main_private_c.id,
  ]
}

resource "aws_elasticache_user" "carts" {
  user_id       = "shop-production-carts"
  user_name     = "shop-production-carts"
  engine        = "redis"
  access_string = "on ~* +@all -@dangerous"

  authentication_mode {
    type = "iam"
  }
}

resource "aws_elasticache_user" "carts_default" {
  user_id       = "shop-production-carts-default"
  user_name     = "default"
  engine        = "redis"
  access_string = "off -@all"

  authentication_mode {
    type = "no-password-required"
  }
}

resource "aws_elasticache_user_group" "carts" {
  user_group_id = "shop-production-carts"
  engine        = "redis"
  user_ids      = [aws_elasticache_user.carts_default.user_id, aws_elasticache_user.carts.user_id]
}

resource "aws_elasticache_replication_group" "carts" {
  replication_group_id       = "shop-production-carts"
  description                = "The cache carts"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  subnet_group_name          = aws_elasticache_subnet_group.carts.name
  security_group_ids         = [aws_security_group.carts.id]
  at_rest_encryption_enabled = "true"
  kms_key_id                 = aws_kms_key.encryption.arn
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  user_group_ids             = [aws_elasticache_user_group.carts.user_group_id]
  snapshot_retention_limit   = 7
}

resource "aws_sqs_queue" "orders_dead_letters" {
  name                      = "shop-production-orders-dead-letters"
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.encryption.key_id
}

resource "aws_sqs_queue_policy" "orders_dead_letters" {
  queue_url = aws_sqs_queue.orders_dead_letters.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.orders_dead_letters.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_sqs_queue" "orders" {
  name                       = "shop-production-orders"
  message_retention_seconds  = 345600
  kms_master_key_id          = aws_kms_key.encryption.key_id
  visibility_timeout_seconds = 120

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.orders_dead_letters.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue_policy" "orders" {
  queue_url = aws_sqs_queue.orders.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.orders.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "orders_waits" {
  alarm_name        = "shop-production-orders-waits"
  alarm_description = "The oldest message in queue orders is older than 15 minutes"
  namespace         = "AWS/SQS"
  metric_name       = "ApproximateAgeOfOldestMessage"

  dimensions = {
    QueueName = aws_sqs_queue.orders.name
  }

  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 900
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "orders_dead_letters" {
  alarm_name        = "shop-production-orders-dead-letters"
  alarm_description = "The dead-letter queue of orders is not empty"
  namespace         = "AWS/SQS"
  metric_name       = "ApproximateNumberOfMessagesVisible"

  dimensions = {
    QueueName = aws_sqs_queue.orders_dead_letters.name
  }

  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_ecr_repository" "catalogue" {
  name                 = "shop-production/catalogue"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.encryption.arn
  }
}

resource "aws_ecr_lifecycle_policy" "catalogue" {
  repository = aws_ecr_repository.catalogue.name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Keep the last 100 images"
        selection = {
          tagStatus   = "any"
          countType   = "imageCountMoreThan"
          countNumber = 100
        }
        action = {
          type = "expire"
        }
      },
    ]
  })
}

resource "aws_cloudwatch_log_group" "catalogue" {
  name              = "/shop-production/catalogue"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "catalogue_execution" {
  name = "shop-production-catalogue-execution"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ecs-tasks.amazonaws.com"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "catalogue_execution" {
  name = "grants"
  role = aws_iam_role.catalogue_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.catalogue.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      {
        Effect = "Allow"
        Action = [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:GetDownloadUrlForLayer",
        ]
        Resource = aws_ecr_repository.catalogue.arn
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_rds_cluster.shop.master_user_secret[0].secret_arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_iam_role" "catalogue_task" {
  name = "shop-production-catalogue-task"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ecs-tasks.amazonaws.com"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_ecs_task_definition" "catalogue" {
  family                   = "shop-production-catalogue"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.catalogue_execution.arn
  task_role_arn            = aws_iam_role.catalogue_task.arn

  container_definitions = jsonencode([
    {
      name      = "catalogue"
      image     = "${aws_ecr_repository.catalogue.repository_url}:2026.11.1"
      essential = true
      portMappings = [
        {
          name          = "catalogue-8080"
          containerPort = 8080
          hostPort      = 8080
          protocol      = "tcp"
          appProtocol   = "http"
        },
      ]
      environment = [
        {
          name  = "DATABASE_HOST"
          value = aws_rds_cluster.shop.endpoint
        },
      ]
      mountPoints = [
        {
          sourceVolume  = "tmp"
          containerPath = "/tmp"
          readOnly      = false
        },
      ]
      volumesFrom    = []
      systemControls = []
      secrets = [
        {
          name      = "DATABASE_USER"
          valueFrom = "${aws_rds_cluster.shop.master_user_secret[0].secret_arn}:username::"
        },
        {
          name      = "DATABASE_PASSWORD"
          valueFrom = "${aws_rds_cluster.shop.master_user_secret[0].secret_arn}:password::"
        },
      ]
      healthCheck = {
        command     = ["CMD", "/app/health"]
        interval    = 10
        timeout     = 5
        retries     = 3
        startPeriod = 30
      }
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.catalogue.name
          awslogs-region        = data.aws_region.current.name
          awslogs-stream-prefix = "task"
          mode                  = "non-blocking"
        }
      }
    },
  ])

  runtime_platform {
    cpu_architecture        = "ARM64"
    operating_system_family = "LINUX"
  }

  volume {
    name = "tmp"
  }
}

resource "aws_security_group" "catalogue" {
  name_prefix = "shop-production-catalogue-"
  description = "Tasks of catalogue"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "shop-production-catalogue"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "catalogue_to_internet_tcp_443" {
  security_group_id = aws_security_group.catalogue.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_ecs_service" "catalogue" {
  name                          = "shop-production-catalogue"
  cluster                       = aws_ecs_cluster.main.arn
  task_definition               = aws_ecs_task_definition.catalogue.arn
  desired_count                 = 3
  availability_zone_rebalancing = "ENABLED"
  enable_ecs_managed_tags       = true
  propagate_tags                = "SERVICE"

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.main.arn

    service {
      port_name      = "catalogue-8080"
      discovery_name = "catalogue"

      client_alias {
        dns_name = "catalogue"
        port     = 8080
      }
    }
  }

  network_configuration {
    subnets = [
      aws_subnet.main_private_a.id,
      aws_subnet.main_private_b.id,
      aws_subnet.main_private_c.id,
    ]

    security_groups = [aws_security_group.catalogue.id]
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [aws_ecs_cluster_capacity_providers.main, aws_iam_role_policy.catalogue_execution]
}

resource "aws_appautoscaling_target" "catalogue" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.catalogue.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 3
  max_capacity       = 30
}

resource "aws_appautoscaling_policy" "catalogue_cpu" {
  name               = "shop-production-catalogue-cpu"
  service_namespace  = aws_appautoscaling_target.catalogue.service_namespace
  resource_id        = aws_appautoscaling_target.catalogue.resource_id
  scalable_dimension = aws_appautoscaling_target.catalogue.scalable_dimension
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

resource "aws_ecr_repository" "checkout" {
  name                 = "shop-production/checkout"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.encryption.arn
  }
}

resource "aws_ecr_lifecycle_policy" "checkout" {
  repository = aws_ecr_repository.checkout.name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Keep the last 100 images"
        selection = {
          tagStatus   = "any"
          countType   = "imageCountMoreThan"
          countNumber = 100
        }
        action = {
          type = "expire"
        }
      },
    ]
  })
}

resource "aws_cloudwatch_log_group" "checkout" {
  name              = "/shop-production/checkout"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "checkout_execution" {
  name = "shop-production-checkout-execution"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ecs-tasks.amazonaws.com"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "checkout_execution" {
  name = "grants"
  role = aws_iam_role.checkout_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.checkout.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      {
        Effect = "Allow"
        Action = [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:GetDownloadUrlForLayer",
        ]
        Resource = aws_ecr_repository.checkout.arn
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_rds_cluster.shop.master_user_secret[0].secret_arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_iam_role" "checkout_task" {
  name = "shop-production-checkout-task"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ecs-tasks.amazonaws.com"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_ecs_task_definition" "checkout" {
  family                   = "shop-production-checkout"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.checkout_execution.arn
  task_role_arn            = aws_iam_role.checkout_task.arn

  container_definitions = jsonencode([
    {
      name      = "checkout"
      image     = "${aws_ecr_repository.checkout.repository_url}:2026.11.1"
      essential = true
      portMappings = [
        {
          name          = "checkout-8080"
          containerPort = 8080
          hostPort      = 8080
          protocol      = "tcp"
          appProtocol   = "http"
        },
      ]
      environment = [
        {
          name  = "DATABASE_HOST"
          value = aws_rds_cluster.shop.endpoint
        },
        {
          name  = "CARTS"
          value = aws_elasticache_replication_group.carts.primary_endpoint_address
        },
        {
          name  = "CARTS_USER"
          value = aws_elasticache_user.carts.user_name
        },
        {
          name  = "ORDERS"
          value = aws_sqs_queue.orders.url
        },
      ]
      mountPoints = [
        {
          sourceVolume  = "tmp"
          containerPath = "/tmp"
          readOnly      = false
        },
      ]
      volumesFrom    = []
      systemControls = []
      secrets = [
        {
          name      = "DATABASE_USER"
          valueFrom = "${aws_rds_cluster.shop.master_user_secret[0].secret_arn}:username::"
        },
        {
          name      = "DATABASE_PASSWORD"
          valueFrom = "${aws_rds_cluster.shop.master_user_secret[0].secret_arn}:password::"
        },
      ]
      healthCheck = {
        command     = ["CMD", "/app/health"]
        interval    = 10
        timeout     = 5
        retries     = 3
        startPeriod = 30
      }
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.checkout.name
          awslogs-region        = data.aws_region.current.name
          awslogs-stream-prefix = "task"
          mode                  = "non-blocking"
        }
      }
    },
  ])

  runtime_platform {
    cpu_architecture        = "ARM64"
    operating_system_family = "LINUX"
  }

  volume {
    name = "tmp"
  }
}

resource "aws_security_group" "checkout" {
  name_prefix = "shop-production-checkout-"
  description = "Tasks of checkout"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "shop-production-checkout"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "checkout_to_internet_tcp_443" {
  security_group_id = aws_security_group.checkout.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_ecs_service" "checkout" {
  name                          = "shop-production-checkout"
  cluster                       = aws_ecs_cluster.main.arn
  task_definition               = aws_ecs_task_definition.checkout.arn
  desired_count                 = 3
  availability_zone_rebalancing = "ENABLED"
  enable_ecs_managed_tags       = true
  propagate_tags                = "SERVICE"

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.main.arn

    service {
      port_name      = "checkout-8080"
      discovery_name = "checkout"

      client_alias {
        dns_name = "checkout"
        port     = 8080
      }
    }
  }

  network_configuration {
    subnets = [
      aws_subnet.main_private_a.id,
      aws_subnet.main_private_b.id,
      aws_subnet.main_private_c.id,
    ]

    security_groups = [aws_security_group.checkout.id]
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [aws_ecs_cluster_capacity_providers.main, aws_iam_role_policy.checkout_execution]
}

resource "aws_appautoscaling_target" "checkout" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.checkout.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 3
  max_capacity       = 30
}

resource "aws_appautoscaling_policy" "checkout_cpu" {
  name               = "shop-production-checkout-cpu"
  service_namespace  = aws_appautoscaling_target.checkout.service_namespace
  resource_id        = aws_appautoscaling_target.checkout.resource_id
  scalable_dimension = aws_appautoscaling_target.checkout.scalable_dimension
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

resource "aws_ecr_repository" "payment" {
  name                 = "shop-production/payment"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.encryption.arn
  }
}

resource "aws_ecr_lifecycle_policy" "payment" {
  repository = aws_ecr_repository.payment.name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Keep the last 100 images"
        selection = {
          tagStatus   = "any"
          countType   = "imageCountMoreThan"
          countNumber = 100
        }
        action = {
          type = "expire"
        }
      },
    ]
  })
}

resource "aws_cloudwatch_log_group" "payment" {
  name              = "/shop-production/payment"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "payment_execution" {
  name = "shop-production-payment-execution"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ecs-tasks.amazonaws.com"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "payment_execution" {
  name = "grants"
  role = aws_iam_role.payment_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.payment.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      {
        Effect = "Allow"
        Action = [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:GetDownloadUrlForLayer",
        ]
        Resource = aws_ecr_repository.payment.arn
      },
    ]
  })
}

resource "aws_iam_role" "payment_task" {
  name = "shop-production-payment-task"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ecs-tasks.amazonaws.com"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_ecs_task_definition" "payment" {
  family                   = "shop-production-payment"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.payment_execution.arn
  task_role_arn            = aws_iam_role.payment_task.arn

  container_definitions = jsonencode([
    {
      name      = "payment"
      image     = "${aws_ecr_repository.payment.repository_url}:2026.11.1"
      essential = true
      portMappings = [
        {
          name          = "payment-8080"
          containerPort = 8080
          hostPort      = 8080
          protocol      = "tcp"
          appProtocol   = "http"
        },
      ]
      environment = [
        {
          name  = "ORDERS"
          value = aws_sqs_queue.orders.url
        },
      ]
      mountPoints = [
        {
          sourceVolume  = "tmp"
          containerPath = "/tmp"
          readOnly      = false
        },
      ]
      volumesFrom    = []
      systemControls = []
      healthCheck = {
        command     = ["CMD", "/app/health"]
        interval    = 10
        timeout     = 5
        retries     = 3
        startPeriod = 30
      }
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.payment.name
          awslogs-region        = data.aws_region.current.name
          awslogs-stream-prefix = "task"
          mode                  = "non-blocking"
        }
      }
    },
  ])

  runtime_platform {
    cpu_architecture        = "ARM64"
    operating_system_family = "LINUX"
  }

  volume {
    name = "tmp"
  }
}

resource "aws_security_group" "payment" {
  name_prefix = "shop-production-payment-"
  description = "Tasks of payment"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "shop-production-payment"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "payment_to_internet_tcp_443" {
  security_group_id = aws_security_group.payment.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_ecs_service" "payment" {
  name                          = "shop-production-payment"
  cluster                       = aws_ecs_cluster.main.arn
  task_definition               = aws_ecs_task_definition.payment.arn
  desired_count                 = 3
  availability_zone_rebalancing = "ENABLED"
  enable_ecs_managed_tags       = true
  propagate_tags                = "SERVICE"

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.main.arn

    service {
      port_name      = "payment-8080"
      discovery_name = "payment"

      client_alias {
        dns_name = "payment"
        port     = 8080
      }
    }
  }

  network_configuration {
    subnets = [
      aws_subnet.main_private_a.id,
      aws_subnet.main_private_b.id,
      aws_subnet.main_private_c.id,
    ]

    security_groups = [aws_security_group.payment.id]
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [aws_ecs_cluster_capacity_providers.main, aws_iam_role_policy.payment_execution]
}

resource "aws_appautoscaling_target" "payment" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.payment.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 3
  max_capacity       = 30
}

resource "aws_appautoscaling_policy" "payment_cpu" {
  name               = "shop-production-payment-cpu"
  service_namespace  = aws_appautoscaling_target.payment.service_namespace
  resource_id        = aws_appautoscaling_target.payment.resource_id
  scalable_dimension = aws_appautoscaling_target.payment.scalable_dimension
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

resource "aws_vpc_security_group_ingress_rule" "shop_from_catalogue_tcp_5432" {
  security_group_id            = aws_security_group.shop.id
  description                  = "From catalogue"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.catalogue.id
}

resource "aws_vpc_security_group_egress_rule" "catalogue_to_shop_tcp_5432" {
  security_group_id            = aws_security_group.catalogue.id
  description                  = "To shop"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.shop.id
}

resource "aws_vpc_security_group_ingress_rule" "shop_from_checkout_tcp_5432" {
  security_group_id            = aws_security_group.shop.id
  description                  = "From checkout"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.checkout.id
}

resource "aws_vpc_security_group_egress_rule" "checkout_to_shop_tcp_5432" {
  security_group_id            = aws_security_group.checkout.id
  description                  = "To shop"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.shop.id
}

resource "aws_vpc_security_group_ingress_rule" "carts_from_checkout_tcp_6379" {
  security_group_id            = aws_security_group.carts.id
  description                  = "From checkout"
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
  referenced_security_group_id = aws_security_group.checkout.id
}

resource "aws_vpc_security_group_egress_rule" "checkout_to_carts_tcp_6379" {
  security_group_id            = aws_security_group.checkout.id
  description                  = "To carts"
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
  referenced_security_group_id = aws_security_group.carts.id
}

resource "aws_iam_role_policy" "checkout_task" {
  name = "grants"
  role = aws_iam_role.checkout_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "elasticache:Connect"
        Resource = [aws_elasticache_replication_group.carts.arn, aws_elasticache_user.carts.arn]
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
        Resource = aws_sqs_queue.orders.arn
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_vpc_security_group_ingress_rule" "catalogue_from_checkout_tcp_8080" {
  security_group_id            = aws_security_group.catalogue.id
  description                  = "From checkout"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.checkout.id
}

resource "aws_vpc_security_group_egress_rule" "checkout_to_catalogue_tcp_8080" {
  security_group_id            = aws_security_group.checkout.id
  description                  = "To catalogue"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.catalogue.id
}

resource "aws_iam_role_policy" "payment_task" {
  name = "grants"
  role = aws_iam_role.payment_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "sqs:ChangeMessageVisibility",
          "sqs:DeleteMessage",
          "sqs:GetQueueAttributes",
          "sqs:GetQueueUrl",
          "sqs:ReceiveMessage",
        ]
        Resource = aws_sqs_queue.orders.arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "catalogue_cpu" {
  alarm_name        = "shop-production-catalogue-cpu"
  alarm_description = "CPU utilization of service catalogue is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.catalogue.name
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "catalogue_memory" {
  alarm_name        = "shop-production-catalogue-memory"
  alarm_description = "Memory utilization of service catalogue is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.catalogue.name
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "catalogue_down" {
  alarm_name        = "shop-production-catalogue-down"
  alarm_description = "Service catalogue has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.catalogue.name
  }

  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "checkout_cpu" {
  alarm_name        = "shop-production-checkout-cpu"
  alarm_description = "CPU utilization of service checkout is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.checkout.name
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "checkout_memory" {
  alarm_name        = "shop-production-checkout-memory"
  alarm_description = "Memory utilization of service checkout is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.checkout.name
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "checkout_down" {
  alarm_name        = "shop-production-checkout-down"
  alarm_description = "Service checkout has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.checkout.name
  }

  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "payment_cpu" {
  alarm_name        = "shop-production-payment-cpu"
  alarm_description = "CPU utilization of service payment is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.payment.name
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "payment_memory" {
  alarm_name        = "shop-production-payment-memory"
  alarm_description = "Memory utilization of service payment is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.payment.name
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "payment_down" {
  alarm_name        = "shop-production-payment-down"
  alarm_description = "Service payment has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.payment.name
  }

  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_security_group" "front" {
  name_prefix = "shop-production-front-"
  description = "The load balancer front"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "shop-production-front"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "front_from_internet_tcp_443" {
  security_group_id = aws_security_group.front.id
  description       = "From internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "front_from_internet_tcp_80" {
  # iac:waive=CKV_AWS_260 until=2027-12-31: port 80 only redirects to HTTPS
  # checkov:skip=CKV_AWS_260:until 2027-12-31: port 80 only redirects to HTTPS
  security_group_id = aws_security_group.front.id
  description       = "From internet"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_lb" "front" {
  name                       = "shop-production-front"
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = [aws_subnet.main_public_a.id, aws_subnet.main_public_b.id, aws_subnet.main_public_c.id]
  security_groups            = [aws_security_group.front.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = true

  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.access_logs.id
    prefix  = "front"
  }

  depends_on = [aws_s3_bucket_policy.access_logs]
}

resource "aws_lb_listener" "front_http" {
  load_balancer_arn = aws_lb.front.arn
  protocol          = "HTTP"
  port              = 80

  default_action {
    type = "redirect"

    redirect {
      status_code = "HTTP_301"
      protocol    = "HTTPS"
      port        = "443"
    }
  }
}

resource "aws_lb_listener" "front_https" {
  load_balancer_arn = aws_lb.front.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.main.certificate_arn

  default_action {
    type = "fixed-response"

    fixed_response {
      status_code  = "404"
      content_type = "text/plain"
      message_body = "Not found"
    }
  }
}

resource "aws_route53_record" "front" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "shop.example"
  type    = "A"

  alias {
    name                   = aws_lb.front.dns_name
    zone_id                = aws_lb.front.zone_id
    evaluate_target_health = true
  }
}

resource "aws_wafv2_web_acl" "firewall" {
  name  = "shop-production-firewall"
  scope = "REGIONAL"

  default_action {
    allow {}
  }

  rule {
    name     = "rate"
    priority = 0

    action {
      block {}
    }

    statement {
      rate_based_statement {
        limit              = 2000
        aggregate_key_type = "IP"
      }
    }

    visibility_config {
      metric_name                = "rate"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  rule {
    name     = "AWSManagedRulesAnonymousIpList"
    priority = 1

    override_action {
      count {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesAnonymousIpList"
      }
    }

    visibility_config {
      metric_name                = "AWSManagedRulesAnonymousIpList"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  rule {
    name     = "AWSManagedRulesAmazonIpReputationList"
    priority = 2

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesAmazonIpReputationList"
      }
    }

    visibility_config {
      metric_name                = "AWSManagedRulesAmazonIpReputationList"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  rule {
    name     = "AWSManagedRulesCommonRuleSet"
    priority = 3

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesCommonRuleSet"
      }
    }

    visibility_config {
      metric_name                = "AWSManagedRulesCommonRuleSet"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  rule {
    name     = "AWSManagedRulesKnownBadInputsRuleSet"
    priority = 4

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesKnownBadInputsRuleSet"
      }
    }

    visibility_config {
      metric_name                = "AWSManagedRulesKnownBadInputsRuleSet"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  rule {
    name     = "AWSManagedRulesSQLiRuleSet"
    priority = 5

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesSQLiRuleSet"
      }
    }

    visibility_config {
      metric_name                = "AWSManagedRulesSQLiRuleSet"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    metric_name                = "shop-production-firewall"
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "firewall" {
  web_acl_arn  = aws_wafv2_web_acl.firewall.arn
  resource_arn = aws_lb.front.arn
}

resource "aws_cloudwatch_log_group" "firewall" {
  name              = "aws-waf-logs-shop-production-firewall"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_wafv2_web_acl_logging_configuration" "firewall" {
  resource_arn            = aws_wafv2_web_acl.firewall.arn
  log_destination_configs = [aws_cloudwatch_log_group.firewall.arn]

  redacted_fields {
    single_header {
      name = "authorization"
    }
  }

  redacted_fields {
    single_header {
      name = "cookie"
    }
  }
}

resource "aws_lb_target_group" "website" {
  # iac:waive=CKV_AWS_378 until=2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  # checkov:skip=CKV_AWS_378:until 2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  name                          = "shop-production-website"
  vpc_id                        = aws_vpc.main.id
  target_type                   = "ip"
  protocol                      = "HTTP"
  port                          = 8080
  deregistration_delay          = "30"
  load_balancing_algorithm_type = "least_outstanding_requests"

  health_check {
    path                = "/health"
    matcher             = "200"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener_rule" "website" {
  listener_arn = aws_lb_listener.front_https.arn
  priority     = 1000

  condition {
    path_pattern {
      values = ["/*"]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.website.arn
  }
}

resource "aws_cloudwatch_metric_alarm" "website_unhealthy" {
  alarm_name        = "shop-production-website-unhealthy"
  alarm_description = "Target group website has unhealthy targets"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "UnHealthyHostCount"

  dimensions = {
    LoadBalancer = aws_lb.front.arn_suffix
    TargetGroup  = aws_lb_target_group.website.arn_suffix
  }

  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "website_errors" {
  alarm_name        = "shop-production-website-errors"
  alarm_description = "Targets of website return more than 10 HTTP 5xx responses per minute"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "HTTPCode_Target_5XX_Count"

  dimensions = {
    LoadBalancer = aws_lb.front.arn_suffix
    TargetGroup  = aws_lb_target_group.website.arn_suffix
  }

  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "website_slow" {
  alarm_name        = "shop-production-website-slow"
  alarm_description = "p99 response time of target group website is above 2 seconds"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "TargetResponseTime"

  dimensions = {
    LoadBalancer = aws_lb.front.arn_suffix
    TargetGroup  = aws_lb_target_group.website.arn_suffix
  }

  extended_statistic  = "p99"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_ecr_repository" "website" {
  name                 = "shop-production/website"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.encryption.arn
  }
}

resource "aws_ecr_lifecycle_policy" "website" {
  repository = aws_ecr_repository.website.name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Keep the last 100 images"
        selection = {
          tagStatus   = "any"
          countType   = "imageCountMoreThan"
          countNumber = 100
        }
        action = {
          type = "expire"
        }
      },
    ]
  })
}

resource "aws_cloudwatch_log_group" "website" {
  name              = "/shop-production/website"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "website_execution" {
  name = "shop-production-website-execution"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ecs-tasks.amazonaws.com"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "website_execution" {
  name = "grants"
  role = aws_iam_role.website_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.website.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      {
        Effect = "Allow"
        Action = [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:GetDownloadUrlForLayer",
        ]
        Resource = aws_ecr_repository.website.arn
      },
    ]
  })
}

resource "aws_iam_role" "website_task" {
  name = "shop-production-website-task"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ecs-tasks.amazonaws.com"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_ecs_task_definition" "website" {
  family                   = "shop-production-website"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.website_execution.arn
  task_role_arn            = aws_iam_role.website_task.arn

  container_definitions = jsonencode([
    {
      name      = "website"
      image     = "${aws_ecr_repository.website.repository_url}:2026.11.1"
      essential = true
      portMappings = [
        {
          name          = "website-8080"
          containerPort = 8080
          hostPort      = 8080
          protocol      = "tcp"
          appProtocol   = "http"
        },
      ]
      environment = [
        {
          name  = "CATALOGUE"
          value = "http://catalogue:8080"
        },
        {
          name  = "CHECKOUT"
          value = "http://checkout:8080"
        },
      ]
      mountPoints = [
        {
          sourceVolume  = "tmp"
          containerPath = "/tmp"
          readOnly      = false
        },
      ]
      volumesFrom    = []
      systemControls = []
      healthCheck = {
        command     = ["CMD", "/app/health"]
        interval    = 10
        timeout     = 5
        retries     = 3
        startPeriod = 30
      }
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.website.name
          awslogs-region        = data.aws_region.current.name
          awslogs-stream-prefix = "task"
          mode                  = "non-blocking"
        }
      }
    },
  ])

  runtime_platform {
    cpu_architecture        = "ARM64"
    operating_system_family = "LINUX"
  }

  volume {
    name = "tmp"
  }
}

resource "aws_security_group" "website" {
  name_prefix = "shop-production-website-"
  description = "Tasks of website"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "shop-production-website"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "website_to_internet_tcp_443" {
  security_group_id = aws_security_group.website.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "website_from_front_tcp_8080" {
  security_group_id            = aws_security_group.website.id
  description                  = "From front"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.front.id
}

resource "aws_vpc_security_group_egress_rule" "front_to_website_tcp_8080" {
  security_group_id            = aws_security_group.front.id
  description                  = "To website"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.website.id
}

resource "aws_ecs_service" "website" {
  name                              = "shop-production-website"
  cluster                           = aws_ecs_cluster.main.arn
  task_definition                   = aws_ecs_task_definition.website.arn
  desired_count                     = 3
  availability_zone_rebalancing     = "ENABLED"
  enable_ecs_managed_tags           = true
  propagate_tags                    = "SERVICE"
  health_check_grace_period_seconds = 60

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.main.arn

    service {
      port_name      = "website-8080"
      discovery_name = "website"

      client_alias {
        dns_name = "website"
        port     = 8080
      }
    }
  }

  network_configuration {
    subnets = [
      aws_subnet.main_private_a.id,
      aws_subnet.main_private_b.id,
      aws_subnet.main_private_c.id,
    ]

    security_groups = [aws_security_group.website.id]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.website.arn
    container_name   = "website"
    container_port   = 8080
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [
    aws_ecs_cluster_capacity_providers.main,
    aws_iam_role_policy.website_execution,
    aws_lb_listener_rule.website,
  ]
}

resource "aws_appautoscaling_target" "website" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.website.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 3
  max_capacity       = 30
}

resource "aws_appautoscaling_policy" "website_cpu" {
  name               = "shop-production-website-cpu"
  service_namespace  = aws_appautoscaling_target.website.service_namespace
  resource_id        = aws_appautoscaling_target.website.resource_id
  scalable_dimension = aws_appautoscaling_target.website.scalable_dimension
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "website_cpu" {
  alarm_name        = "shop-production-website-cpu"
  alarm_description = "CPU utilization of service website is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.website.name
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "website_memory" {
  alarm_name        = "shop-production-website-memory"
  alarm_description = "Memory utilization of service website is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.website.name
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "website_down" {
  alarm_name        = "shop-production-website-down"
  alarm_description = "Service website has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.website.name
  }

  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_vpc_security_group_ingress_rule" "catalogue_from_website_tcp_8080" {
  security_group_id            = aws_security_group.catalogue.id
  description                  = "From website"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.website.id
}

resource "aws_vpc_security_group_egress_rule" "website_to_catalogue_tcp_8080" {
  security_group_id            = aws_security_group.website.id
  description                  = "To catalogue"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.catalogue.id
}

resource "aws_vpc_security_group_ingress_rule" "checkout_from_website_tcp_8080" {
  security_group_id            = aws_security_group.checkout.id
  description                  = "From website"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.website.id
}

resource "aws_vpc_security_group_egress_rule" "website_to_checkout_tcp_8080" {
  security_group_id            = aws_security_group.website.id
  description                  = "To checkout"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.checkout.id
}

resource "aws_cloudwatch_dashboard" "shop" {
  dashboard_name = "shop-production-shop"

  dashboard_body = jsonencode({
    widgets = [
      {
        type   = "metric"
        x      = 0
        y      = 0
        width  = 12
        height = 6
        properties = {
          title  = "Requests"
          region = data.aws_region.current.name
          metrics = [
            [
              "AWS/ApplicationELB",
              "RequestCount",
              "LoadBalancer",
              aws_lb.front.arn_suffix,
              "TargetGroup",
              aws_lb_target_group.website.arn_suffix,
              {
                stat   = "Sum"
                period = 60
              },
            ],
            [
              "AWS/ApplicationELB",
              "HTTPCode_Target_5XX_Count",
              "LoadBalancer",
              aws_lb.front.arn_suffix,
              "TargetGroup",
              aws_lb_target_group.website.arn_suffix,
              {
                stat   = "Sum"
                period = 60
              },
            ],
          ]
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 0
        width  = 12
        height = 6
        properties = {
          title  = "Response time"
          region = data.aws_region.current.name
          metrics = [
            [
              "AWS/ApplicationELB",
              "TargetResponseTime",
              "LoadBalancer",
              aws_lb.front.arn_suffix,
              "TargetGroup",
              aws_lb_target_group.website.arn_suffix,
              {
                stat   = "p99"
                period = 60
              },
            ],
          ]
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 6
        width  = 12
        height = 6
        properties = {
          title  = "CPU utilization"
          region = data.aws_region.current.name
          metrics = [
            [
              "AWS/ECS",
              "CPUUtilization",
              "ClusterName",
              aws_ecs_cluster.main.name,
              "ServiceName",
              aws_ecs_service.website.name,
              {
                stat   = "Average"
                period = 60
              },
            ],
            [
              "AWS/ECS",
              "CPUUtilization",
              "ClusterName",
              aws_ecs_cluster.main.name,
              "ServiceName",
              aws_ecs_service.catalogue.name,
              {
                stat   = "Average"
                period = 60
              },
            ],
            [
              "AWS/ECS",
              "CPUUtilization",
              "ClusterName",
              aws_ecs_cluster.main.name,
              "ServiceName",
              aws_ecs_service.checkout.name,
              {
                stat   = "Average"
                period = 60
              },
            ],
            [
              "AWS/ECS",
              "CPUUtilization",
              "ClusterName",
              aws_ecs_cluster.main.name,
              "ServiceName",
              aws_ecs_service.payment.name,
              {
                stat   = "Average"
                period = 60
              },
            ],
          ]
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 6
        width  = 12
        height = 6
        properties = {
          title  = "Memory"
          region = data.aws_region.current.name
          metrics = [
            [
              "AWS/ECS",
              "MemoryUtilization",
              "ClusterName",
              aws_ecs_cluster.main.name,
              "ServiceName",
              aws_ecs_service.website.name,
              {
                stat   = "Average"
                period = 60
              },
            ],
            [
              "AWS/ECS",
              "MemoryUtilization",
              "ClusterName",
              aws_ecs_cluster.main.name,
              "ServiceName",
              aws_ecs_service.catalogue.name,
              {
                stat   = "Average"
                period = 60
              },
            ],
            [
              "AWS/ECS",
              "MemoryUtilization",
              "ClusterName",
              aws_ecs_cluster.main.name,
              "ServiceName",
              aws_ecs_service.checkout.name,
              {
                stat   = "Average"
                period = 60
              },
            ],
            [
              "AWS/ECS",
              "MemoryUtilization",
              "ClusterName",
              aws_ecs_cluster.main.name,
              "ServiceName",
              aws_ecs_service.payment.name,
              {
                stat   = "Average"
                period = 60
              },
            ],
          ]
        }
      },
    ]
  })
}

output "url" {
  value = "https://shop.example"
}
