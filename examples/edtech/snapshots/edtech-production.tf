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
    bucket       = "edtech-production-state"
    key          = "edtech.tfstate"
    region       = "us-west-2"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region              = "us-west-2"
  allowed_account_ids = ["333333333333"]

  default_tags {
    tags = {
      Project     = "edtech"
      Environment = "production"
    }
  }
}

provider "aws" {
  alias  = "global"
  region = "us-east-1"
}

resource "aws_route53_zone" "main" {
  name = "lessons.example"
}

data "aws_caller_identity" "global_current" {
  provider = aws.global
}

data "aws_region" "global_current" {
  provider = aws.global
}

resource "aws_kms_key" "global_main_dnssec" {
  provider = aws.global

  description              = "DNSSEC key of zone ${aws_route53_zone.main.name}"
  customer_master_key_spec = "ECC_NIST_P256"
  key_usage                = "SIGN_VERIFY"
  deletion_window_in_days  = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "EnableIamPolicies"
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::${data.aws_caller_identity.global_current.account_id}:root"
        }
        Action   = "kms:*"
        Resource = "*"
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "dnssec-route53.amazonaws.com"
        }
        Action   = ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.global_current.account_id
          }
        }
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "dnssec-route53.amazonaws.com"
        }
        Action   = "kms:CreateGrant"
        Resource = "*"
        Condition = {
          Bool = {
            "kms:GrantIsForAWSResource" = "true"
          }
        }
      },
    ]
  })
}

resource "aws_route53_key_signing_key" "main" {
  name                       = "edtech_production_main"
  hosted_zone_id             = aws_route53_zone.main.zone_id
  key_management_service_arn = aws_kms_key.global_main_dnssec.arn
}

resource "aws_route53_hosted_zone_dnssec" "main" {
  hosted_zone_id = aws_route53_zone.main.zone_id

  depends_on = [aws_route53_key_signing_key.main]
}

resource "aws_kms_key" "global_encryption" {
  provider = aws.global

  description             = "Default encryption key of edtech-production"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "EnableIamPolicies"
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::${data.aws_caller_identity.global_current.account_id}:root"
        }
        Action   = "kms:*"
        Resource = "*"
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "logs.${data.aws_region.global_current.name}.amazonaws.com"
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
            "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:${data.aws_region.global_current.name}:${data.aws_caller_identity.global_current.account_id}:*"
          }
        }
      },
    ]
  })
}

resource "aws_kms_alias" "global_encryption" {
  provider = aws.global

  name          = "alias/edtech-production-global-encryption"
  target_key_id = aws_kms_key.global_encryption.key_id
}

resource "aws_cloudwatch_log_group" "global_main_queries" {
  provider = aws.global

  name              = "/aws/route53/edtech-production-global-main-queries"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.global_encryption.arn
}

resource "aws_cloudwatch_log_resource_policy" "global_main_queries" {
  provider = aws.global

  policy_name = "edtech-production-global-main-queries"

  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "route53.amazonaws.com"
        }
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.global_main_queries.arn}:*"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.global_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_route53_query_log" "main" {
  zone_id                  = aws_route53_zone.main.zone_id
  cloudwatch_log_group_arn = aws_cloudwatch_log_group.global_main_queries.arn

  depends_on = [aws_cloudwatch_log_resource_policy.global_main_queries]
}

resource "aws_vpc" "us_main" {
  cidr_block           = "10.48.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = {
    Name = "edtech-production-us-main"
  }
}

resource "aws_default_security_group" "us_main" {
  vpc_id = aws_vpc.us_main.id

  tags = {
    Name = "edtech-production-us-main (closed)"
  }
}

resource "aws_internet_gateway" "us_main" {
  vpc_id = aws_vpc.us_main.id

  tags = {
    Name = "edtech-production-us-main"
  }
}

resource "aws_subnet" "us_main_public_a" {
  vpc_id            = aws_vpc.us_main.id
  availability_zone = "us-west-2a"
  cidr_block        = "10.48.16.0/22"

  tags = {
    Name = "edtech-production-us-main-public-a"
  }
}

resource "aws_subnet" "us_main_public_b" {
  vpc_id            = aws_vpc.us_main.id
  availability_zone = "us-west-2b"
  cidr_block        = "10.48.48.0/22"

  tags = {
    Name = "edtech-production-us-main-public-b"
  }
}

resource "aws_subnet" "us_main_public_c" {
  vpc_id            = aws_vpc.us_main.id
  availability_zone = "us-west-2c"
  cidr_block        = "10.48.80.0/22"

  tags = {
    Name = "edtech-production-us-main-public-c"
  }
}

resource "aws_route_table" "us_main_public" {
  vpc_id = aws_vpc.us_main.id

  tags = {
    Name = "edtech-production-us-main-public"
  }
}

resource "aws_route_table_association" "us_main_public_a" {
  route_table_id = aws_route_table.us_main_public.id
  subnet_id      = aws_subnet.us_main_public_a.id
}

resource "aws_route_table_association" "us_main_public_b" {
  route_table_id = aws_route_table.us_main_public.id
  subnet_id      = aws_subnet.us_main_public_b.id
}

resource "aws_route_table_association" "us_main_public_c" {
  route_table_id = aws_route_table.us_main_public.id
  subnet_id      = aws_subnet.us_main_public_c.id
}

resource "aws_subnet" "us_main_private_a" {
  vpc_id            = aws_vpc.us_main.id
  availability_zone = "us-west-2a"
  cidr_block        = "10.48.0.0/20"

  tags = {
    Name = "edtech-production-us-main-private-a"
  }
}

resource "aws_subnet" "us_main_private_b" {
  vpc_id            = aws_vpc.us_main.id
  availability_zone = "us-west-2b"
  cidr_block        = "10.48.32.0/20"

  tags = {
    Name = "edtech-production-us-main-private-b"
  }
}

resource "aws_subnet" "us_main_private_c" {
  vpc_id            = aws_vpc.us_main.id
  availability_zone = "us-west-2c"
  cidr_block        = "10.48.64.0/20"

  tags = {
    Name = "edtech-production-us-main-private-c"
  }
}

resource "aws_route_table" "us_main_private_a" {
  vpc_id = aws_vpc.us_main.id

  tags = {
    Name = "edtech-production-us-main-private-a"
  }
}

resource "aws_route_table" "us_main_private_b" {
  vpc_id = aws_vpc.us_main.id

  tags = {
    Name = "edtech-production-us-main-private-b"
  }
}

resource "aws_route_table" "us_main_private_c" {
  vpc_id = aws_vpc.us_main.id

  tags = {
    Name = "edtech-production-us-main-private-c"
  }
}

resource "aws_route_table_association" "us_main_private_a" {
  route_table_id = aws_route_table.us_main_private_a.id
  subnet_id      = aws_subnet.us_main_private_a.id
}

resource "aws_route_table_association" "us_main_private_b" {
  route_table_id = aws_route_table.us_main_private_b.id
  subnet_id      = aws_subnet.us_main_private_b.id
}

resource "aws_route_table_association" "us_main_private_c" {
  route_table_id = aws_route_table.us_main_private_c.id
  subnet_id      = aws_subnet.us_main_private_c.id
}

resource "aws_subnet" "us_main_isolated_a" {
  vpc_id            = aws_vpc.us_main.id
  availability_zone = "us-west-2a"
  cidr_block        = "10.48.20.0/22"

  tags = {
    Name = "edtech-production-us-main-isolated-a"
  }
}

resource "aws_subnet" "us_main_isolated_b" {
  vpc_id            = aws_vpc.us_main.id
  availability_zone = "us-west-2b"
  cidr_block        = "10.48.52.0/22"

  tags = {
    Name = "edtech-production-us-main-isolated-b"
  }
}

resource "aws_subnet" "us_main_isolated_c" {
  vpc_id            = aws_vpc.us_main.id
  availability_zone = "us-west-2c"
  cidr_block        = "10.48.84.0/22"

  tags = {
    Name = "edtech-production-us-main-isolated-c"
  }
}

resource "aws_route_table" "us_main_isolated" {
  vpc_id = aws_vpc.us_main.id

  tags = {
    Name = "edtech-production-us-main-isolated"
  }
}

resource "aws_route_table_association" "us_main_isolated_a" {
  route_table_id = aws_route_table.us_main_isolated.id
  subnet_id      = aws_subnet.us_main_isolated_a.id
}

resource "aws_route_table_association" "us_main_isolated_b" {
  route_table_id = aws_route_table.us_main_isolated.id
  subnet_id      = aws_subnet.us_main_isolated_b.id
}

resource "aws_route_table_association" "us_main_isolated_c" {
  route_table_id = aws_route_table.us_main_isolated.id
  subnet_id      = aws_subnet.us_main_isolated_c.id
}

resource "aws_route" "us_main_public_internet" {
  route_table_id         = aws_route_table.us_main_public.id
  gateway_id             = aws_internet_gateway.us_main.id
  destination_cidr_block = "0.0.0.0/0"
}

resource "aws_eip" "us_main_nat_a" {
  domain = "vpc"

  tags = {
    Name = "edtech-production-us-main-nat-a"
  }
}

resource "aws_nat_gateway" "us_main_nat_a" {
  allocation_id = aws_eip.us_main_nat_a.allocation_id
  subnet_id     = aws_subnet.us_main_public_a.id

  tags = {
    Name = "edtech-production-us-main-nat-a"
  }
}

resource "aws_eip" "us_main_nat_b" {
  domain = "vpc"

  tags = {
    Name = "edtech-production-us-main-nat-b"
  }
}

resource "aws_nat_gateway" "us_main_nat_b" {
  allocation_id = aws_eip.us_main_nat_b.allocation_id
  subnet_id     = aws_subnet.us_main_public_b.id

  tags = {
    Name = "edtech-production-us-main-nat-b"
  }
}

resource "aws_eip" "us_main_nat_c" {
  domain = "vpc"

  tags = {
    Name = "edtech-production-us-main-nat-c"
  }
}

resource "aws_nat_gateway" "us_main_nat_c" {
  allocation_id = aws_eip.us_main_nat_c.allocation_id
  subnet_id     = aws_subnet.us_main_public_c.id

  tags = {
    Name = "edtech-production-us-main-nat-c"
  }
}

resource "aws_route" "us_main_private_a_internet" {
  route_table_id         = aws_route_table.us_main_private_a.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.us_main_nat_a.id
}

resource "aws_route" "us_main_private_b_internet" {
  route_table_id         = aws_route_table.us_main_private_b.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.us_main_nat_b.id
}

resource "aws_route" "us_main_private_c_internet" {
  route_table_id         = aws_route_table.us_main_private_c.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.us_main_nat_c.id
}

resource "aws_vpc_endpoint" "us_main_s3" {
  vpc_id            = aws_vpc.us_main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.us-west-2.s3"

  route_table_ids = [
    aws_route_table.us_main_public.id,
    aws_route_table.us_main_private_a.id,
    aws_route_table.us_main_private_b.id,
    aws_route_table.us_main_private_c.id,
    aws_route_table.us_main_isolated.id,
  ]

  tags = {
    Name = "edtech-production-us-main-s3"
  }
}

resource "aws_vpc_endpoint" "us_main_dynamodb" {
  vpc_id            = aws_vpc.us_main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.us-west-2.dynamodb"

  route_table_ids = [
    aws_route_table.us_main_public.id,
    aws_route_table.us_main_private_a.id,
    aws_route_table.us_main_private_b.id,
    aws_route_table.us_main_private_c.id,
    aws_route_table.us_main_isolated.id,
  ]

  tags = {
    Name = "edtech-production-us-main-dynamodb"
  }
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

resource "aws_kms_key" "encryption" {
  description             = "Default encryption key of edtech-production"
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
      {
        Effect = "Allow"
        Principal = {
          Service = "cloudfront.amazonaws.com"
        }
        Action   = "kms:Decrypt"
        Resource = "*"
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:aws:cloudfront::${data.aws_caller_identity.current.account_id}:distribution/*"
          }
        }
      },
    ]
  })
}

resource "aws_kms_alias" "encryption" {
  name          = "alias/edtech-production-encryption"
  target_key_id = aws_kms_key.encryption.key_id
}

resource "aws_cloudwatch_log_group" "us_main_flow_log" {
  name              = "/edtech-production/us/main_flow_log"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "us_main_flow_log" {
  name = "edtech-production-us-main-flow-log"

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

resource "aws_iam_role_policy" "us_main_flow_log" {
  name = "grants"
  role = aws_iam_role.us_main_flow_log.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.us_main_flow_log.arn}:*"
      },
    ]
  })
}

resource "aws_flow_log" "us_main" {
  vpc_id          = aws_vpc.us_main.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.us_main_flow_log.arn
  iam_role_arn    = aws_iam_role.us_main_flow_log.arn
}

resource "aws_cloudwatch_log_group" "us_main_sessions" {
  name              = "/edtech-production/us/main_sessions"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_service_discovery_http_namespace" "us_main" {
  name = "edtech-production-us-main"
}

resource "aws_ecs_cluster" "us_main" {
  name = "edtech-production-us-main"

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
        cloud_watch_log_group_name     = aws_cloudwatch_log_group.us_main_sessions.name
      }
    }
  }

  service_connect_defaults {
    namespace = aws_service_discovery_http_namespace.us_main.arn
  }
}

resource "aws_sns_topic" "us_operators" {
  name              = "edtech-production-us-operators"
  kms_master_key_id = aws_kms_key.encryption.key_id
}

resource "aws_sns_topic_policy" "us_operators" {
  arn = aws_sns_topic.us_operators.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.us_operators.arn
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
        Resource = aws_sns_topic.us_operators.arn
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
        Resource = aws_sns_topic.us_operators.arn
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "us_operators_on_call" {
  topic_arn = aws_sns_topic.us_operators.arn
  protocol  = "email"
  endpoint  = "operators@lessons.example"
}

resource "aws_s3_bucket" "access_logs" {
  # iac:waive=CKV_AWS_18 until=2027-12-31: this bucket stores the access logs
  # checkov:skip=CKV_AWS_18:until 2027-12-31: this bucket stores the access logs
  # iac:waive=CKV_AWS_144 until=2027-12-31: access logs do not need replication
  # checkov:skip=CKV_AWS_144:until 2027-12-31: access logs do not need replication
  # iac:waive=CKV_AWS_145 until=2027-12-31: load balancers do not support customer managed keys
  # checkov:skip=CKV_AWS_145:until 2027-12-31: load balancers do not support customer managed keys
  bucket_prefix = "edtech-production-access-logs-"
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

provider "aws" {
  alias               = "eu"
  region              = "eu-west-1"
  allowed_account_ids = ["333333333333"]

  default_tags {
    tags = {
      Project     = "edtech"
      Environment = "production"
    }
  }
}

resource "aws_vpc" "eu_main" {
  provider = aws.eu

  cidr_block           = "10.49.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = {
    Name = "edtech-production-eu-main"
  }
}

resource "aws_default_security_group" "eu_main" {
  provider = aws.eu

  vpc_id = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-production-eu-main (closed)"
  }
}

resource "aws_internet_gateway" "eu_main" {
  provider = aws.eu

  vpc_id = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-production-eu-main"
  }
}

resource "aws_subnet" "eu_main_public_a" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  availability_zone = "eu-west-1a"
  cidr_block        = "10.49.16.0/22"

  tags = {
    Name = "edtech-production-eu-main-public-a"
  }
}

resource "aws_subnet" "eu_main_public_b" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  availability_zone = "eu-west-1b"
  cidr_block        = "10.49.48.0/22"

  tags = {
    Name = "edtech-production-eu-main-public-b"
  }
}

resource "aws_subnet" "eu_main_public_c" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  availability_zone = "eu-west-1c"
  cidr_block        = "10.49.80.0/22"

  tags = {
    Name = "edtech-production-eu-main-public-c"
  }
}

resource "aws_route_table" "eu_main_public" {
  provider = aws.eu

  vpc_id = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-production-eu-main-public"
  }
}

resource "aws_route_table_association" "eu_main_public_a" {
  provider = aws.eu

  route_table_id = aws_route_table.eu_main_public.id
  subnet_id      = aws_subnet.eu_main_public_a.id
}

resource "aws_route_table_association" "eu_main_public_b" {
  provider = aws.eu

  route_table_id = aws_route_table.eu_main_public.id
  subnet_id      = aws_subnet.eu_main_public_b.id
}

resource "aws_route_table_association" "eu_main_public_c" {
  provider = aws.eu

  route_table_id = aws_route_table.eu_main_public.id
  subnet_id      = aws_subnet.eu_main_public_c.id
}

resource "aws_subnet" "eu_main_private_a" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  availability_zone = "eu-west-1a"
  cidr_block        = "10.49.0.0/20"

  tags = {
    Name = "edtech-production-eu-main-private-a"
  }
}

resource "aws_subnet" "eu_main_private_b" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  availability_zone = "eu-west-1b"
  cidr_block        = "10.49.32.0/20"

  tags = {
    Name = "edtech-production-eu-main-private-b"
  }
}

resource "aws_subnet" "eu_main_private_c" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  availability_zone = "eu-west-1c"
  cidr_block        = "10.49.64.0/20"

  tags = {
    Name = "edtech-production-eu-main-private-c"
  }
}

resource "aws_route_table" "eu_main_private_a" {
  provider = aws.eu

  vpc_id = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-production-eu-main-private-a"
  }
}

resource "aws_route_table" "eu_main_private_b" {
  provider = aws.eu

  vpc_id = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-production-eu-main-private-b"
  }
}

resource "aws_route_table" "eu_main_private_c" {
  provider = aws.eu

  vpc_id = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-production-eu-main-private-c"
  }
}

resource "aws_route_table_association" "eu_main_private_a" {
  provider = aws.eu

  route_table_id = aws_route_table.eu_main_private_a.id
  subnet_id      = aws_subnet.eu_main_private_a.id
}

resource "aws_route_table_association" "eu_main_private_b" {
  provider = aws.eu

  route_table_id = aws_route_table.eu_main_private_b.id
  subnet_id      = aws_subnet.eu_main_private_b.id
}

resource "aws_route_table_association" "eu_main_private_c" {
  provider = aws.eu

  route_table_id = aws_route_table.eu_main_private_c.id
  subnet_id      = aws_subnet.eu_main_private_c.id
}

resource "aws_subnet" "eu_main_isolated_a" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  availability_zone = "eu-west-1a"
  cidr_block        = "10.49.20.0/22"

  tags = {
    Name = "edtech-production-eu-main-isolated-a"
  }
}

resource "aws_subnet" "eu_main_isolated_b" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  availability_zone = "eu-west-1b"
  cidr_block        = "10.49.52.0/22"

  tags = {
    Name = "edtech-production-eu-main-isolated-b"
  }
}

resource "aws_subnet" "eu_main_isolated_c" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  availability_zone = "eu-west-1c"
  cidr_block        = "10.49.84.0/22"

  tags = {
    Name = "edtech-production-eu-main-isolated-c"
  }
}

resource "aws_route_table" "eu_main_isolated" {
  provider = aws.eu

  vpc_id = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-production-eu-main-isolated"
  }
}

resource "aws_route_table_association" "eu_main_isolated_a" {
  provider = aws.eu

  route_table_id = aws_route_table.eu_main_isolated.id
  subnet_id      = aws_subnet.eu_main_isolated_a.id
}

resource "aws_route_table_association" "eu_main_isolated_b" {
  provider = aws.eu

  route_table_id = aws_route_table.eu_main_isolated.id
  subnet_id      = aws_subnet.eu_main_isolated_b.id
}

resource "aws_route_table_association" "eu_main_isolated_c" {
  provider = aws.eu

  route_table_id = aws_route_table.eu_main_isolated.id
  subnet_id      = aws_subnet.eu_main_isolated_c.id
}

resource "aws_route" "eu_main_public_internet" {
  provider = aws.eu

  route_table_id         = aws_route_table.eu_main_public.id
  gateway_id             = aws_internet_gateway.eu_main.id
  destination_cidr_block = "0.0.0.0/0"
}

resource "aws_eip" "eu_main_nat_a" {
  provider = aws.eu

  domain = "vpc"

  tags = {
    Name = "edtech-production-eu-main-nat-a"
  }
}

resource "aws_nat_gateway" "eu_main_nat_a" {
  provider = aws.eu

  allocation_id = aws_eip.eu_main_nat_a.allocation_id
  subnet_id     = aws_subnet.eu_main_public_a.id

  tags = {
    Name = "edtech-production-eu-main-nat-a"
  }
}

resource "aws_eip" "eu_main_nat_b" {
  provider = aws.eu

  domain = "vpc"

  tags = {
    Name = "edtech-production-eu-main-nat-b"
  }
}

resource "aws_nat_gateway" "eu_main_nat_b" {
  provider = aws.eu

  allocation_id = aws_eip.eu_main_nat_b.allocation_id
  subnet_id     = aws_subnet.eu_main_public_b.id

  tags = {
    Name = "edtech-production-eu-main-nat-b"
  }
}

resource "aws_eip" "eu_main_nat_c" {
  provider = aws.eu

  domain = "vpc"

  tags = {
    Name = "edtech-production-eu-main-nat-c"
  }
}

resource "aws_nat_gateway" "eu_main_nat_c" {
  provider = aws.eu

  allocation_id = aws_eip.eu_main_nat_c.allocation_id
  subnet_id     = aws_subnet.eu_main_public_c.id

  tags = {
    Name = "edtech-production-eu-main-nat-c"
  }
}

resource "aws_route" "eu_main_private_a_internet" {
  provider = aws.eu

  route_table_id         = aws_route_table.eu_main_private_a.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.eu_main_nat_a.id
}

resource "aws_route" "eu_main_private_b_internet" {
  provider = aws.eu

  route_table_id         = aws_route_table.eu_main_private_b.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.eu_main_nat_b.id
}

resource "aws_route" "eu_main_private_c_internet" {
  provider = aws.eu

  route_table_id         = aws_route_table.eu_main_private_c.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.eu_main_nat_c.id
}

resource "aws_vpc_endpoint" "eu_main_s3" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.eu-west-1.s3"

  route_table_ids = [
    aws_route_table.eu_main_public.id,
    aws_route_table.eu_main_private_a.id,
    aws_route_table.eu_main_private_b.id,
    aws_route_table.eu_main_private_c.id,
    aws_route_table.eu_main_isolated.id,
  ]

  tags = {
    Name = "edtech-production-eu-main-s3"
  }
}

resource "aws_vpc_endpoint" "eu_main_dynamodb" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.eu-west-1.dynamodb"

  route_table_ids = [
    aws_route_table.eu_main_public.id,
    aws_route_table.eu_main_private_a.id,
    aws_route_table.eu_main_private_b.id,
    aws_route_table.eu_main_private_c.id,
    aws_route_table.eu_main_isolated.id,
  ]

  tags = {
    Name = "edtech-production-eu-main-dynamodb"
  }
}

data "aws_caller_identity" "eu_current" {
  provider = aws.eu
}

data "aws_region" "eu_current" {
  provider = aws.eu
}

resource "aws_kms_key" "eu_encryption" {
  provider = aws.eu

  description             = "Default encryption key of edtech-production"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "EnableIamPolicies"
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::${data.aws_caller_identity.eu_current.account_id}:root"
        }
        Action   = "kms:*"
        Resource = "*"
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "logs.${data.aws_region.eu_current.name}.amazonaws.com"
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
            "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:${data.aws_region.eu_current.name}:${data.aws_caller_identity.eu_current.account_id}:*"
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
            "aws:SourceAccount" = data.aws_caller_identity.eu_current.account_id
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
            "aws:SourceAccount" = data.aws_caller_identity.eu_current.account_id
          }
        }
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "cloudfront.amazonaws.com"
        }
        Action   = "kms:Decrypt"
        Resource = "*"
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:aws:cloudfront::${data.aws_caller_identity.eu_current.account_id}:distribution/*"
          }
        }
      },
    ]
  })
}

resource "aws_kms_alias" "eu_encryption" {
  provider = aws.eu

  name          = "alias/edtech-production-eu-encryption"
  target_key_id = aws_kms_key.eu_encryption.key_id
}

resource "aws_cloudwatch_log_group" "eu_main_flow_log" {
  provider = aws.eu

  name              = "/edtech-production/eu/main_flow_log"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.eu_encryption.arn
}

resource "aws_iam_role" "eu_main_flow_log" {
  provider = aws.eu

  name = "edtech-production-eu-main-flow-log"

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
            "aws:SourceAccount" = data.aws_caller_identity.eu_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "eu_main_flow_log" {
  provider = aws.eu

  name = "grants"
  role = aws_iam_role.eu_main_flow_log.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.eu_main_flow_log.arn}:*"
      },
    ]
  })
}

resource "aws_flow_log" "eu_main" {
  provider = aws.eu

  vpc_id          = aws_vpc.eu_main.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.eu_main_flow_log.arn
  iam_role_arn    = aws_iam_role.eu_main_flow_log.arn
}

resource "aws_cloudwatch_log_group" "eu_main_sessions" {
  provider = aws.eu

  name              = "/edtech-production/eu/main_sessions"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.eu_encryption.arn
}

resource "aws_service_discovery_http_namespace" "eu_main" {
  provider = aws.eu

  name = "edtech-production-eu-main"
}

resource "aws_ecs_cluster" "eu_main" {
  provider = aws.eu

  name = "edtech-production-eu-main"

  setting {
    name  = "containerInsights"
    value = "enhanced"
  }

  configuration {
    execute_command_configuration {
      kms_key_id = aws_kms_key.eu_encryption.arn
      logging    = "OVERRIDE"

      log_configuration {
        cloud_watch_encryption_enabled = true
        cloud_watch_log_group_name     = aws_cloudwatch_log_group.eu_main_sessions.name
      }
    }
  }

  service_connect_defaults {
    namespace = aws_service_discovery_http_namespace.eu_main.arn
  }
}

resource "aws_sns_topic" "eu_operators" {
  provider = aws.eu

  name              = "edtech-production-eu-operators"
  kms_master_key_id = aws_kms_key.eu_encryption.key_id
}

resource "aws_sns_topic_policy" "eu_operators" {
  provider = aws.eu

  arn = aws_sns_topic.eu_operators.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.eu_operators.arn
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
        Resource = aws_sns_topic.eu_operators.arn
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.eu_current.account_id
          }
        }
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "events.amazonaws.com"
        }
        Action   = "sns:Publish"
        Resource = aws_sns_topic.eu_operators.arn
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.eu_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "eu_operators_on_call" {
  provider = aws.eu

  topic_arn = aws_sns_topic.eu_operators.arn
  protocol  = "email"
  endpoint  = "operators@lessons.example"
}

resource "aws_s3_bucket" "eu_access_logs" {
  # iac:waive=CKV_AWS_18 until=2027-12-31: this bucket stores the access logs
  # checkov:skip=CKV_AWS_18:until 2027-12-31: this bucket stores the access logs
  # iac:waive=CKV_AWS_144 until=2027-12-31: access logs do not need replication
  # checkov:skip=CKV_AWS_144:until 2027-12-31: access logs do not need replication
  # iac:waive=CKV_AWS_145 until=2027-12-31: load balancers do not support customer managed keys
  # checkov:skip=CKV_AWS_145:until 2027-12-31: load balancers do not support customer managed keys
  provider = aws.eu

  bucket_prefix = "edtech-production-eu-access-logs-"
}

resource "aws_s3_bucket_public_access_block" "eu_access_logs" {
  provider = aws.eu

  bucket                  = aws_s3_bucket.eu_access_logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "eu_access_logs" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_access_logs.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "eu_access_logs" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_access_logs.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "eu_access_logs" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_access_logs.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "eu_access_logs" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_access_logs.id

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

  depends_on = [aws_s3_bucket_versioning.eu_access_logs]
}

resource "aws_s3_bucket_notification" "eu_access_logs" {
  provider = aws.eu

  bucket      = aws_s3_bucket.eu_access_logs.id
  eventbridge = true
}

resource "aws_s3_bucket_policy" "eu_access_logs" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_access_logs.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.eu_access_logs.arn, "${aws_s3_bucket.eu_access_logs.arn}/*"]
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
        Resource = "${aws_s3_bucket.eu_access_logs.arn}/*"
      },
      {
        Sid    = "AllowBucketLogs"
        Effect = "Allow"
        Principal = {
          Service = "logging.s3.amazonaws.com"
        }
        Action   = "s3:PutObject"
        Resource = "${aws_s3_bucket.eu_access_logs.arn}/*"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.eu_current.account_id
          }
        }
      },
    ]
  })
}

provider "aws" {
  alias               = "ap"
  region              = "ap-southeast-2"
  allowed_account_ids = ["333333333333"]

  default_tags {
    tags = {
      Project     = "edtech"
      Environment = "production"
    }
  }
}

resource "aws_vpc" "ap_main" {
  provider = aws.ap

  cidr_block           = "10.50.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = {
    Name = "edtech-production-ap-main"
  }
}

resource "aws_default_security_group" "ap_main" {
  provider = aws.ap

  vpc_id = aws_vpc.ap_main.id

  tags = {
    Name = "edtech-production-ap-main (closed)"
  }
}

resource "aws_internet_gateway" "ap_main" {
  provider = aws.ap

  vpc_id = aws_vpc.ap_main.id

  tags = {
    Name = "edtech-production-ap-main"
  }
}

resource "aws_subnet" "ap_main_public_a" {
  provider = aws.ap

  vpc_id            = aws_vpc.ap_main.id
  availability_zone = "ap-southeast-2a"
  cidr_block        = "10.50.16.0/22"

  tags = {
    Name = "edtech-production-ap-main-public-a"
  }
}

resource "aws_subnet" "ap_main_public_b" {
  provider = aws.ap

  vpc_id            = aws_vpc.ap_main.id
  availability_zone = "ap-southeast-2b"
  cidr_block        = "10.50.48.0/22"

  tags = {
    Name = "edtech-production-ap-main-public-b"
  }
}

resource "aws_subnet" "ap_main_public_c" {
  provider = aws.ap

  vpc_id            = aws_vpc.ap_main.id
  availability_zone = "ap-southeast-2c"
  cidr_block        = "10.50.80.0/22"

  tags = {
    Name = "edtech-production-ap-main-public-c"
  }
}

resource "aws_route_table" "ap_main_public" {
  provider = aws.ap

  vpc_id = aws_vpc.ap_main.id

  tags = {
    Name = "edtech-production-ap-main-public"
  }
}

resource "aws_route_table_association" "ap_main_public_a" {
  provider = aws.ap

  route_table_id = aws_route_table.ap_main_public.id
  subnet_id      = aws_subnet.ap_main_public_a.id
}

resource "aws_route_table_association" "ap_main_public_b" {
  provider = aws.ap

  route_table_id = aws_route_table.ap_main_public.id
  subnet_id      = aws_subnet.ap_main_public_b.id
}

resource "aws_route_table_association" "ap_main_public_c" {
  provider = aws.ap

  route_table_id = aws_route_table.ap_main_public.id
  subnet_id      = aws_subnet.ap_main_public_c.id
}

resource "aws_subnet" "ap_main_private_a" {
  provider = aws.ap

  vpc_id            = aws_vpc.ap_main.id
  availability_zone = "ap-southeast-2a"
  cidr_block        = "10.50.0.0/20"

  tags = {
    Name = "edtech-production-ap-main-private-a"
  }
}

resource "aws_subnet" "ap_main_private_b" {
  provider = aws.ap

  vpc_id            = aws_vpc.ap_main.id
  availability_zone = "ap-southeast-2b"
  cidr_block        = "10.50.32.0/20"

  tags = {
    Name = "edtech-production-ap-main-private-b"
  }
}

resource "aws_subnet" "ap_main_private_c" {
  provider = aws.ap

  vpc_id            = aws_vpc.ap_main.id
  availability_zone = "ap-southeast-2c"
  cidr_block        = "10.50.64.0/20"

  tags = {
    Name = "edtech-production-ap-main-private-c"
  }
}

resource "aws_route_table" "ap_main_private_a" {
  provider = aws.ap

  vpc_id = aws_vpc.ap_main.id

  tags = {
    Name = "edtech-production-ap-main-private-a"
  }
}

resource "aws_route_table" "ap_main_private_b" {
  provider = aws.ap

  vpc_id = aws_vpc.ap_main.id

  tags = {
    Name = "edtech-production-ap-main-private-b"
  }
}

resource "aws_route_table" "ap_main_private_c" {
  provider = aws.ap

  vpc_id = aws_vpc.ap_main.id

  tags = {
    Name = "edtech-production-ap-main-private-c"
  }
}

resource "aws_route_table_association" "ap_main_private_a" {
  provider = aws.ap

  route_table_id = aws_route_table.ap_main_private_a.id
  subnet_id      = aws_subnet.ap_main_private_a.id
}

resource "aws_route_table_association" "ap_main_private_b" {
  provider = aws.ap

  route_table_id = aws_route_table.ap_main_private_b.id
  subnet_id      = aws_subnet.ap_main_private_b.id
}

resource "aws_route_table_association" "ap_main_private_c" {
  provider = aws.ap

  route_table_id = aws_route_table.ap_main_private_c.id
  subnet_id      = aws_subnet.ap_main_private_c.id
}

resource "aws_subnet" "ap_main_isolated_a" {
  provider = aws.ap

  vpc_id            = aws_vpc.ap_main.id
  availability_zone = "ap-southeast-2a"
  cidr_block        = "10.50.20.0/22"

  tags = {
    Name = "edtech-production-ap-main-isolated-a"
  }
}

resource "aws_subnet" "ap_main_isolated_b" {
  provider = aws.ap

  vpc_id            = aws_vpc.ap_main.id
  availability_zone = "ap-southeast-2b"
  cidr_block        = "10.50.52.0/22"

  tags = {
    Name = "edtech-production-ap-main-isolated-b"
  }
}

resource "aws_subnet" "ap_main_isolated_c" {
  provider = aws.ap

  vpc_id            = aws_vpc.ap_main.id
  availability_zone = "ap-southeast-2c"
  cidr_block        = "10.50.84.0/22"

  tags = {
    Name = "edtech-production-ap-main-isolated-c"
  }
}

resource "aws_route_table" "ap_main_isolated" {
  provider = aws.ap

  vpc_id = aws_vpc.ap_main.id

  tags = {
    Name = "edtech-production-ap-main-isolated"
  }
}

resource "aws_route_table_association" "ap_main_isolated_a" {
  provider = aws.ap

  route_table_id = aws_route_table.ap_main_isolated.id
  subnet_id      = aws_subnet.ap_main_isolated_a.id
}

resource "aws_route_table_association" "ap_main_isolated_b" {
  provider = aws.ap

  route_table_id = aws_route_table.ap_main_isolated.id
  subnet_id      = aws_subnet.ap_main_isolated_b.id
}

resource "aws_route_table_association" "ap_main_isolated_c" {
  provider = aws.ap

  route_table_id = aws_route_table.ap_main_isolated.id
  subnet_id      = aws_subnet.ap_main_isolated_c.id
}

resource "aws_route" "ap_main_public_internet" {
  provider = aws.ap

  route_table_id         = aws_route_table.ap_main_public.id
  gateway_id             = aws_internet_gateway.ap_main.id
  destination_cidr_block = "0.0.0.0/0"
}

resource "aws_eip" "ap_main_nat_a" {
  provider = aws.ap

  domain = "vpc"

  tags = {
    Name = "edtech-production-ap-main-nat-a"
  }
}

resource "aws_nat_gateway" "ap_main_nat_a" {
  provider = aws.ap

  allocation_id = aws_eip.ap_main_nat_a.allocation_id
  subnet_id     = aws_subnet.ap_main_public_a.id

  tags = {
    Name = "edtech-production-ap-main-nat-a"
  }
}

resource "aws_eip" "ap_main_nat_b" {
  provider = aws.ap

  domain = "vpc"

  tags = {
    Name = "edtech-production-ap-main-nat-b"
  }
}

resource "aws_nat_gateway" "ap_main_nat_b" {
  provider = aws.ap

  allocation_id = aws_eip.ap_main_nat_b.allocation_id
  subnet_id     = aws_subnet.ap_main_public_b.id

  tags = {
    Name = "edtech-production-ap-main-nat-b"
  }
}

resource "aws_eip" "ap_main_nat_c" {
  provider = aws.ap

  domain = "vpc"

  tags = {
    Name = "edtech-production-ap-main-nat-c"
  }
}

resource "aws_nat_gateway" "ap_main_nat_c" {
  provider = aws.ap

  allocation_id = aws_eip.ap_main_nat_c.allocation_id
  subnet_id     = aws_subnet.ap_main_public_c.id

  tags = {
    Name = "edtech-production-ap-main-nat-c"
  }
}

resource "aws_route" "ap_main_private_a_internet" {
  provider = aws.ap

  route_table_id         = aws_route_table.ap_main_private_a.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.ap_main_nat_a.id
}

resource "aws_route" "ap_main_private_b_internet" {
  provider = aws.ap

  route_table_id         = aws_route_table.ap_main_private_b.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.ap_main_nat_b.id
}

resource "aws_route" "ap_main_private_c_internet" {
  provider = aws.ap

  route_table_id         = aws_route_table.ap_main_private_c.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.ap_main_nat_c.id
}

resource "aws_vpc_endpoint" "ap_main_s3" {
  provider = aws.ap

  vpc_id            = aws_vpc.ap_main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.ap-southeast-2.s3"

  route_table_ids = [
    aws_route_table.ap_main_public.id,
    aws_route_table.ap_main_private_a.id,
    aws_route_table.ap_main_private_b.id,
    aws_route_table.ap_main_private_c.id,
    aws_route_table.ap_main_isolated.id,
  ]

  tags = {
    Name = "edtech-production-ap-main-s3"
  }
}

resource "aws_vpc_endpoint" "ap_main_dynamodb" {
  provider = aws.ap

  vpc_id            = aws_vpc.ap_main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.ap-southeast-2.dynamodb"

  route_table_ids = [
    aws_route_table.ap_main_public.id,
    aws_route_table.ap_main_private_a.id,
    aws_route_table.ap_main_private_b.id,
    aws_route_table.ap_main_private_c.id,
    aws_route_table.ap_main_isolated.id,
  ]

  tags = {
    Name = "edtech-production-ap-main-dynamodb"
  }
}

data "aws_caller_identity" "ap_current" {
  provider = aws.ap
}

data "aws_region" "ap_current" {
  provider = aws.ap
}

resource "aws_kms_key" "ap_encryption" {
  provider = aws.ap

  description             = "Default encryption key of edtech-production"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "EnableIamPolicies"
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::${data.aws_caller_identity.ap_current.account_id}:root"
        }
        Action   = "kms:*"
        Resource = "*"
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "logs.${data.aws_region.ap_current.name}.amazonaws.com"
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
            "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:${data.aws_region.ap_current.name}:${data.aws_caller_identity.ap_current.account_id}:*"
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
            "aws:SourceAccount" = data.aws_caller_identity.ap_current.account_id
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
            "aws:SourceAccount" = data.aws_caller_identity.ap_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_kms_alias" "ap_encryption" {
  provider = aws.ap

  name          = "alias/edtech-production-ap-encryption"
  target_key_id = aws_kms_key.ap_encryption.key_id
}

resource "aws_cloudwatch_log_group" "ap_main_flow_log" {
  provider = aws.ap

  name              = "/edtech-production/ap/main_flow_log"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.ap_encryption.arn
}

resource "aws_iam_role" "ap_main_flow_log" {
  provider = aws.ap

  name = "edtech-production-ap-main-flow-log"

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
            "aws:SourceAccount" = data.aws_caller_identity.ap_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "ap_main_flow_log" {
  provider = aws.ap

  name = "grants"
  role = aws_iam_role.ap_main_flow_log.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.ap_main_flow_log.arn}:*"
      },
    ]
  })
}

resource "aws_flow_log" "ap_main" {
  provider = aws.ap

  vpc_id          = aws_vpc.ap_main.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.ap_main_flow_log.arn
  iam_role_arn    = aws_iam_role.ap_main_flow_log.arn
}

resource "aws_cloudwatch_log_group" "ap_main_sessions" {
  provider = aws.ap

  name              = "/edtech-production/ap/main_sessions"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.ap_encryption.arn
}

resource "aws_service_discovery_http_namespace" "ap_main" {
  provider = aws.ap

  name = "edtech-production-ap-main"
}

resource "aws_ecs_cluster" "ap_main" {
  provider = aws.ap

  name = "edtech-production-ap-main"

  setting {
    name  = "containerInsights"
    value = "enhanced"
  }

  configuration {
    execute_command_configuration {
      kms_key_id = aws_kms_key.ap_encryption.arn
      logging    = "OVERRIDE"

      log_configuration {
        cloud_watch_encryption_enabled = true
        cloud_watch_log_group_name     = aws_cloudwatch_log_group.ap_main_sessions.name
      }
    }
  }

  service_connect_defaults {
    namespace = aws_service_discovery_http_namespace.ap_main.arn
  }
}

resource "aws_sns_topic" "ap_operators" {
  provider = aws.ap

  name              = "edtech-production-ap-operators"
  kms_master_key_id = aws_kms_key.ap_encryption.key_id
}

resource "aws_sns_topic_policy" "ap_operators" {
  provider = aws.ap

  arn = aws_sns_topic.ap_operators.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.ap_operators.arn
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
        Resource = aws_sns_topic.ap_operators.arn
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.ap_current.account_id
          }
        }
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "events.amazonaws.com"
        }
        Action   = "sns:Publish"
        Resource = aws_sns_topic.ap_operators.arn
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.ap_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "ap_operators_on_call" {
  provider = aws.ap

  topic_arn = aws_sns_topic.ap_operators.arn
  protocol  = "email"
  endpoint  = "operators@lessons.example"
}

resource "aws_s3_bucket" "ap_access_logs" {
  # iac:waive=CKV_AWS_18 until=2027-12-31: this bucket stores the access logs
  # checkov:skip=CKV_AWS_18:until 2027-12-31: this bucket stores the access logs
  # iac:waive=CKV_AWS_144 until=2027-12-31: access logs do not need replication
  # checkov:skip=CKV_AWS_144:until 2027-12-31: access logs do not need replication
  # iac:waive=CKV_AWS_145 until=2027-12-31: load balancers do not support customer managed keys
  # checkov:skip=CKV_AWS_145:until 2027-12-31: load balancers do not support customer managed keys
  provider = aws.ap

  bucket_prefix = "edtech-production-ap-access-logs-"
}

resource "aws_s3_bucket_public_access_block" "ap_access_logs" {
  provider = aws.ap

  bucket                  = aws_s3_bucket.ap_access_logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "ap_access_logs" {
  provider = aws.ap

  bucket = aws_s3_bucket.ap_access_logs.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "ap_access_logs" {
  provider = aws.ap

  bucket = aws_s3_bucket.ap_access_logs.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "ap_access_logs" {
  provider = aws.ap

  bucket = aws_s3_bucket.ap_access_logs.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "ap_access_logs" {
  provider = aws.ap

  bucket = aws_s3_bucket.ap_access_logs.id

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

  depends_on = [aws_s3_bucket_versioning.ap_access_logs]
}

resource "aws_s3_bucket_notification" "ap_access_logs" {
  provider = aws.ap

  bucket      = aws_s3_bucket.ap_access_logs.id
  eventbridge = true
}

resource "aws_s3_bucket_policy" "ap_access_logs" {
  provider = aws.ap

  bucket = aws_s3_bucket.ap_access_logs.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.ap_access_logs.arn, "${aws_s3_bucket.ap_access_logs.arn}/*"]
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
        Resource = "${aws_s3_bucket.ap_access_logs.arn}/*"
      },
      {
        Sid    = "AllowBucketLogs"
        Effect = "Allow"
        Principal = {
          Service = "logging.s3.amazonaws.com"
        }
        Action   = "s3:PutObject"
        Resource = "${aws_s3_bucket.ap_access_logs.arn}/*"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.ap_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_dynamodb_table" "us_progress" {
  name                        = "edtech-production-us-progress"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pupil"
  range_key                   = "lesson"
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"
  deletion_protection_enabled = true

  attribute {
    name = "pupil"
    type = "S"
  }

  attribute {
    name = "lesson"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.encryption.arn
  }

  replica {
    region_name            = "eu-west-1"
    kms_key_arn            = aws_kms_key.eu_encryption.arn
    point_in_time_recovery = true
    propagate_tags         = true
  }

  replica {
    region_name            = "ap-southeast-2"
    kms_key_arn            = aws_kms_key.ap_encryption.arn
    point_in_time_recovery = true
    propagate_tags         = true
  }
}

resource "aws_backup_vault" "us_progress" {
  name        = "edtech-production-us-progress"
  kms_key_arn = aws_kms_key.encryption.arn
}

resource "aws_backup_vault_lock_configuration" "us_progress" {
  backup_vault_name  = aws_backup_vault.us_progress.name
  min_retention_days = 7
}

resource "aws_backup_plan" "us_progress" {
  name = "edtech-production-us-progress"

  rule {
    rule_name                    = "nightly"
    target_vault_name            = aws_backup_vault.us_progress.name
    schedule                     = "cron(0 2 * * ? *)"
    schedule_expression_timezone = "Etc/UTC"

    lifecycle {
      delete_after = 35
    }
  }
}

resource "aws_iam_role" "us_progress" {
  name = "edtech-production-us-progress"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "backup.amazonaws.com"
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

resource "aws_iam_role_policy_attachment" "us_progress_AWSBackupServiceRolePolicyForBackup" {
  role       = aws_iam_role.us_progress.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
}

resource "aws_iam_role_policy_attachment" "us_progress_AWSBackupServiceRolePolicyForRestores" {
  role       = aws_iam_role.us_progress.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores"
}

resource "aws_backup_selection" "us_progress" {
  name         = "edtech-production-us-progress"
  plan_id      = aws_backup_plan.us_progress.id
  iam_role_arn = aws_iam_role.us_progress.arn
  resources    = [aws_dynamodb_table.us_progress.arn]
}

resource "aws_s3_bucket" "us_assets" {
  bucket_prefix = "edtech-production-us-assets-"
}

resource "aws_s3_bucket_public_access_block" "us_assets" {
  bucket                  = aws_s3_bucket.us_assets.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "us_assets" {
  bucket = aws_s3_bucket.us_assets.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "us_assets" {
  bucket = aws_s3_bucket.us_assets.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.encryption.arn
    }
  }
}

resource "aws_s3_bucket_versioning" "us_assets" {
  bucket = aws_s3_bucket.us_assets.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "us_assets" {
  bucket = aws_s3_bucket.us_assets.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.us_assets]
}

resource "aws_s3_bucket_logging" "us_assets" {
  bucket        = aws_s3_bucket.us_assets.id
  target_bucket = aws_s3_bucket.access_logs.id
  target_prefix = "buckets/${aws_s3_bucket.us_assets.id}/"

  depends_on = [aws_s3_bucket_policy.access_logs]
}

resource "aws_s3_bucket_notification" "us_assets" {
  bucket      = aws_s3_bucket.us_assets.id
  eventbridge = true
}

resource "aws_s3_bucket" "eu_assets" {
  # iac:waive=CKV_AWS_144 until=2027-12-31: this bucket is a replica
  # checkov:skip=CKV_AWS_144:until 2027-12-31: this bucket is a replica
  provider = aws.eu

  bucket_prefix = "edtech-production-eu-assets-"
}

resource "aws_s3_bucket_public_access_block" "eu_assets" {
  provider = aws.eu

  bucket                  = aws_s3_bucket.eu_assets.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "eu_assets" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_assets.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "eu_assets" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_assets.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.eu_encryption.arn
    }
  }
}

resource "aws_s3_bucket_versioning" "eu_assets" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_assets.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "eu_assets" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_assets.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.eu_assets]
}

resource "aws_s3_bucket_logging" "eu_assets" {
  provider = aws.eu

  bucket        = aws_s3_bucket.eu_assets.id
  target_bucket = aws_s3_bucket.eu_access_logs.id
  target_prefix = "buckets/${aws_s3_bucket.eu_assets.id}/"

  depends_on = [aws_s3_bucket_policy.eu_access_logs]
}

resource "aws_s3_bucket_notification" "eu_assets" {
  provider = aws.eu

  bucket      = aws_s3_bucket.eu_assets.id
  eventbridge = true
}

resource "aws_acm_certificate" "global_assets" {
  provider = aws.global

  domain_name       = "assets.lessons.example"
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "global_assets_validation" {
  for_each = {
    for value in aws_acm_certificate.global_assets.domain_validation_options : value.domain_name => value
  }

  provider = aws.global

  zone_id         = aws_route53_zone.main.zone_id
  name            = each.value.resource_record_name
  type            = each.value.resource_record_type
  records         = [each.value.resource_record_value]
  ttl             = 60
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "global_assets" {
  provider = aws.global

  certificate_arn         = aws_acm_certificate.global_assets.arn
  validation_record_fqdns = values(aws_route53_record.global_assets_validation)[*].fqdn
}

resource "aws_wafv2_web_acl" "global_assets" {
  provider = aws.global

  name  = "edtech-production-global-assets"
  scope = "CLOUDFRONT"

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
    metric_name                = "edtech-production-global-assets"
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
  }
}

resource "aws_cloudwatch_log_group" "global_assets" {
  provider = aws.global

  name              = "aws-waf-logs-edtech-production-global-assets"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.global_encryption.arn
}

resource "aws_wafv2_web_acl_logging_configuration" "global_assets" {
  provider = aws.global

  resource_arn            = aws_wafv2_web_acl.global_assets.arn
  log_destination_configs = [aws_cloudwatch_log_group.global_assets.arn]

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

resource "aws_cloudfront_origin_access_control" "global_assets" {
  provider = aws.global

  name                              = "edtech-production-global-assets"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_response_headers_policy" "global_assets" {
  provider = aws.global

  name = "edtech-production-global-assets"

  security_headers_config {
    strict_transport_security {
      access_control_max_age_sec = 63072000
      include_subdomains         = true
      preload                    = true
      override                   = true
    }

    content_type_options {
      override = true
    }

    frame_options {
      frame_option = "DENY"
      override     = true
    }

    referrer_policy {
      referrer_policy = "strict-origin-when-cross-origin"
      override        = true
    }
  }
}

resource "aws_cloudfront_distribution" "global_assets" {
  # iac:waive=CKV_AWS_86 until=2027-12-31: access logs use log delivery, which needs no bucket ACLs
  # checkov:skip=CKV_AWS_86:until 2027-12-31: access logs use log delivery, which needs no bucket ACLs
  provider = aws.global

  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2and3"
  comment             = "edtech-production-global-assets"
  aliases             = ["assets.lessons.example"]
  default_root_object = "index.html"
  web_acl_id          = aws_wafv2_web_acl.global_assets.arn

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate_validation.global_assets.certificate_arn
    minimum_protocol_version = "TLSv1.2_2021"
    ssl_support_method       = "sni-only"
  }

  restrictions {
    geo_restriction {
      restriction_type = "whitelist"

      locations = [
        "AT",
        "AU",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "MX",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
        "US",
      ]
    }
  }

  default_cache_behavior {
    target_origin_id           = "buckets"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    response_headers_policy_id = aws_cloudfront_response_headers_policy.global_assets.id
  }

  origin {
    origin_id                = "bucket"
    domain_name              = aws_s3_bucket.us_assets.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.global_assets.id
  }

  origin {
    origin_id                = "failover"
    domain_name              = aws_s3_bucket.eu_assets.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.global_assets.id
  }

  origin_group {
    origin_id = "buckets"

    failover_criteria {
      status_codes = [500, 502, 503, 504]
    }

    member {
      origin_id = "bucket"
    }

    member {
      origin_id = "failover"
    }
  }
}

resource "aws_s3_bucket_policy" "us_assets" {
  bucket = aws_s3_bucket.us_assets.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.us_assets.arn, "${aws_s3_bucket.us_assets.arn}/*"]
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
      {
        Sid    = "AllowDistribution"
        Effect = "Allow"
        Principal = {
          Service = "cloudfront.amazonaws.com"
        }
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.us_assets.arn}/*"
        Condition = {
          StringEquals = {
            "aws:SourceArn" = aws_cloudfront_distribution.global_assets.arn
          }
        }
      },
    ]
  })
}

resource "aws_s3_bucket_policy" "eu_assets" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_assets.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.eu_assets.arn, "${aws_s3_bucket.eu_assets.arn}/*"]
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
      {
        Sid    = "AllowDistribution"
        Effect = "Allow"
        Principal = {
          Service = "cloudfront.amazonaws.com"
        }
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.eu_assets.arn}/*"
        Condition = {
          StringEquals = {
            "aws:SourceArn" = aws_cloudfront_distribution.global_assets.arn
          }
        }
      },
    ]
  })
}

resource "aws_s3_bucket" "global_access_logs" {
  # iac:waive=CKV_AWS_18 until=2027-12-31: this bucket stores the access logs
  # checkov:skip=CKV_AWS_18:until 2027-12-31: this bucket stores the access logs
  # iac:waive=CKV_AWS_144 until=2027-12-31: access logs do not need replication
  # checkov:skip=CKV_AWS_144:until 2027-12-31: access logs do not need replication
  # iac:waive=CKV_AWS_145 until=2027-12-31: load balancers do not support customer managed keys
  # checkov:skip=CKV_AWS_145:until 2027-12-31: load balancers do not support customer managed keys
  provider = aws.global

  bucket_prefix = "edtech-production-global-access-logs-"
}

resource "aws_s3_bucket_public_access_block" "global_access_logs" {
  provider = aws.global

  bucket                  = aws_s3_bucket.global_access_logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "global_access_logs" {
  provider = aws.global

  bucket = aws_s3_bucket.global_access_logs.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "global_access_logs" {
  provider = aws.global

  bucket = aws_s3_bucket.global_access_logs.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "global_access_logs" {
  provider = aws.global

  bucket = aws_s3_bucket.global_access_logs.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "global_access_logs" {
  provider = aws.global

  bucket = aws_s3_bucket.global_access_logs.id

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

  depends_on = [aws_s3_bucket_versioning.global_access_logs]
}

resource "aws_s3_bucket_notification" "global_access_logs" {
  provider = aws.global

  bucket      = aws_s3_bucket.global_access_logs.id
  eventbridge = true
}

resource "aws_s3_bucket_policy" "global_access_logs" {
  provider = aws.global

  bucket = aws_s3_bucket.global_access_logs.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource = [
          aws_s3_bucket.global_access_logs.arn,
          "${aws_s3_bucket.global_access_logs.arn}/*",
        ]
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
        Resource = "${aws_s3_bucket.global_access_logs.arn}/*"
      },
      {
        Sid    = "AllowBucketLogs"
        Effect = "Allow"
        Principal = {
          Service = "logging.s3.amazonaws.com"
        }
        Action   = "s3:PutObject"
        Resource = "${aws_s3_bucket.global_access_logs.arn}/*"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.global_current.account_id
          }
        }
      },
      {
        Sid    = "AllowLogDelivery"
        Effect = "Allow"
        Principal = {
          Service = "delivery.logs.amazonaws.com"
        }
        Action   = "s3:PutObject"
        Resource = "${aws_s3_bucket.global_access_logs.arn}/*"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.global_current.account_id
            "s3:x-amz-acl"      = "bucket-owner-full-control"
          }
        }
      },
      {
        Sid    = "AllowLogDeliveryAclCheck"
        Effect = "Allow"
        Principal = {
          Service = "delivery.logs.amazonaws.com"
        }
        Action   = "s3:GetBucketAcl"
        Resource = aws_s3_bucket.global_access_logs.arn
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.global_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_cloudwatch_log_delivery_source" "global_assets" {
  provider = aws.global

  name         = "edtech-production-global-assets"
  log_type     = "ACCESS_LOGS"
  resource_arn = aws_cloudfront_distribution.global_assets.arn
}

resource "aws_cloudwatch_log_delivery_destination" "global_assets" {
  provider = aws.global

  name          = "edtech-production-global-assets"
  output_format = "json"

  delivery_destination_configuration {
    destination_resource_arn = "${aws_s3_bucket.global_access_logs.arn}/assets"
  }
}

resource "aws_cloudwatch_log_delivery" "global_assets" {
  provider = aws.global

  delivery_source_name     = aws_cloudwatch_log_delivery_source.global_assets.name
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.global_assets.arn

  depends_on = [aws_s3_bucket_policy.global_access_logs]
}

resource "aws_route53_record" "assets_ipv6" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "assets.lessons.example"
  type    = "AAAA"

  alias {
    name                   = aws_cloudfront_distribution.global_assets.domain_name
    zone_id                = aws_cloudfront_distribution.global_assets.hosted_zone_id
    evaluate_target_health = false
  }
}

resource "aws_route53_record" "assets" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "assets.lessons.example"
  type    = "A"

  alias {
    name                   = aws_cloudfront_distribution.global_assets.domain_name
    zone_id                = aws_cloudfront_distribution.global_assets.hosted_zone_id
    evaluate_target_health = false
  }
}

resource "aws_iam_role" "us_assets_replication" {
  name = "edtech-production-us-assets-replication"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "s3.amazonaws.com"
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

resource "aws_iam_role_policy" "us_assets_replication" {
  name = "grants"
  role = aws_iam_role.us_assets_replication.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
        Resource = aws_s3_bucket.us_assets.arn
      },
      {
        Effect = "Allow"
        Action = [
          "s3:GetObjectVersionAcl",
          "s3:GetObjectVersionForReplication",
          "s3:GetObjectVersionTagging",
        ]
        Resource = "${aws_s3_bucket.us_assets.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"]
        Resource = "${aws_s3_bucket.eu_assets.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.eu_encryption.arn
      },
    ]
  })
}

resource "aws_s3_bucket_replication_configuration" "us_assets" {
  bucket = aws_s3_bucket.us_assets.id
  role   = aws_iam_role.us_assets_replication.arn

  rule {
    id     = "all"
    status = "Enabled"

    filter {}

    delete_marker_replication {
      status = "Enabled"
    }

    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }

    destination {
      bucket = aws_s3_bucket.eu_assets.arn

      encryption_configuration {
        replica_kms_key_id = aws_kms_key.eu_encryption.arn
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.us_assets, aws_s3_bucket_versioning.eu_assets]
}

resource "aws_acm_certificate" "us_web" {
  domain_name               = "lessons.example"
  validation_method         = "DNS"
  subject_alternative_names = ["us.lessons.example"]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "us_web_validation" {
  for_each = {
    for value in aws_acm_certificate.us_web.domain_validation_options : value.domain_name => value
  }

  zone_id         = aws_route53_zone.main.zone_id
  name            = each.value.resource_record_name
  type            = each.value.resource_record_type
  records         = [each.value.resource_record_value]
  ttl             = 60
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "us_web" {
  certificate_arn         = aws_acm_certificate.us_web.arn
  validation_record_fqdns = values(aws_route53_record.us_web_validation)[*].fqdn
}

resource "aws_security_group" "us_front" {
  name_prefix = "edtech-production-us-front-"
  description = "The load balancer front"
  vpc_id      = aws_vpc.us_main.id

  tags = {
    Name = "edtech-production-us-front"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "us_front_from_internet_tcp_443" {
  security_group_id = aws_security_group.us_front.id
  description       = "From internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "us_front_from_internet_tcp_80" {
  # iac:waive=CKV_AWS_260 until=2027-12-31: port 80 only redirects to HTTPS
  # checkov:skip=CKV_AWS_260:until 2027-12-31: port 80 only redirects to HTTPS
  security_group_id = aws_security_group.us_front.id
  description       = "From internet"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_lb" "us_front" {
  name               = "edtech-production-us-front"
  load_balancer_type = "application"
  internal           = false

  subnets = [
    aws_subnet.us_main_public_a.id,
    aws_subnet.us_main_public_b.id,
    aws_subnet.us_main_public_c.id,
  ]

  security_groups            = [aws_security_group.us_front.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = true

  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.access_logs.id
    prefix  = "front"
  }

  depends_on = [aws_s3_bucket_policy.access_logs]
}

resource "aws_lb_listener" "us_front_http" {
  load_balancer_arn = aws_lb.us_front.arn
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

resource "aws_lb_listener" "us_front_https" {
  load_balancer_arn = aws_lb.us_front.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.us_web.certificate_arn

  default_action {
    type = "fixed-response"

    fixed_response {
      status_code  = "404"
      content_type = "text/plain"
      message_body = "Not found"
    }
  }
}

resource "aws_wafv2_web_acl" "us_firewall" {
  name  = "edtech-production-us-firewall"
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
        limit              = 60000
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
    metric_name                = "edtech-production-us-firewall"
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "us_firewall" {
  web_acl_arn  = aws_wafv2_web_acl.us_firewall.arn
  resource_arn = aws_lb.us_front.arn
}

resource "aws_cloudwatch_log_group" "us_firewall" {
  name              = "aws-waf-logs-edtech-production-us-firewall"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_wafv2_web_acl_logging_configuration" "us_firewall" {
  resource_arn            = aws_wafv2_web_acl.us_firewall.arn
  log_destination_configs = [aws_cloudwatch_log_group.us_firewall.arn]

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

resource "aws_route53_record" "us_web" {
  zone_id        = aws_route53_zone.main.zone_id
  name           = "lessons.example"
  type           = "A"
  set_identifier = "us_web"

  alias {
    name                   = aws_lb.us_front.dns_name
    zone_id                = aws_lb.us_front.zone_id
    evaluate_target_health = true
  }

  latency_routing_policy {
    region = "us-west-2"
  }
}

resource "aws_route53_record" "us_region" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "us.lessons.example"
  type    = "A"

  alias {
    name                   = aws_lb.us_front.dns_name
    zone_id                = aws_lb.us_front.zone_id
    evaluate_target_health = true
  }
}

resource "aws_lb_target_group" "us_web" {
  # iac:waive=CKV_AWS_378 until=2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  # checkov:skip=CKV_AWS_378:until 2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  name                          = "edtech-production-us-web"
  vpc_id                        = aws_vpc.us_main.id
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

resource "aws_lb_listener_rule" "us_web" {
  listener_arn = aws_lb_listener.us_front_https.arn
  priority     = 1000

  condition {
    path_pattern {
      values = ["/*"]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.us_web.arn
  }
}

resource "aws_cloudwatch_metric_alarm" "us_web_unhealthy" {
  alarm_name        = "edtech-production-us-web-unhealthy"
  alarm_description = "Target group web has unhealthy targets"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "UnHealthyHostCount"

  dimensions = {
    LoadBalancer = aws_lb.us_front.arn_suffix
    TargetGroup  = aws_lb_target_group.us_web.arn_suffix
  }

  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.us_operators.arn]
  ok_actions          = [aws_sns_topic.us_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "us_web_errors" {
  alarm_name        = "edtech-production-us-web-errors"
  alarm_description = "Targets of web return more than 10 HTTP 5xx responses per minute"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "HTTPCode_Target_5XX_Count"

  dimensions = {
    LoadBalancer = aws_lb.us_front.arn_suffix
    TargetGroup  = aws_lb_target_group.us_web.arn_suffix
  }

  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.us_operators.arn]
  ok_actions          = [aws_sns_topic.us_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "us_web_slow" {
  alarm_name        = "edtech-production-us-web-slow"
  alarm_description = "p99 response time of target group web is above 2 seconds"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "TargetResponseTime"

  dimensions = {
    LoadBalancer = aws_lb.us_front.arn_suffix
    TargetGroup  = aws_lb_target_group.us_web.arn_suffix
  }

  extended_statistic  = "p99"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.us_operators.arn]
  ok_actions          = [aws_sns_topic.us_operators.arn]
}

resource "aws_sqs_queue" "us_lessons_dead_letters" {
  name                      = "edtech-production-us-lessons-dead-letters"
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.encryption.key_id
}

resource "aws_sqs_queue_policy" "us_lessons_dead_letters" {
  queue_url = aws_sqs_queue.us_lessons_dead_letters.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.us_lessons_dead_letters.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_sqs_queue" "us_lessons" {
  name                       = "edtech-production-us-lessons"
  message_retention_seconds  = 345600
  kms_master_key_id          = aws_kms_key.encryption.key_id
  visibility_timeout_seconds = 1800

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.us_lessons_dead_letters.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue_policy" "us_lessons" {
  queue_url = aws_sqs_queue.us_lessons.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.us_lessons.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "us_lessons_waits" {
  alarm_name        = "edtech-production-us-lessons-waits"
  alarm_description = "The oldest message in queue lessons is older than 15 minutes"
  namespace         = "AWS/SQS"
  metric_name       = "ApproximateAgeOfOldestMessage"

  dimensions = {
    QueueName = aws_sqs_queue.us_lessons.name
  }

  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 900
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.us_operators.arn]
  ok_actions          = [aws_sns_topic.us_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "us_lessons_dead_letters" {
  alarm_name        = "edtech-production-us-lessons-dead-letters"
  alarm_description = "The dead-letter queue of lessons is not empty"
  namespace         = "AWS/SQS"
  metric_name       = "ApproximateNumberOfMessagesVisible"

  dimensions = {
    QueueName = aws_sqs_queue.us_lessons_dead_letters.name
  }

  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.us_operators.arn]
  ok_actions          = [aws_sns_topic.us_operators.arn]
}

resource "aws_s3_bucket" "us_recordings" {
  # iac:waive=CKV_AWS_144 until=2027-12-31: recordings of students must stay in their region
  # checkov:skip=CKV_AWS_144:until 2027-12-31: recordings of students must stay in their region
  bucket_prefix = "edtech-production-us-recordings-"
}

resource "aws_s3_bucket_public_access_block" "us_recordings" {
  bucket                  = aws_s3_bucket.us_recordings.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "us_recordings" {
  bucket = aws_s3_bucket.us_recordings.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "us_recordings" {
  bucket = aws_s3_bucket.us_recordings.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.encryption.arn
    }
  }
}

resource "aws_s3_bucket_versioning" "us_recordings" {
  bucket = aws_s3_bucket.us_recordings.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "us_recordings" {
  bucket = aws_s3_bucket.us_recordings.id

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

  depends_on = [aws_s3_bucket_versioning.us_recordings]
}

resource "aws_s3_bucket_logging" "us_recordings" {
  bucket        = aws_s3_bucket.us_recordings.id
  target_bucket = aws_s3_bucket.access_logs.id
  target_prefix = "buckets/${aws_s3_bucket.us_recordings.id}/"

  depends_on = [aws_s3_bucket_policy.access_logs]
}

resource "aws_s3_bucket_notification" "us_recordings" {
  bucket      = aws_s3_bucket.us_recordings.id
  eventbridge = true
}

resource "aws_s3_bucket_policy" "us_recordings" {
  bucket = aws_s3_bucket.us_recordings.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.us_recordings.arn, "${aws_s3_bucket.us_recordings.arn}/*"]
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_ecr_repository" "us_recorder" {
  name                 = "edtech-production/us/recorder"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.encryption.arn
  }
}

resource "aws_ecr_lifecycle_policy" "us_recorder" {
  repository = aws_ecr_repository.us_recorder.name

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

resource "aws_security_group" "us_recorders" {
  name_prefix = "edtech-production-us-recorders-"
  description = "Instances of recorders"
  vpc_id      = aws_vpc.us_main.id

  tags = {
    Name = "edtech-production-us-recorders"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "us_recorders_to_internet_tcp_443" {
  security_group_id = aws_security_group.us_recorders.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_iam_role" "us_recorders" {
  name = "edtech-production-us-recorders"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ec2.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "us_recorders_AmazonSSMManagedInstanceCore" {
  role       = aws_iam_role.us_recorders.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_role_policy_attachment" "us_recorders_AmazonEC2ContainerServiceforEC2Role" {
  role       = aws_iam_role.us_recorders.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
}

resource "aws_iam_instance_profile" "us_recorders" {
  name = "edtech-production-us-recorders"
  role = aws_iam_role.us_recorders.name
}

resource "aws_launch_template" "us_recorders" {
  name                   = "edtech-production-us-recorders"
  update_default_version = true
  image_id               = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"

  user_data = base64encode(<<-EOT
    #!/bin/bash
    echo ECS_CLUSTER=${aws_ecs_cluster.us_main.name} >> /etc/ecs/ecs.config
    echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config
  EOT
  )

  vpc_security_group_ids = [aws_security_group.us_recorders.id]
  ebs_optimized          = "true"

  iam_instance_profile {
    arn = aws_iam_instance_profile.us_recorders.arn
  }

  monitoring {
    enabled = true
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "enabled"
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted             = "true"
      volume_type           = "gp3"
      volume_size           = 30
      delete_on_termination = "true"
    }
  }

  tag_specifications {
    resource_type = "instance"

    tags = {
      Name = "edtech-production-us-recorders"
    }
  }

  tag_specifications {
    resource_type = "volume"

    tags = {
      Name = "edtech-production-us-recorders"
    }
  }
}

resource "aws_autoscaling_group" "us_recorders" {
  name = "edtech-production-us-recorders"

  vpc_zone_identifier = [
    aws_subnet.us_main_private_a.id,
    aws_subnet.us_main_private_b.id,
    aws_subnet.us_main_private_c.id,
  ]

  min_size                  = 0
  max_size                  = 20
  health_check_type         = "EC2"
  health_check_grace_period = 120
  max_instance_lifetime     = 2592000
  enabled_metrics           = ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupTotalInstances"]
  protect_from_scale_in     = true
  capacity_rebalance        = true

  mixed_instances_policy {
    instances_distribution {
      on_demand_base_capacity                  = 2
      on_demand_percentage_above_base_capacity = 0
      spot_allocation_strategy                 = "price-capacity-optimized"
    }

    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.us_recorders.id
        version            = aws_launch_template.us_recorders.latest_version
      }

      override {
        instance_type = "c7g.xlarge"
      }

      override {
        instance_type = "c6g.xlarge"
      }

      override {
        instance_type = "m7g.xlarge"
      }

      override {
        instance_type = "m6g.xlarge"
      }
    }
  }

  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage       = 90
      scale_in_protected_instances = "Refresh"
    }
  }

  tag {
    key                 = "Name"
    value               = "edtech-production-us-recorders"
    propagate_at_launch = true
  }

  tag {
    key                 = "AmazonECSManaged"
    value               = "true"
    propagate_at_launch = true
  }

  lifecycle {
    ignore_changes = [desired_capacity]
  }
}

resource "aws_ecs_capacity_provider" "us_recorders" {
  name = "edtech-production-us-recorders"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = aws_autoscaling_group.us_recorders.arn
    managed_draining               = "ENABLED"
    managed_termination_protection = "ENABLED"

    managed_scaling {
      status          = "ENABLED"
      target_capacity = 100
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "us_main" {
  cluster_name       = aws_ecs_cluster.us_main.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT", aws_ecs_capacity_provider.us_recorders.name]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

resource "aws_cloudwatch_log_group" "us_recorder" {
  name              = "/edtech-production/us/recorder"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "us_recorder_execution" {
  name = "edtech-production-us-recorder-execution"

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

resource "aws_iam_role_policy" "us_recorder_execution" {
  name = "grants"
  role = aws_iam_role.us_recorder_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.us_recorder.arn}:*"
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
        Resource = aws_ecr_repository.us_recorder.arn
      },
    ]
  })
}

resource "aws_iam_role" "us_recorder_task" {
  name = "edtech-production-us-recorder-task"

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

resource "aws_ecs_task_definition" "us_recorder" {
  family                   = "edtech-production-us-recorder"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = "1024"
  memory                   = "1536"
  execution_role_arn       = aws_iam_role.us_recorder_execution.arn
  task_role_arn            = aws_iam_role.us_recorder_task.arn

  container_definitions = jsonencode([
    {
      name         = "recorder"
      image        = "${aws_ecr_repository.us_recorder.repository_url}:2026.11.1"
      essential    = true
      stopTimeout  = 90
      portMappings = []
      environment = [
        {
          name  = "LESSONS"
          value = aws_sqs_queue.us_lessons.url
        },
        {
          name  = "RECORDINGS"
          value = aws_s3_bucket.us_recordings.id
        },
      ]
      mountPoints = [
        {
          sourceVolume  = "scratch"
          containerPath = "/scratch"
          readOnly      = false
        },
      ]
      volumesFrom            = []
      systemControls         = []
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.us_recorder.name
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
    name = "scratch"
  }
}

resource "aws_security_group" "us_recorder" {
  name_prefix = "edtech-production-us-recorder-"
  description = "Tasks of recorder"
  vpc_id      = aws_vpc.us_main.id

  tags = {
    Name = "edtech-production-us-recorder"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "us_recorder_to_internet_tcp_443" {
  security_group_id = aws_security_group.us_recorder.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_ecs_service" "us_recorder" {
  name                          = "edtech-production-us-recorder"
  cluster                       = aws_ecs_cluster.us_main.arn
  task_definition               = aws_ecs_task_definition.us_recorder.arn
  desired_count                 = 0
  availability_zone_rebalancing = "ENABLED"
  enable_ecs_managed_tags       = true
  propagate_tags                = "SERVICE"

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.us_recorders.name
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.us_main.arn
  }

  network_configuration {
    subnets = [
      aws_subnet.us_main_private_a.id,
      aws_subnet.us_main_private_b.id,
      aws_subnet.us_main_private_c.id,
    ]

    security_groups = [aws_security_group.us_recorder.id]
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [
    aws_ecs_cluster_capacity_providers.us_main,
    aws_iam_role_policy.us_recorder_execution,
  ]
}

resource "aws_appautoscaling_target" "us_recorder" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.us_main.name}/${aws_ecs_service.us_recorder.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 0
  max_capacity       = 80
}

resource "aws_appautoscaling_policy" "us_recorder_lessons" {
  name               = "edtech-production-us-recorder-lessons"
  service_namespace  = aws_appautoscaling_target.us_recorder.service_namespace
  resource_id        = aws_appautoscaling_target.us_recorder.resource_id
  scalable_dimension = aws_appautoscaling_target.us_recorder.scalable_dimension
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value = 4

    customized_metric_specification {
      metrics {
        id          = "waiting"
        return_data = false

        metric_stat {
          stat = "Maximum"

          metric {
            namespace   = "AWS/SQS"
            metric_name = "ApproximateNumberOfMessagesVisible"

            dimensions {
              name  = "QueueName"
              value = aws_sqs_queue.us_lessons.name
            }
          }
        }
      }

      metrics {
        id          = "running"
        return_data = false

        metric_stat {
          stat = "Average"

          metric {
            namespace   = "ECS/ContainerInsights"
            metric_name = "RunningTaskCount"

            dimensions {
              name  = "ClusterName"
              value = aws_ecs_cluster.us_main.name
            }

            dimensions {
              name  = "ServiceName"
              value = aws_ecs_service.us_recorder.name
            }
          }
        }
      }

      metrics {
        id          = "backlog_per_task"
        expression  = "waiting / IF(FILL(running, 0) > 0, running, 1)"
        return_data = true
      }
    }
  }
}

resource "aws_iam_role_policy" "us_recorder_task" {
  name = "grants"
  role = aws_iam_role.us_recorder_task.name

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
        Resource = aws_sqs_queue.us_lessons.arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = "${aws_s3_bucket.us_recordings.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_security_group" "us_media" {
  name_prefix = "edtech-production-us-media-"
  description = "The load balancer media"
  vpc_id      = aws_vpc.us_main.id

  tags = {
    Name = "edtech-production-us-media"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb" "us_media" {
  name               = "edtech-production-us-media"
  load_balancer_type = "network"
  internal           = false

  subnets = [
    aws_subnet.us_main_public_a.id,
    aws_subnet.us_main_public_b.id,
    aws_subnet.us_main_public_c.id,
  ]

  security_groups                  = [aws_security_group.us_media.id]
  enable_cross_zone_load_balancing = true
  enable_deletion_protection       = true

  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.access_logs.id
    prefix  = "media"
  }

  depends_on = [aws_s3_bucket_policy.access_logs]
}

resource "aws_vpc_security_group_ingress_rule" "us_media_from_internet_udp_3478" {
  security_group_id = aws_security_group.us_media.id
  description       = "From internet"
  ip_protocol       = "udp"
  from_port         = 3478
  to_port           = 3478
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_lb_target_group" "us_media_udp_3478" {
  name        = "edtech-production-us-medi-d67aeb"
  vpc_id      = aws_vpc.us_main.id
  target_type = "instance"
  protocol    = "UDP"
  port        = 3478

  health_check {
    protocol = "TCP"
    port     = "8080"
    interval = 10
  }
}

resource "aws_lb_listener" "us_media_udp_3478" {
  load_balancer_arn = aws_lb.us_media.arn
  protocol          = "UDP"
  port              = 3478

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.us_media_udp_3478.arn
  }
}

resource "aws_vpc_security_group_ingress_rule" "us_media_from_internet_tcp_5349" {
  security_group_id = aws_security_group.us_media.id
  description       = "From internet"
  ip_protocol       = "tcp"
  from_port         = 5349
  to_port           = 5349
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_lb_target_group" "us_media_tcp_5349" {
  name        = "edtech-production-us-medi-87e070"
  vpc_id      = aws_vpc.us_main.id
  target_type = "instance"
  protocol    = "TCP"
  port        = 5349

  health_check {
    protocol = "TCP"
    port     = "8080"
    interval = 10
  }
}

resource "aws_lb_listener" "us_media_tcp_5349" {
  load_balancer_arn = aws_lb.us_media.arn
  protocol          = "TCP"
  port              = 5349

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.us_media_tcp_5349.arn
  }
}

resource "aws_route53_record" "us_media" {
  zone_id        = aws_route53_zone.main.zone_id
  name           = "media.lessons.example"
  type           = "A"
  set_identifier = "us_media"

  alias {
    name                   = aws_lb.us_media.dns_name
    zone_id                = aws_lb.us_media.zone_id
    evaluate_target_health = true
  }

  latency_routing_policy {
    region = "us-west-2"
  }
}

resource "aws_secretsmanager_secret" "us_turn" {
  # iac:waive=CKV2_AWS_57 until=2027-12-31: rotation would end running lessons
  # checkov:skip=CKV2_AWS_57:until 2027-12-31: rotation would end running lessons
  name        = "/edtech-production/us/turn"
  description = "Signs credentials for the media servers"
  kms_key_id  = aws_kms_key.encryption.arn
}

resource "aws_security_group" "us_turn" {
  name_prefix = "edtech-production-us-turn-"
  description = "Instances of turn"
  vpc_id      = aws_vpc.us_main.id

  tags = {
    Name = "edtech-production-us-turn"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "us_turn_to_internet_tcp_443" {
  security_group_id = aws_security_group.us_turn.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "us_turn_from_media_udp_3478" {
  security_group_id            = aws_security_group.us_turn.id
  description                  = "From media"
  ip_protocol                  = "udp"
  from_port                    = 3478
  to_port                      = 3478
  referenced_security_group_id = aws_security_group.us_media.id
}

resource "aws_vpc_security_group_egress_rule" "us_media_to_turn_udp_3478" {
  security_group_id            = aws_security_group.us_media.id
  description                  = "To turn"
  ip_protocol                  = "udp"
  from_port                    = 3478
  to_port                      = 3478
  referenced_security_group_id = aws_security_group.us_turn.id
}

resource "aws_vpc_security_group_ingress_rule" "us_turn_from_media_tcp_5349" {
  security_group_id            = aws_security_group.us_turn.id
  description                  = "From media"
  ip_protocol                  = "tcp"
  from_port                    = 5349
  to_port                      = 5349
  referenced_security_group_id = aws_security_group.us_media.id
}

resource "aws_vpc_security_group_egress_rule" "us_media_to_turn_tcp_5349" {
  security_group_id            = aws_security_group.us_media.id
  description                  = "To turn"
  ip_protocol                  = "tcp"
  from_port                    = 5349
  to_port                      = 5349
  referenced_security_group_id = aws_security_group.us_turn.id
}

resource "aws_vpc_security_group_ingress_rule" "us_turn_from_media_tcp_8080" {
  security_group_id            = aws_security_group.us_turn.id
  description                  = "From media"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.us_media.id
}

resource "aws_vpc_security_group_egress_rule" "us_media_to_turn_tcp_8080" {
  security_group_id            = aws_security_group.us_media.id
  description                  = "To turn"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.us_turn.id
}

resource "aws_iam_role" "us_turn" {
  name = "edtech-production-us-turn"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ec2.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "us_turn_AmazonSSMManagedInstanceCore" {
  role       = aws_iam_role.us_turn.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "us_turn" {
  name = "edtech-production-us-turn"
  role = aws_iam_role.us_turn.name
}

resource "aws_launch_template" "us_turn" {
  name                   = "edtech-production-us-turn"
  update_default_version = true
  image_id               = "resolve:ssm:/edtech/media/image_id"

  user_data = base64encode(<<-EOT
    #!/bin/bash
    start-turn --secret ${aws_secretsmanager_secret.us_turn.arn}
  EOT
  )

  vpc_security_group_ids = [aws_security_group.us_turn.id]
  ebs_optimized          = "true"

  iam_instance_profile {
    arn = aws_iam_instance_profile.us_turn.arn
  }

  monitoring {
    enabled = true
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "enabled"
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted             = "true"
      volume_type           = "gp3"
      delete_on_termination = "true"
    }
  }

  tag_specifications {
    resource_type = "instance"

    tags = {
      Name = "edtech-production-us-turn"
    }
  }

  tag_specifications {
    resource_type = "volume"

    tags = {
      Name = "edtech-production-us-turn"
    }
  }
}

resource "aws_autoscaling_group" "us_turn" {
  name = "edtech-production-us-turn"

  vpc_zone_identifier = [
    aws_subnet.us_main_private_a.id,
    aws_subnet.us_main_private_b.id,
    aws_subnet.us_main_private_c.id,
  ]

  min_size                  = 2
  max_size                  = 30
  health_check_type         = "ELB"
  health_check_grace_period = 120
  max_instance_lifetime     = 2592000
  enabled_metrics           = ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupTotalInstances"]

  target_group_arns = [
    aws_lb_target_group.us_media_udp_3478.arn,
    aws_lb_target_group.us_media_tcp_5349.arn,
  ]

  mixed_instances_policy {
    instances_distribution {
      on_demand_percentage_above_base_capacity = 100
    }

    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.us_turn.id
        version            = aws_launch_template.us_turn.latest_version
      }

      override {
        instance_type = "c7gn.large"
      }

      override {
        instance_type = "c6gn.large"
      }

      override {
        instance_type = "c7g.xlarge"
      }
    }
  }

  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage = 90
    }
  }

  tag {
    key                 = "Name"
    value               = "edtech-production-us-turn"
    propagate_at_launch = true
  }

  lifecycle {
    ignore_changes = [desired_capacity]
  }
}

resource "aws_autoscaling_lifecycle_hook" "us_turn_lessons" {
  name                   = "edtech-production-us-turn-lessons"
  autoscaling_group_name = aws_autoscaling_group.us_turn.name
  lifecycle_transition   = "autoscaling:EC2_INSTANCE_TERMINATING"
  heartbeat_timeout      = 7200
  default_result         = "CONTINUE"
}

resource "aws_autoscaling_policy" "us_turn_cpu" {
  name                   = "edtech-production-us-turn-cpu"
  autoscaling_group_name = aws_autoscaling_group.us_turn.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = 50

    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}

resource "aws_autoscaling_schedule" "us_turn_america_opens" {
  scheduled_action_name  = "edtech-production-us-turn-america-opens"
  autoscaling_group_name = aws_autoscaling_group.us_turn.name
  recurrence             = "15 7 * * MON-FRI"
  time_zone              = "America/New_York"
  min_size               = 6
  max_size               = 30
  desired_capacity       = -1
}

resource "aws_autoscaling_schedule" "us_turn_america_closes" {
  scheduled_action_name  = "edtech-production-us-turn-america-closes"
  autoscaling_group_name = aws_autoscaling_group.us_turn.name
  recurrence             = "30 16 * * MON-FRI"
  time_zone              = "America/Los_Angeles"
  min_size               = 2
  max_size               = 30
  desired_capacity       = -1
}

resource "aws_iam_role_policy" "us_turn" {
  name = "grants"
  role = aws_iam_role.us_turn.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_secretsmanager_secret.us_turn.arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_security_group" "us_school" {
  name_prefix = "edtech-production-us-school-"
  description = "The database school"
  vpc_id      = aws_vpc.us_main.id

  tags = {
    Name = "edtech-production-us-school"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_subnet_group" "us_school" {
  name = "edtech-production-us-school"

  subnet_ids = [
    aws_subnet.us_main_isolated_a.id,
    aws_subnet.us_main_isolated_b.id,
    aws_subnet.us_main_isolated_c.id,
  ]
}

resource "aws_rds_cluster_parameter_group" "us_school" {
  name_prefix = "edtech-production-us-school-"
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

resource "aws_iam_role" "us_school_monitoring" {
  name = "edtech-production-us-school-monitoring"

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

resource "aws_iam_role_policy_attachment" "us_school_monitoring_AmazonRDSEnhancedMonitoringRole" {
  role       = aws_iam_role.us_school_monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_cloudwatch_log_group" "us_school_postgresql" {
  name              = "/aws/rds/cluster/edtech-production-us-school/postgresql"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_rds_cluster" "us_school" {
  # iac:waive=CKV2_AWS_8 until=2027-12-31: point-in-time recovery covers two weeks without a backup plan
  # checkov:skip=CKV2_AWS_8:until 2027-12-31: point-in-time recovery covers two weeks without a backup plan
  cluster_identifier                  = "edtech-production-us-school"
  engine                              = "aurora-postgresql"
  engine_version                      = "17.4"
  database_name                       = "main"
  master_username                     = "root"
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = aws_kms_key.encryption.arn
  iam_database_authentication_enabled = true
  db_subnet_group_name                = aws_db_subnet_group.us_school.name
  vpc_security_group_ids              = [aws_security_group.us_school.id]
  db_cluster_parameter_group_name     = aws_rds_cluster_parameter_group.us_school.name
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.encryption.arn
  backup_retention_period             = 14
  copy_tags_to_snapshot               = true
  enabled_cloudwatch_logs_exports     = ["postgresql"]
  deletion_protection                 = true
  skip_final_snapshot                 = false
  final_snapshot_identifier           = "edtech-production-us-school-last"

  serverlessv2_scaling_configuration {
    min_capacity = 2
    max_capacity = 64
  }

  depends_on = [aws_cloudwatch_log_group.us_school_postgresql]
}

resource "aws_rds_cluster_instance" "us_school_0" {
  identifier                      = "edtech-production-us-school-0"
  cluster_identifier              = aws_rds_cluster.us_school.id
  engine                          = aws_rds_cluster.us_school.engine
  engine_version                  = aws_rds_cluster.us_school.engine_version
  instance_class                  = "db.serverless"
  publicly_accessible             = false
  auto_minor_version_upgrade      = true
  copy_tags_to_snapshot           = true
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.us_school_monitoring.arn
  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.encryption.arn

  depends_on = [aws_iam_role_policy_attachment.us_school_monitoring_AmazonRDSEnhancedMonitoringRole]
}

resource "aws_rds_cluster_instance" "us_school_1" {
  identifier                      = "edtech-production-us-school-1"
  cluster_identifier              = aws_rds_cluster.us_school.id
  engine                          = aws_rds_cluster.us_school.engine
  engine_version                  = aws_rds_cluster.us_school.engine_version
  instance_class                  = "db.serverless"
  publicly_accessible             = false
  auto_minor_version_upgrade      = true
  copy_tags_to_snapshot           = true
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.us_school_monitoring.arn
  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.encryption.arn

  depends_on = [aws_iam_role_policy_attachment.us_school_monitoring_AmazonRDSEnhancedMonitoringRole]
}

resource "aws_cloudwatch_metric_alarm" "us_school_cpu" {
  alarm_name        = "edtech-production-us-school-cpu"
  alarm_description = "CPU utilization of database school is above 90%"
  namespace         = "AWS/RDS"
  metric_name       = "CPUUtilization"

  dimensions = {
    DBClusterIdentifier = aws_rds_cluster.us_school.cluster_identifier
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 10
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.us_operators.arn]
  ok_actions          = [aws_sns_topic.us_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "us_school_memory" {
  alarm_name        = "edtech-production-us-school-memory"
  alarm_description = "Database school has less than 128 MiB of freeable memory"
  namespace         = "AWS/RDS"
  metric_name       = "FreeableMemory"

  dimensions = {
    DBClusterIdentifier = aws_rds_cluster.us_school.cluster_identifier
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 10
  comparison_operator = "LessThanThreshold"
  threshold           = 134217728
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.us_operators.arn]
  ok_actions          = [aws_sns_topic.us_operators.arn]
}

resource "aws_security_group" "us_presence" {
  name_prefix = "edtech-production-us-presence-"
  description = "The cache presence"
  vpc_id      = aws_vpc.us_main.id

  tags = {
    Name = "edtech-production-us-presence"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_elasticache_subnet_group" "us_presence" {
  name = "edtech-production-us-presence"

  subnet_ids = [
    aws_subnet.us_main_private_a.id,
    aws_subnet.us_main_private_b.id,
    aws_subnet.us_main_private_c.id,
  ]
}

resource "aws_elasticache_user" "us_presence" {
  user_id       = "edtech-production-us-presence"
  user_name     = "edtech-production-us-presence"
  engine        = "redis"
  access_string = "on ~* +@all -@dangerous"

  authentication_mode {
    type = "iam"
  }
}

resource "aws_elasticache_user" "us_presence_default" {
  user_id       = "edtech-production-us-presence-default"
  user_name     = "default"
  engine        = "redis"
  access_string = "off -@all"

  authentication_mode {
    type = "no-password-required"
  }
}

resource "aws_elasticache_user_group" "us_presence" {
  user_group_id = "edtech-production-us-presence"
  engine        = "redis"

  user_ids = [
    aws_elasticache_user.us_presence_default.user_id,
    aws_elasticache_user.us_presence.user_id,
  ]
}

resource "aws_elasticache_replication_group" "us_presence" {
  replication_group_id       = "edtech-production-us-presence"
  description                = "The cache presence"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  subnet_group_name          = aws_elasticache_subnet_group.us_presence.name
  security_group_ids         = [aws_security_group.us_presence.id]
  at_rest_encryption_enabled = "true"
  kms_key_id                 = aws_kms_key.encryption.arn
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  user_group_ids             = [aws_elasticache_user_group.us_presence.user_group_id]
  snapshot_retention_limit   = 7
}

resource "aws_secretsmanager_secret" "us_session" {
  # iac:waive=CKV2_AWS_57 until=2027-12-31: operators rotate it during school holidays
  # checkov:skip=CKV2_AWS_57:until 2027-12-31: operators rotate it during school holidays
  name        = "/edtech-production/us/session"
  description = "Signs the sessions of students and teachers"
  kms_key_id  = aws_kms_key.encryption.arn
}

resource "aws_ecr_repository" "us_web" {
  name                 = "edtech-production/us/web"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.encryption.arn
  }
}

resource "aws_ecr_lifecycle_policy" "us_web" {
  repository = aws_ecr_repository.us_web.name

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

resource "aws_cloudwatch_log_group" "us_web" {
  name              = "/edtech-production/us/web"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "us_web_execution" {
  name = "edtech-production-us-web-execution"

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

resource "aws_iam_role_policy" "us_web_execution" {
  name = "grants"
  role = aws_iam_role.us_web_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.us_web.arn}:*"
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
        Resource = aws_ecr_repository.us_web.arn
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_rds_cluster.us_school.master_user_secret[0].secret_arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_secretsmanager_secret.us_session.arn
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_secretsmanager_secret.us_turn.arn
      },
    ]
  })
}

resource "aws_iam_role" "us_web_task" {
  name = "edtech-production-us-web-task"

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

resource "aws_ecs_task_definition" "us_web" {
  family                   = "edtech-production-us-web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "1024"
  memory                   = "2048"
  execution_role_arn       = aws_iam_role.us_web_execution.arn
  task_role_arn            = aws_iam_role.us_web_task.arn

  container_definitions = jsonencode([
    {
      name      = "web"
      image     = "${aws_ecr_repository.us_web.repository_url}:2026.11.1"
      essential = true
      portMappings = [
        {
          name          = "web-8080"
          containerPort = 8080
          hostPort      = 8080
          protocol      = "tcp"
          appProtocol   = "http"
        },
      ]
      environment = [
        {
          name  = "PROGRESS"
          value = aws_dynamodb_table.us_progress.name
        },
        {
          name  = "LESSONS"
          value = aws_sqs_queue.us_lessons.url
        },
        {
          name  = "RECORDINGS"
          value = aws_s3_bucket.us_recordings.id
        },
        {
          name  = "DATABASE_HOST"
          value = aws_rds_cluster.us_school.endpoint
        },
        {
          name  = "PRESENCE"
          value = aws_elasticache_replication_group.us_presence.primary_endpoint_address
        },
        {
          name  = "PRESENCE_USER"
          value = aws_elasticache_user.us_presence.user_name
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
          valueFrom = "${aws_rds_cluster.us_school.master_user_secret[0].secret_arn}:username::"
        },
        {
          name      = "DATABASE_PASSWORD"
          valueFrom = "${aws_rds_cluster.us_school.master_user_secret[0].secret_arn}:password::"
        },
        {
          name      = "SESSION_SECRET"
          valueFrom = aws_secretsmanager_secret.us_session.arn
        },
        {
          name      = "TURN_SECRET"
          valueFrom = aws_secretsmanager_secret.us_turn.arn
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
          awslogs-group         = aws_cloudwatch_log_group.us_web.name
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

resource "aws_security_group" "us_web" {
  name_prefix = "edtech-production-us-web-"
  description = "Tasks of web"
  vpc_id      = aws_vpc.us_main.id

  tags = {
    Name = "edtech-production-us-web"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "us_web_to_internet_tcp_443" {
  security_group_id = aws_security_group.us_web.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "us_web_from_front_tcp_8080" {
  security_group_id            = aws_security_group.us_web.id
  description                  = "From front"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.us_front.id
}

resource "aws_vpc_security_group_egress_rule" "us_front_to_web_tcp_8080" {
  security_group_id            = aws_security_group.us_front.id
  description                  = "To web"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.us_web.id
}

resource "aws_ecs_service" "us_web" {
  name                              = "edtech-production-us-web"
  cluster                           = aws_ecs_cluster.us_main.arn
  task_definition                   = aws_ecs_task_definition.us_web.arn
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
    namespace = aws_service_discovery_http_namespace.us_main.arn
  }

  network_configuration {
    subnets = [
      aws_subnet.us_main_private_a.id,
      aws_subnet.us_main_private_b.id,
      aws_subnet.us_main_private_c.id,
    ]

    security_groups = [aws_security_group.us_web.id]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.us_web.arn
    container_name   = "web"
    container_port   = 8080
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [
    aws_ecs_cluster_capacity_providers.us_main,
    aws_iam_role_policy.us_web_execution,
    aws_lb_listener_rule.us_web,
  ]
}

resource "aws_appautoscaling_target" "us_web" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.us_main.name}/${aws_ecs_service.us_web.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 3
  max_capacity       = 120

  lifecycle {
    ignore_changes = [min_capacity]
  }
}

resource "aws_appautoscaling_policy" "us_web_cpu" {
  name               = "edtech-production-us-web-cpu"
  service_namespace  = aws_appautoscaling_target.us_web.service_namespace
  resource_id        = aws_appautoscaling_target.us_web.resource_id
  scalable_dimension = aws_appautoscaling_target.us_web.scalable_dimension
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value       = 50
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

resource "aws_appautoscaling_policy" "us_web_requests" {
  name               = "edtech-production-us-web-requests"
  service_namespace  = aws_appautoscaling_target.us_web.service_namespace
  resource_id        = aws_appautoscaling_target.us_web.resource_id
  scalable_dimension = aws_appautoscaling_target.us_web.scalable_dimension
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value       = 1000
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.us_front.arn_suffix}/${aws_lb_target_group.us_web.arn_suffix}"
    }
  }
}

resource "aws_appautoscaling_policy" "us_web_spike" {
  name               = "edtech-production-us-web-spike"
  service_namespace  = aws_appautoscaling_target.us_web.service_namespace
  resource_id        = aws_appautoscaling_target.us_web.resource_id
  scalable_dimension = aws_appautoscaling_target.us_web.scalable_dimension
  policy_type        = "StepScaling"

  step_scaling_policy_configuration {
    adjustment_type          = "PercentChangeInCapacity"
    min_adjustment_magnitude = 1
    metric_aggregation_type  = "Maximum"
    cooldown                 = 60

    step_adjustment {
      scaling_adjustment          = 50
      metric_interval_lower_bound = "0"
      metric_interval_upper_bound = "2000"
    }

    step_adjustment {
      scaling_adjustment          = 100
      metric_interval_lower_bound = "2000"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "us_web_spike" {
  alarm_name        = "edtech-production-us-web-spike"
  alarm_description = "Scales service web out during request spikes"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "RequestCountPerTarget"

  dimensions = {
    LoadBalancer = aws_lb.us_front.arn_suffix
    TargetGroup  = aws_lb_target_group.us_web.arn_suffix
  }

  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2000
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.us_web_spike.arn]
  ok_actions          = []
}

resource "aws_appautoscaling_scheduled_action" "us_web_america_opens" {
  name               = "edtech-production-us-web-america-opens"
  service_namespace  = aws_appautoscaling_target.us_web.service_namespace
  resource_id        = aws_appautoscaling_target.us_web.resource_id
  scalable_dimension = aws_appautoscaling_target.us_web.scalable_dimension
  schedule           = "cron(15 7 ? * MON-FRI *)"
  timezone           = "America/New_York"

  scalable_target_action {
    min_capacity = "12"
  }
}

resource "aws_appautoscaling_scheduled_action" "us_web_america_closes" {
  name               = "edtech-production-us-web-america-closes"
  service_namespace  = aws_appautoscaling_target.us_web.service_namespace
  resource_id        = aws_appautoscaling_target.us_web.resource_id
  scalable_dimension = aws_appautoscaling_target.us_web.scalable_dimension
  schedule           = "cron(30 16 ? * MON-FRI *)"
  timezone           = "America/Los_Angeles"

  scalable_target_action {
    min_capacity = "3"
  }
}

resource "aws_cloudwatch_metric_alarm" "us_web_cpu" {
  alarm_name        = "edtech-production-us-web-cpu"
  alarm_description = "CPU utilization of service web is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.us_main.name
    ServiceName = aws_ecs_service.us_web.name
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.us_operators.arn]
  ok_actions          = [aws_sns_topic.us_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "us_web_memory" {
  alarm_name        = "edtech-production-us-web-memory"
  alarm_description = "Memory utilization of service web is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.us_main.name
    ServiceName = aws_ecs_service.us_web.name
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.us_operators.arn]
  ok_actions          = [aws_sns_topic.us_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "us_web_down" {
  alarm_name        = "edtech-production-us-web-down"
  alarm_description = "Service web has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.us_main.name
    ServiceName = aws_ecs_service.us_web.name
  }

  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.us_operators.arn]
  ok_actions          = [aws_sns_topic.us_operators.arn]
}

resource "aws_vpc_security_group_ingress_rule" "us_school_from_web_tcp_5432" {
  security_group_id            = aws_security_group.us_school.id
  description                  = "From web"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.us_web.id
}

resource "aws_vpc_security_group_egress_rule" "us_web_to_school_tcp_5432" {
  security_group_id            = aws_security_group.us_web.id
  description                  = "To school"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.us_school.id
}

resource "aws_vpc_security_group_ingress_rule" "us_presence_from_web_tcp_6379" {
  security_group_id            = aws_security_group.us_presence.id
  description                  = "From web"
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
  referenced_security_group_id = aws_security_group.us_web.id
}

resource "aws_vpc_security_group_egress_rule" "us_web_to_presence_tcp_6379" {
  security_group_id            = aws_security_group.us_web.id
  description                  = "To presence"
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
  referenced_security_group_id = aws_security_group.us_presence.id
}

resource "aws_iam_role_policy" "us_web_task" {
  name = "grants"
  role = aws_iam_role.us_web_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = "elasticache:Connect"
        Resource = [
          aws_elasticache_replication_group.us_presence.arn,
          aws_elasticache_user.us_presence.arn,
        ]
      },
      {
        Effect = "Allow"
        Action = [
          "dynamodb:BatchGetItem",
          "dynamodb:ConditionCheckItem",
          "dynamodb:DescribeTable",
          "dynamodb:GetItem",
          "dynamodb:Query",
          "dynamodb:Scan",
        ]
        Resource = [
          aws_dynamodb_table.us_progress.arn,
          "${aws_dynamodb_table.us_progress.arn}/index/*",
        ]
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect = "Allow"
        Action = [
          "dynamodb:BatchWriteItem",
          "dynamodb:DeleteItem",
          "dynamodb:PutItem",
          "dynamodb:UpdateItem",
        ]
        Resource = [
          aws_dynamodb_table.us_progress.arn,
          "${aws_dynamodb_table.us_progress.arn}/index/*",
        ]
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
        Resource = aws_sqs_queue.us_lessons.arn
      },
      {
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.us_recordings.arn
      },
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.us_recordings.arn}/*"
      },
    ]
  })
}

resource "aws_cloudwatch_dashboard" "us_lessons" {
  dashboard_name = "edtech-production-us-lessons"

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
              aws_lb.us_front.arn_suffix,
              "TargetGroup",
              aws_lb_target_group.us_web.arn_suffix,
              {
                stat   = "Sum"
                period = 60
              },
            ],
            [
              "AWS/ApplicationELB",
              "HTTPCode_Target_5XX_Count",
              "LoadBalancer",
              aws_lb.us_front.arn_suffix,
              "TargetGroup",
              aws_lb_target_group.us_web.arn_suffix,
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
              aws_lb.us_front.arn_suffix,
              "TargetGroup",
              aws_lb_target_group.us_web.arn_suffix,
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
              aws_ecs_cluster.us_main.name,
              "ServiceName",
              aws_ecs_service.us_web.name,
              {
                stat   = "Average"
                period = 60
              },
            ],
            [
              "AWS/RDS",
              "CPUUtilization",
              "DBClusterIdentifier",
              aws_rds_cluster.us_school.cluster_identifier,
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
          title  = "Lessons waiting to be recorded"
          region = data.aws_region.current.name
          metrics = [
            [
              "AWS/SQS",
              "ApproximateNumberOfMessagesVisible",
              "QueueName",
              aws_sqs_queue.us_lessons.name,
              {
                stat   = "Maximum"
                period = 60
              },
            ],
          ]
        }
      },
    ]
  })
}

resource "aws_acm_certificate" "eu_web" {
  provider = aws.eu

  domain_name               = "lessons.example"
  validation_method         = "DNS"
  subject_alternative_names = ["eu.lessons.example"]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "eu_web_validation" {
  for_each = {
    for value in aws_acm_certificate.eu_web.domain_validation_options : value.domain_name => value
  }

  provider = aws.eu

  zone_id         = aws_route53_zone.main.zone_id
  name            = each.value.resource_record_name
  type            = each.value.resource_record_type
  records         = [each.value.resource_record_value]
  ttl             = 60
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "eu_web" {
  provider = aws.eu

  certificate_arn         = aws_acm_certificate.eu_web.arn
  validation_record_fqdns = values(aws_route53_record.eu_web_validation)[*].fqdn
}

resource "aws_security_group" "eu_front" {
  provider = aws.eu

  name_prefix = "edtech-production-eu-front-"
  description = "The load balancer front"
  vpc_id      = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-production-eu-front"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "eu_front_from_internet_tcp_443" {
  provider = aws.eu

  security_group_id = aws_security_group.eu_front.id
  description       = "From internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "eu_front_from_internet_tcp_80" {
  # iac:waive=CKV_AWS_260 until=2027-12-31: port 80 only redirects to HTTPS
  # checkov:skip=CKV_AWS_260:until 2027-12-31: port 80 only redirects to HTTPS
  provider = aws.eu

  security_group_id = aws_security_group.eu_front.id
  description       = "From internet"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_lb" "eu_front" {
  provider = aws.eu

  name               = "edtech-production-eu-front"
  load_balancer_type = "application"
  internal           = false

  subnets = [
    aws_subnet.eu_main_public_a.id,
    aws_subnet.eu_main_public_b.id,
    aws_subnet.eu_main_public_c.id,
  ]

  security_groups            = [aws_security_group.eu_front.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = true

  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.eu_access_logs.id
    prefix  = "front"
  }

  depends_on = [aws_s3_bucket_policy.eu_access_logs]
}

resource "aws_lb_listener" "eu_front_http" {
  provider = aws.eu

  load_balancer_arn = aws_lb.eu_front.arn
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

resource "aws_lb_listener" "eu_front_https" {
  provider = aws.eu

  load_balancer_arn = aws_lb.eu_front.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.eu_web.certificate_arn

  default_action {
    type = "fixed-response"

    fixed_response {
      status_code  = "404"
      content_type = "text/plain"
      message_body = "Not found"
    }
  }
}

resource "aws_wafv2_web_acl" "eu_firewall" {
  provider = aws.eu

  name  = "edtech-production-eu-firewall"
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
        limit              = 60000
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
    metric_name                = "edtech-production-eu-firewall"
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "eu_firewall" {
  provider = aws.eu

  web_acl_arn  = aws_wafv2_web_acl.eu_firewall.arn
  resource_arn = aws_lb.eu_front.arn
}

resource "aws_cloudwatch_log_group" "eu_firewall" {
  provider = aws.eu

  name              = "aws-waf-logs-edtech-production-eu-firewall"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.eu_encryption.arn
}

resource "aws_wafv2_web_acl_logging_configuration" "eu_firewall" {
  provider = aws.eu

  resource_arn            = aws_wafv2_web_acl.eu_firewall.arn
  log_destination_configs = [aws_cloudwatch_log_group.eu_firewall.arn]

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

resource "aws_route53_record" "eu_web" {
  zone_id        = aws_route53_zone.main.zone_id
  name           = "lessons.example"
  type           = "A"
  set_identifier = "eu_web"

  alias {
    name                   = aws_lb.eu_front.dns_name
    zone_id                = aws_lb.eu_front.zone_id
    evaluate_target_health = true
  }

  latency_routing_policy {
    region = "eu-west-1"
  }
}

resource "aws_route53_record" "eu_region" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "eu.lessons.example"
  type    = "A"

  alias {
    name                   = aws_lb.eu_front.dns_name
    zone_id                = aws_lb.eu_front.zone_id
    evaluate_target_health = true
  }
}

resource "aws_lb_target_group" "eu_web" {
  # iac:waive=CKV_AWS_378 until=2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  # checkov:skip=CKV_AWS_378:until 2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  provider = aws.eu

  name                          = "edtech-production-eu-web"
  vpc_id                        = aws_vpc.eu_main.id
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

resource "aws_lb_listener_rule" "eu_web" {
  provider = aws.eu

  listener_arn = aws_lb_listener.eu_front_https.arn
  priority     = 1000

  condition {
    path_pattern {
      values = ["/*"]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.eu_web.arn
  }
}

resource "aws_cloudwatch_metric_alarm" "eu_web_unhealthy" {
  provider = aws.eu

  alarm_name        = "edtech-production-eu-web-unhealthy"
  alarm_description = "Target group web has unhealthy targets"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "UnHealthyHostCount"

  dimensions = {
    LoadBalancer = aws_lb.eu_front.arn_suffix
    TargetGroup  = aws_lb_target_group.eu_web.arn_suffix
  }

  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.eu_operators.arn]
  ok_actions          = [aws_sns_topic.eu_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "eu_web_errors" {
  provider = aws.eu

  alarm_name        = "edtech-production-eu-web-errors"
  alarm_description = "Targets of web return more than 10 HTTP 5xx responses per minute"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "HTTPCode_Target_5XX_Count"

  dimensions = {
    LoadBalancer = aws_lb.eu_front.arn_suffix
    TargetGroup  = aws_lb_target_group.eu_web.arn_suffix
  }

  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.eu_operators.arn]
  ok_actions          = [aws_sns_topic.eu_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "eu_web_slow" {
  provider = aws.eu

  alarm_name        = "edtech-production-eu-web-slow"
  alarm_description = "p99 response time of target group web is above 2 seconds"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "TargetResponseTime"

  dimensions = {
    LoadBalancer = aws_lb.eu_front.arn_suffix
    TargetGroup  = aws_lb_target_group.eu_web.arn_suffix
  }

  extended_statistic  = "p99"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.eu_operators.arn]
  ok_actions          = [aws_sns_topic.eu_operators.arn]
}

resource "aws_sqs_queue" "eu_lessons_dead_letters" {
  provider = aws.eu

  name                      = "edtech-production-eu-lessons-dead-letters"
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.eu_encryption.key_id
}

resource "aws_sqs_queue_policy" "eu_lessons_dead_letters" {
  provider = aws.eu

  queue_url = aws_sqs_queue.eu_lessons_dead_letters.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.eu_lessons_dead_letters.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_sqs_queue" "eu_lessons" {
  provider = aws.eu

  name                       = "edtech-production-eu-lessons"
  message_retention_seconds  = 345600
  kms_master_key_id          = aws_kms_key.eu_encryption.key_id
  visibility_timeout_seconds = 1800

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.eu_lessons_dead_letters.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue_policy" "eu_lessons" {
  provider = aws.eu

  queue_url = aws_sqs_queue.eu_lessons.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.eu_lessons.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "eu_lessons_waits" {
  provider = aws.eu

  alarm_name        = "edtech-production-eu-lessons-waits"
  alarm_description = "The oldest message in queue lessons is older than 15 minutes"
  namespace         = "AWS/SQS"
  metric_name       = "ApproximateAgeOfOldestMessage"

  dimensions = {
    QueueName = aws_sqs_queue.eu_lessons.name
  }

  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 900
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.eu_operators.arn]
  ok_actions          = [aws_sns_topic.eu_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "eu_lessons_dead_letters" {
  provider = aws.eu

  alarm_name        = "edtech-production-eu-lessons-dead-letters"
  alarm_description = "The dead-letter queue of lessons is not empty"
  namespace         = "AWS/SQS"
  metric_name       = "ApproximateNumberOfMessagesVisible"

  dimensions = {
    QueueName = aws_sqs_queue.eu_lessons_dead_letters.name
  }

  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.eu_operators.arn]
  ok_actions          = [aws_sns_topic.eu_operators.arn]
}

resource "aws_s3_bucket" "eu_recordings" {
  # iac:waive=CKV_AWS_144 until=2027-12-31: recordings of students must stay in their region
  # checkov:skip=CKV_AWS_144:until 2027-12-31: recordings of students must stay in their region
  provider = aws.eu

  bucket_prefix = "edtech-production-eu-recordings-"
}

resource "aws_s3_bucket_public_access_block" "eu_recordings" {
  provider = aws.eu

  bucket                  = aws_s3_bucket.eu_recordings.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "eu_recordings" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_recordings.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "eu_recordings" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_recordings.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.eu_encryption.arn
    }
  }
}

resource "aws_s3_bucket_versioning" "eu_recordings" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_recordings.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "eu_recordings" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_recordings.id

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

  depends_on = [aws_s3_bucket_versioning.eu_recordings]
}

resource "aws_s3_bucket_logging" "eu_recordings" {
  provider = aws.eu

  bucket        = aws_s3_bucket.eu_recordings.id
  target_bucket = aws_s3_bucket.eu_access_logs.id
  target_prefix = "buckets/${aws_s3_bucket.eu_recordings.id}/"

  depends_on = [aws_s3_bucket_policy.eu_access_logs]
}

resource "aws_s3_bucket_notification" "eu_recordings" {
  provider = aws.eu

  bucket      = aws_s3_bucket.eu_recordings.id
  eventbridge = true
}

resource "aws_s3_bucket_policy" "eu_recordings" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_recordings.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.eu_recordings.arn, "${aws_s3_bucket.eu_recordings.arn}/*"]
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_ecr_repository" "eu_recorder" {
  provider = aws.eu

  name                 = "edtech-production/eu/recorder"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.eu_encryption.arn
  }
}

resource "aws_ecr_lifecycle_policy" "eu_recorder" {
  provider = aws.eu

  repository = aws_ecr_repository.eu_recorder.name

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

resource "aws_security_group" "eu_recorders" {
  provider = aws.eu

  name_prefix = "edtech-production-eu-recorders-"
  description = "Instances of recorders"
  vpc_id      = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-production-eu-recorders"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "eu_recorders_to_internet_tcp_443" {
  provider = aws.eu

  security_group_id = aws_security_group.eu_recorders.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_iam_role" "eu_recorders" {
  provider = aws.eu

  name = "edtech-production-eu-recorders"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ec2.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "eu_recorders_AmazonSSMManagedInstanceCore" {
  provider = aws.eu

  role       = aws_iam_role.eu_recorders.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_role_policy_attachment" "eu_recorders_AmazonEC2ContainerServiceforEC2Role" {
  provider = aws.eu

  role       = aws_iam_role.eu_recorders.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
}

resource "aws_iam_instance_profile" "eu_recorders" {
  provider = aws.eu

  name = "edtech-production-eu-recorders"
  role = aws_iam_role.eu_recorders.name
}

resource "aws_launch_template" "eu_recorders" {
  provider = aws.eu

  name                   = "edtech-production-eu-recorders"
  update_default_version = true
  image_id               = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"

  user_data = base64encode(<<-EOT
    #!/bin/bash
    echo ECS_CLUSTER=${aws_ecs_cluster.eu_main.name} >> /etc/ecs/ecs.config
    echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config
  EOT
  )

  vpc_security_group_ids = [aws_security_group.eu_recorders.id]
  ebs_optimized          = "true"

  iam_instance_profile {
    arn = aws_iam_instance_profile.eu_recorders.arn
  }

  monitoring {
    enabled = true
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "enabled"
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted             = "true"
      volume_type           = "gp3"
      volume_size           = 30
      delete_on_termination = "true"
    }
  }

  tag_specifications {
    resource_type = "instance"

    tags = {
      Name = "edtech-production-eu-recorders"
    }
  }

  tag_specifications {
    resource_type = "volume"

    tags = {
      Name = "edtech-production-eu-recorders"
    }
  }
}

resource "aws_autoscaling_group" "eu_recorders" {
  provider = aws.eu

  name = "edtech-production-eu-recorders"

  vpc_zone_identifier = [
    aws_subnet.eu_main_private_a.id,
    aws_subnet.eu_main_private_b.id,
    aws_subnet.eu_main_private_c.id,
  ]

  min_size                  = 0
  max_size                  = 20
  health_check_type         = "EC2"
  health_check_grace_period = 120
  max_instance_lifetime     = 2592000
  enabled_metrics           = ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupTotalInstances"]
  protect_from_scale_in     = true
  capacity_rebalance        = true

  mixed_instances_policy {
    instances_distribution {
      on_demand_base_capacity                  = 2
      on_demand_percentage_above_base_capacity = 0
      spot_allocation_strategy                 = "price-capacity-optimized"
    }

    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.eu_recorders.id
        version            = aws_launch_template.eu_recorders.latest_version
      }

      override {
        instance_type = "c7g.xlarge"
      }

      override {
        instance_type = "c6g.xlarge"
      }

      override {
        instance_type = "m7g.xlarge"
      }

      override {
        instance_type = "m6g.xlarge"
      }
    }
  }

  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage       = 90
      scale_in_protected_instances = "Refresh"
    }
  }

  tag {
    key                 = "Name"
    value               = "edtech-production-eu-recorders"
    propagate_at_launch = true
  }

  tag {
    key                 = "AmazonECSManaged"
    value               = "true"
    propagate_at_launch = true
  }

  lifecycle {
    ignore_changes = [desired_capacity]
  }
}

resource "aws_ecs_capacity_provider" "eu_recorders" {
  provider = aws.eu

  name = "edtech-production-eu-recorders"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = aws_autoscaling_group.eu_recorders.arn
    managed_draining               = "ENABLED"
    managed_termination_protection = "ENABLED"

    managed_scaling {
      status          = "ENABLED"
      target_capacity = 100
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "eu_main" {
  provider = aws.eu

  cluster_name       = aws_ecs_cluster.eu_main.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT", aws_ecs_capacity_provider.eu_recorders.name]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

resource "aws_cloudwatch_log_group" "eu_recorder" {
  provider = aws.eu

  name              = "/edtech-production/eu/recorder"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.eu_encryption.arn
}

resource "aws_iam_role" "eu_recorder_execution" {
  provider = aws.eu

  name = "edtech-production-eu-recorder-execution"

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
            "aws:SourceAccount" = data.aws_caller_identity.eu_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "eu_recorder_execution" {
  provider = aws.eu

  name = "grants"
  role = aws_iam_role.eu_recorder_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.eu_recorder.arn}:*"
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
        Resource = aws_ecr_repository.eu_recorder.arn
      },
    ]
  })
}

resource "aws_iam_role" "eu_recorder_task" {
  provider = aws.eu

  name = "edtech-production-eu-recorder-task"

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
            "aws:SourceAccount" = data.aws_caller_identity.eu_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_ecs_task_definition" "eu_recorder" {
  provider = aws.eu

  family                   = "edtech-production-eu-recorder"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = "1024"
  memory                   = "1536"
  execution_role_arn       = aws_iam_role.eu_recorder_execution.arn
  task_role_arn            = aws_iam_role.eu_recorder_task.arn

  container_definitions = jsonencode([
    {
      name         = "recorder"
      image        = "${aws_ecr_repository.eu_recorder.repository_url}:2026.11.1"
      essential    = true
      stopTimeout  = 90
      portMappings = []
      environment = [
        {
          name  = "LESSONS"
          value = aws_sqs_queue.eu_lessons.url
        },
        {
          name  = "RECORDINGS"
          value = aws_s3_bucket.eu_recordings.id
        },
      ]
      mountPoints = [
        {
          sourceVolume  = "scratch"
          containerPath = "/scratch"
          readOnly      = false
        },
      ]
      volumesFrom            = []
      systemControls         = []
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.eu_recorder.name
          awslogs-region        = data.aws_region.eu_current.name
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
    name = "scratch"
  }
}

resource "aws_security_group" "eu_recorder" {
  provider = aws.eu

  name_prefix = "edtech-production-eu-recorder-"
  description = "Tasks of recorder"
  vpc_id      = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-production-eu-recorder"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "eu_recorder_to_internet_tcp_443" {
  provider = aws.eu

  security_group_id = aws_security_group.eu_recorder.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_ecs_service" "eu_recorder" {
  provider = aws.eu

  name                          = "edtech-production-eu-recorder"
  cluster                       = aws_ecs_cluster.eu_main.arn
  task_definition               = aws_ecs_task_definition.eu_recorder.arn
  desired_count                 = 0
  availability_zone_rebalancing = "ENABLED"
  enable_ecs_managed_tags       = true
  propagate_tags                = "SERVICE"

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.eu_recorders.name
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.eu_main.arn
  }

  network_configuration {
    subnets = [
      aws_subnet.eu_main_private_a.id,
      aws_subnet.eu_main_private_b.id,
      aws_subnet.eu_main_private_c.id,
    ]

    security_groups = [aws_security_group.eu_recorder.id]
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [
    aws_ecs_cluster_capacity_providers.eu_main,
    aws_iam_role_policy.eu_recorder_execution,
  ]
}

resource "aws_appautoscaling_target" "eu_recorder" {
  provider = aws.eu

  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.eu_main.name}/${aws_ecs_service.eu_recorder.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 0
  max_capacity       = 80
}

resource "aws_appautoscaling_policy" "eu_recorder_lessons" {
  provider = aws.eu

  name               = "edtech-production-eu-recorder-lessons"
  service_namespace  = aws_appautoscaling_target.eu_recorder.service_namespace
  resource_id        = aws_appautoscaling_target.eu_recorder.resource_id
  scalable_dimension = aws_appautoscaling_target.eu_recorder.scalable_dimension
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value = 4

    customized_metric_specification {
      metrics {
        id          = "waiting"
        return_data = false

        metric_stat {
          stat = "Maximum"

          metric {
            namespace   = "AWS/SQS"
            metric_name = "ApproximateNumberOfMessagesVisible"

            dimensions {
              name  = "QueueName"
              value = aws_sqs_queue.eu_lessons.name
            }
          }
        }
      }

      metrics {
        id          = "running"
        return_data = false

        metric_stat {
          stat = "Average"

          metric {
            namespace   = "ECS/ContainerInsights"
            metric_name = "RunningTaskCount"

            dimensions {
              name  = "ClusterName"
              value = aws_ecs_cluster.eu_main.name
            }

            dimensions {
              name  = "ServiceName"
              value = aws_ecs_service.eu_recorder.name
            }
          }
        }
      }

      metrics {
        id          = "backlog_per_task"
        expression  = "waiting / IF(FILL(running, 0) > 0, running, 1)"
        return_data = true
      }
    }
  }
}

resource "aws_iam_role_policy" "eu_recorder_task" {
  provider = aws.eu

  name = "grants"
  role = aws_iam_role.eu_recorder_task.name

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
        Resource = aws_sqs_queue.eu_lessons.arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.eu_encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = "${aws_s3_bucket.eu_recordings.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.eu_encryption.arn
      },
    ]
  })
}

resource "aws_security_group" "eu_media" {
  provider = aws.eu

  name_prefix = "edtech-production-eu-media-"
  description = "The load balancer media"
  vpc_id      = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-production-eu-media"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb" "eu_media" {
  provider = aws.eu

  name               = "edtech-production-eu-media"
  load_balancer_type = "network"
  internal           = false

  subnets = [
    aws_subnet.eu_main_public_a.id,
    aws_subnet.eu_main_public_b.id,
    aws_subnet.eu_main_public_c.id,
  ]

  security_groups                  = [aws_security_group.eu_media.id]
  enable_cross_zone_load_balancing = true
  enable_deletion_protection       = true

  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.eu_access_logs.id
    prefix  = "media"
  }

  depends_on = [aws_s3_bucket_policy.eu_access_logs]
}

resource "aws_vpc_security_group_ingress_rule" "eu_media_from_internet_udp_3478" {
  provider = aws.eu

  security_group_id = aws_security_group.eu_media.id
  description       = "From internet"
  ip_protocol       = "udp"
  from_port         = 3478
  to_port           = 3478
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_lb_target_group" "eu_media_udp_3478" {
  provider = aws.eu

  name        = "edtech-production-eu-medi-243f89"
  vpc_id      = aws_vpc.eu_main.id
  target_type = "instance"
  protocol    = "UDP"
  port        = 3478

  health_check {
    protocol = "TCP"
    port     = "8080"
    interval = 10
  }
}

resource "aws_lb_listener" "eu_media_udp_3478" {
  provider = aws.eu

  load_balancer_arn = aws_lb.eu_media.arn
  protocol          = "UDP"
  port              = 3478

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.eu_media_udp_3478.arn
  }
}

resource "aws_vpc_security_group_ingress_rule" "eu_media_from_internet_tcp_5349" {
  provider = aws.eu

  security_group_id = aws_security_group.eu_media.id
  description       = "From internet"
  ip_protocol       = "tcp"
  from_port         = 5349
  to_port           = 5349
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_lb_target_group" "eu_media_tcp_5349" {
  provider = aws.eu

  name        = "edtech-production-eu-medi-a9656e"
  vpc_id      = aws_vpc.eu_main.id
  target_type = "instance"
  protocol    = "TCP"
  port        = 5349

  health_check {
    protocol = "TCP"
    port     = "8080"
    interval = 10
  }
}

resource "aws_lb_listener" "eu_media_tcp_5349" {
  provider = aws.eu

  load_balancer_arn = aws_lb.eu_media.arn
  protocol          = "TCP"
  port              = 5349

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.eu_media_tcp_5349.arn
  }
}

resource "aws_route53_record" "eu_media" {
  zone_id        = aws_route53_zone.main.zone_id
  name           = "media.lessons.example"
  type           = "A"
  set_identifier = "eu_media"

  alias {
    name                   = aws_lb.eu_media.dns_name
    zone_id                = aws_lb.eu_media.zone_id
    evaluate_target_health = true
  }

  latency_routing_policy {
    region = "eu-west-1"
  }
}

resource "aws_secretsmanager_secret" "eu_turn" {
  # iac:waive=CKV2_AWS_57 until=2027-12-31: rotation would end running lessons
  # checkov:skip=CKV2_AWS_57:until 2027-12-31: rotation would end running lessons
  provider = aws.eu

  name        = "/edtech-production/eu/turn"
  description = "Signs credentials for the media servers"
  kms_key_id  = aws_kms_key.eu_encryption.arn
}

resource "aws_security_group" "eu_turn" {
  provider = aws.eu

  name_prefix = "edtech-production-eu-turn-"
  description = "Instances of turn"
  vpc_id      = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-production-eu-turn"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "eu_turn_to_internet_tcp_443" {
  provider = aws.eu

  security_group_id = aws_security_group.eu_turn.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "eu_turn_from_media_udp_3478" {
  provider = aws.eu

  security_group_id            = aws_security_group.eu_turn.id
  description                  = "From media"
  ip_protocol                  = "udp"
  from_port                    = 3478
  to_port                      = 3478
  referenced_security_group_id = aws_security_group.eu_media.id
}

resource "aws_vpc_security_group_egress_rule" "eu_media_to_turn_udp_3478" {
  provider = aws.eu

  security_group_id            = aws_security_group.eu_media.id
  description                  = "To turn"
  ip_protocol                  = "udp"
  from_port                    = 3478
  to_port                      = 3478
  referenced_security_group_id = aws_security_group.eu_turn.id
}

resource "aws_vpc_security_group_ingress_rule" "eu_turn_from_media_tcp_5349" {
  provider = aws.eu

  security_group_id            = aws_security_group.eu_turn.id
  description                  = "From media"
  ip_protocol                  = "tcp"
  from_port                    = 5349
  to_port                      = 5349
  referenced_security_group_id = aws_security_group.eu_media.id
}

resource "aws_vpc_security_group_egress_rule" "eu_media_to_turn_tcp_5349" {
  provider = aws.eu

  security_group_id            = aws_security_group.eu_media.id
  description                  = "To turn"
  ip_protocol                  = "tcp"
  from_port                    = 5349
  to_port                      = 5349
  referenced_security_group_id = aws_security_group.eu_turn.id
}

resource "aws_vpc_security_group_ingress_rule" "eu_turn_from_media_tcp_8080" {
  provider = aws.eu

  security_group_id            = aws_security_group.eu_turn.id
  description                  = "From media"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.eu_media.id
}

resource "aws_vpc_security_group_egress_rule" "eu_media_to_turn_tcp_8080" {
  provider = aws.eu

  security_group_id            = aws_security_group.eu_media.id
  description                  = "To turn"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.eu_turn.id
}

resource "aws_iam_role" "eu_turn" {
  provider = aws.eu

  name = "edtech-production-eu-turn"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ec2.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "eu_turn_AmazonSSMManagedInstanceCore" {
  provider = aws.eu

  role       = aws_iam_role.eu_turn.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "eu_turn" {
  provider = aws.eu

  name = "edtech-production-eu-turn"
  role = aws_iam_role.eu_turn.name
}

resource "aws_launch_template" "eu_turn" {
  provider = aws.eu

  name                   = "edtech-production-eu-turn"
  update_default_version = true
  image_id               = "resolve:ssm:/edtech/media/image_id"

  user_data = base64encode(<<-EOT
    #!/bin/bash
    start-turn --secret ${aws_secretsmanager_secret.eu_turn.arn}
  EOT
  )

  vpc_security_group_ids = [aws_security_group.eu_turn.id]
  ebs_optimized          = "true"

  iam_instance_profile {
    arn = aws_iam_instance_profile.eu_turn.arn
  }

  monitoring {
    enabled = true
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "enabled"
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted             = "true"
      volume_type           = "gp3"
      delete_on_termination = "true"
    }
  }

  tag_specifications {
    resource_type = "instance"

    tags = {
      Name = "edtech-production-eu-turn"
    }
  }

  tag_specifications {
    resource_type = "volume"

    tags = {
      Name = "edtech-production-eu-turn"
    }
  }
}

resource "aws_autoscaling_group" "eu_turn" {
  provider = aws.eu

  name = "edtech-production-eu-turn"

  vpc_zone_identifier = [
    aws_subnet.eu_main_private_a.id,
    aws_subnet.eu_main_private_b.id,
    aws_subnet.eu_main_private_c.id,
  ]

  min_size                  = 2
  max_size                  = 30
  health_check_type         = "ELB"
  health_check_grace_period = 120
  max_instance_lifetime     = 2592000
  enabled_metrics           = ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupTotalInstances"]

  target_group_arns = [
    aws_lb_target_group.eu_media_udp_3478.arn,
    aws_lb_target_group.eu_media_tcp_5349.arn,
  ]

  mixed_instances_policy {
    instances_distribution {
      on_demand_percentage_above_base_capacity = 100
    }

    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.eu_turn.id
        version            = aws_launch_template.eu_turn.latest_version
      }

      override {
        instance_type = "c7gn.large"
      }

      override {
        instance_type = "c6gn.large"
      }

      override {
        instance_type = "c7g.xlarge"
      }
    }
  }

  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage = 90
    }
  }

  tag {
    key                 = "Name"
    value               = "edtech-production-eu-turn"
    propagate_at_launch = true
  }

  lifecycle {
    ignore_changes = [desired_capacity]
  }
}

resource "aws_autoscaling_lifecycle_hook" "eu_turn_lessons" {
  provider = aws.eu

  name                   = "edtech-production-eu-turn-lessons"
  autoscaling_group_name = aws_autoscaling_group.eu_turn.name
  lifecycle_transition   = "autoscaling:EC2_INSTANCE_TERMINATING"
  heartbeat_timeout      = 7200
  default_result         = "CONTINUE"
}

resource "aws_autoscaling_policy" "eu_turn_cpu" {
  provider = aws.eu

  name                   = "edtech-production-eu-turn-cpu"
  autoscaling_group_name = aws_autoscaling_group.eu_turn.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = 50

    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}

resource "aws_autoscaling_schedule" "eu_turn_europe_opens" {
  provider = aws.eu

  scheduled_action_name  = "edtech-production-eu-turn-europe-opens"
  autoscaling_group_name = aws_autoscaling_group.eu_turn.name
  recurrence             = "15 7 * * MON-FRI"
  time_zone              = "Europe/Helsinki"
  min_size               = 6
  max_size               = 30
  desired_capacity       = -1
}

resource "aws_autoscaling_schedule" "eu_turn_europe_closes" {
  provider = aws.eu

  scheduled_action_name  = "edtech-production-eu-turn-europe-closes"
  autoscaling_group_name = aws_autoscaling_group.eu_turn.name
  recurrence             = "0 17 * * MON-FRI"
  time_zone              = "Europe/London"
  min_size               = 2
  max_size               = 30
  desired_capacity       = -1
}

resource "aws_iam_role_policy" "eu_turn" {
  provider = aws.eu

  name = "grants"
  role = aws_iam_role.eu_turn.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_secretsmanager_secret.eu_turn.arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.eu_encryption.arn
      },
    ]
  })
}

resource "aws_security_group" "eu_school" {
  provider = aws.eu

  name_prefix = "edtech-production-eu-school-"
  description = "The database school"
  vpc_id      = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-production-eu-school"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_subnet_group" "eu_school" {
  provider = aws.eu

  name = "edtech-production-eu-school"

  subnet_ids = [
    aws_subnet.eu_main_isolated_a.id,
    aws_subnet.eu_main_isolated_b.id,
    aws_subnet.eu_main_isolated_c.id,
  ]
}

resource "aws_rds_cluster_parameter_group" "eu_school" {
  provider = aws.eu

  name_prefix = "edtech-production-eu-school-"
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

resource "aws_iam_role" "eu_school_monitoring" {
  provider = aws.eu

  name = "edtech-production-eu-school-monitoring"

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

resource "aws_iam_role_policy_attachment" "eu_school_monitoring_AmazonRDSEnhancedMonitoringRole" {
  provider = aws.eu

  role       = aws_iam_role.eu_school_monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_cloudwatch_log_group" "eu_school_postgresql" {
  provider = aws.eu

  name              = "/aws/rds/cluster/edtech-production-eu-school/postgresql"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.eu_encryption.arn
}

resource "aws_rds_cluster" "eu_school" {
  # iac:waive=CKV2_AWS_8 until=2027-12-31: point-in-time recovery covers two weeks without a backup plan
  # checkov:skip=CKV2_AWS_8:until 2027-12-31: point-in-time recovery covers two weeks without a backup plan
  provider = aws.eu

  cluster_identifier                  = "edtech-production-eu-school"
  engine                              = "aurora-postgresql"
  engine_version                      = "17.4"
  database_name                       = "main"
  master_username                     = "root"
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = aws_kms_key.eu_encryption.arn
  iam_database_authentication_enabled = true
  db_subnet_group_name                = aws_db_subnet_group.eu_school.name
  vpc_security_group_ids              = [aws_security_group.eu_school.id]
  db_cluster_parameter_group_name     = aws_rds_cluster_parameter_group.eu_school.name
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.eu_encryption.arn
  backup_retention_period             = 14
  copy_tags_to_snapshot               = true
  enabled_cloudwatch_logs_exports     = ["postgresql"]
  deletion_protection                 = true
  skip_final_snapshot                 = false
  final_snapshot_identifier           = "edtech-production-eu-school-last"

  serverlessv2_scaling_configuration {
    min_capacity = 2
    max_capacity = 64
  }

  depends_on = [aws_cloudwatch_log_group.eu_school_postgresql]
}

resource "aws_rds_cluster_instance" "eu_school_0" {
  provider = aws.eu

  identifier                      = "edtech-production-eu-school-0"
  cluster_identifier              = aws_rds_cluster.eu_school.id
  engine                          = aws_rds_cluster.eu_school.engine
  engine_version                  = aws_rds_cluster.eu_school.engine_version
  instance_class                  = "db.serverless"
  publicly_accessible             = false
  auto_minor_version_upgrade      = true
  copy_tags_to_snapshot           = true
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.eu_school_monitoring.arn
  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.eu_encryption.arn

  depends_on = [aws_iam_role_policy_attachment.eu_school_monitoring_AmazonRDSEnhancedMonitoringRole]
}

resource "aws_rds_cluster_instance" "eu_school_1" {
  provider = aws.eu

  identifier                      = "edtech-production-eu-school-1"
  cluster_identifier              = aws_rds_cluster.eu_school.id
  engine                          = aws_rds_cluster.eu_school.engine
  engine_version                  = aws_rds_cluster.eu_school.engine_version
  instance_class                  = "db.serverless"
  publicly_accessible             = false
  auto_minor_version_upgrade      = true
  copy_tags_to_snapshot           = true
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.eu_school_monitoring.arn
  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.eu_encryption.arn

  depends_on = [aws_iam_role_policy_attachment.eu_school_monitoring_AmazonRDSEnhancedMonitoringRole]
}

resource "aws_cloudwatch_metric_alarm" "eu_school_cpu" {
  provider = aws.eu

  alarm_name        = "edtech-production-eu-school-cpu"
  alarm_description = "CPU utilization of database school is above 90%"
  namespace         = "AWS/RDS"
  metric_name       = "CPUUtilization"

  dimensions = {
    DBClusterIdentifier = aws_rds_cluster.eu_school.cluster_identifier
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 10
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.eu_operators.arn]
  ok_actions          = [aws_sns_topic.eu_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "eu_school_memory" {
  provider = aws.eu

  alarm_name        = "edtech-production-eu-school-memory"
  alarm_description = "Database school has less than 128 MiB of freeable memory"
  namespace         = "AWS/RDS"
  metric_name       = "FreeableMemory"

  dimensions = {
    DBClusterIdentifier = aws_rds_cluster.eu_school.cluster_identifier
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 10
  comparison_operator = "LessThanThreshold"
  threshold           = 134217728
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.eu_operators.arn]
  ok_actions          = [aws_sns_topic.eu_operators.arn]
}

resource "aws_security_group" "eu_presence" {
  provider = aws.eu

  name_prefix = "edtech-production-eu-presence-"
  description = "The cache presence"
  vpc_id      = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-production-eu-presence"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_elasticache_subnet_group" "eu_presence" {
  provider = aws.eu

  name = "edtech-production-eu-presence"

  subnet_ids = [
    aws_subnet.eu_main_private_a.id,
    aws_subnet.eu_main_private_b.id,
    aws_subnet.eu_main_private_c.id,
  ]
}

resource "aws_elasticache_user" "eu_presence" {
  provider = aws.eu

  user_id       = "edtech-production-eu-presence"
  user_name     = "edtech-production-eu-presence"
  engine        = "redis"
  access_string = "on ~* +@all -@dangerous"

  authentication_mode {
    type = "iam"
  }
}

resource "aws_elasticache_user" "eu_presence_default" {
  provider = aws.eu

  user_id       = "edtech-production-eu-presence-default"
  user_name     = "default"
  engine        = "redis"
  access_string = "off -@all"

  authentication_mode {
    type = "no-password-required"
  }
}

resource "aws_elasticache_user_group" "eu_presence" {
  provider = aws.eu

  user_group_id = "edtech-production-eu-presence"
  engine        = "redis"

  user_ids = [
    aws_elasticache_user.eu_presence_default.user_id,
    aws_elasticache_user.eu_presence.user_id,
  ]
}

resource "aws_elasticache_replication_group" "eu_presence" {
  provider = aws.eu

  replication_group_id       = "edtech-production-eu-presence"
  description                = "The cache presence"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  subnet_group_name          = aws_elasticache_subnet_group.eu_presence.name
  security_group_ids         = [aws_security_group.eu_presence.id]
  at_rest_encryption_enabled = "true"
  kms_key_id                 = aws_kms_key.eu_encryption.arn
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  user_group_ids             = [aws_elasticache_user_group.eu_presence.user_group_id]
  snapshot_retention_limit   = 7
}

resource "aws_secretsmanager_secret" "eu_session" {
  # iac:waive=CKV2_AWS_57 until=2027-12-31: operators rotate it during school holidays
  # checkov:skip=CKV2_AWS_57:until 2027-12-31: operators rotate it during school holidays
  provider = aws.eu

  name        = "/edtech-production/eu/session"
  description = "Signs the sessions of students and teachers"
  kms_key_id  = aws_kms_key.eu_encryption.arn
}

resource "aws_ecr_repository" "eu_web" {
  provider = aws.eu

  name                 = "edtech-production/eu/web"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.eu_encryption.arn
  }
}

resource "aws_ecr_lifecycle_policy" "eu_web" {
  provider = aws.eu

  repository = aws_ecr_repository.eu_web.name

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

resource "aws_cloudwatch_log_group" "eu_web" {
  provider = aws.eu

  name              = "/edtech-production/eu/web"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.eu_encryption.arn
}

resource "aws_iam_role" "eu_web_execution" {
  provider = aws.eu

  name = "edtech-production-eu-web-execution"

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
            "aws:SourceAccount" = data.aws_caller_identity.eu_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "eu_web_execution" {
  provider = aws.eu

  name = "grants"
  role = aws_iam_role.eu_web_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.eu_web.arn}:*"
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
        Resource = aws_ecr_repository.eu_web.arn
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_rds_cluster.eu_school.master_user_secret[0].secret_arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.eu_encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_secretsmanager_secret.eu_session.arn
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_secretsmanager_secret.eu_turn.arn
      },
    ]
  })
}

resource "aws_iam_role" "eu_web_task" {
  provider = aws.eu

  name = "edtech-production-eu-web-task"

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
            "aws:SourceAccount" = data.aws_caller_identity.eu_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_ecs_task_definition" "eu_web" {
  provider = aws.eu

  family                   = "edtech-production-eu-web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "1024"
  memory                   = "2048"
  execution_role_arn       = aws_iam_role.eu_web_execution.arn
  task_role_arn            = aws_iam_role.eu_web_task.arn

  container_definitions = jsonencode([
    {
      name      = "web"
      image     = "${aws_ecr_repository.eu_web.repository_url}:2026.11.1"
      essential = true
      portMappings = [
        {
          name          = "web-8080"
          containerPort = 8080
          hostPort      = 8080
          protocol      = "tcp"
          appProtocol   = "http"
        },
      ]
      environment = [
        {
          name  = "PROGRESS"
          value = aws_dynamodb_table.us_progress.name
        },
        {
          name  = "LESSONS"
          value = aws_sqs_queue.eu_lessons.url
        },
        {
          name  = "RECORDINGS"
          value = aws_s3_bucket.eu_recordings.id
        },
        {
          name  = "DATABASE_HOST"
          value = aws_rds_cluster.eu_school.endpoint
        },
        {
          name  = "PRESENCE"
          value = aws_elasticache_replication_group.eu_presence.primary_endpoint_address
        },
        {
          name  = "PRESENCE_USER"
          value = aws_elasticache_user.eu_presence.user_name
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
          valueFrom = "${aws_rds_cluster.eu_school.master_user_secret[0].secret_arn}:username::"
        },
        {
          name      = "DATABASE_PASSWORD"
          valueFrom = "${aws_rds_cluster.eu_school.master_user_secret[0].secret_arn}:password::"
        },
        {
          name      = "SESSION_SECRET"
          valueFrom = aws_secretsmanager_secret.eu_session.arn
        },
        {
          name      = "TURN_SECRET"
          valueFrom = aws_secretsmanager_secret.eu_turn.arn
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
          awslogs-group         = aws_cloudwatch_log_group.eu_web.name
          awslogs-region        = data.aws_region.eu_current.name
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

resource "aws_security_group" "eu_web" {
  provider = aws.eu

  name_prefix = "edtech-production-eu-web-"
  description = "Tasks of web"
  vpc_id      = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-production-eu-web"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "eu_web_to_internet_tcp_443" {
  provider = aws.eu

  security_group_id = aws_security_group.eu_web.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "eu_web_from_front_tcp_8080" {
  provider = aws.eu

  security_group_id            = aws_security_group.eu_web.id
  description                  = "From front"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.eu_front.id
}

resource "aws_vpc_security_group_egress_rule" "eu_front_to_web_tcp_8080" {
  provider = aws.eu

  security_group_id            = aws_security_group.eu_front.id
  description                  = "To web"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.eu_web.id
}

resource "aws_ecs_service" "eu_web" {
  provider = aws.eu

  name                              = "edtech-production-eu-web"
  cluster                           = aws_ecs_cluster.eu_main.arn
  task_definition                   = aws_ecs_task_definition.eu_web.arn
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
    namespace = aws_service_discovery_http_namespace.eu_main.arn
  }

  network_configuration {
    subnets = [
      aws_subnet.eu_main_private_a.id,
      aws_subnet.eu_main_private_b.id,
      aws_subnet.eu_main_private_c.id,
    ]

    security_groups = [aws_security_group.eu_web.id]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.eu_web.arn
    container_name   = "web"
    container_port   = 8080
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [
    aws_ecs_cluster_capacity_providers.eu_main,
    aws_iam_role_policy.eu_web_execution,
    aws_lb_listener_rule.eu_web,
  ]
}

resource "aws_appautoscaling_target" "eu_web" {
  provider = aws.eu

  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.eu_main.name}/${aws_ecs_service.eu_web.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 3
  max_capacity       = 120

  lifecycle {
    ignore_changes = [min_capacity]
  }
}

resource "aws_appautoscaling_policy" "eu_web_cpu" {
  provider = aws.eu

  name               = "edtech-production-eu-web-cpu"
  service_namespace  = aws_appautoscaling_target.eu_web.service_namespace
  resource_id        = aws_appautoscaling_target.eu_web.resource_id
  scalable_dimension = aws_appautoscaling_target.eu_web.scalable_dimension
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value       = 50
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

resource "aws_appautoscaling_policy" "eu_web_requests" {
  provider = aws.eu

  name               = "edtech-production-eu-web-requests"
  service_namespace  = aws_appautoscaling_target.eu_web.service_namespace
  resource_id        = aws_appautoscaling_target.eu_web.resource_id
  scalable_dimension = aws_appautoscaling_target.eu_web.scalable_dimension
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value       = 1000
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.eu_front.arn_suffix}/${aws_lb_target_group.eu_web.arn_suffix}"
    }
  }
}

resource "aws_appautoscaling_policy" "eu_web_spike" {
  provider = aws.eu

  name               = "edtech-production-eu-web-spike"
  service_namespace  = aws_appautoscaling_target.eu_web.service_namespace
  resource_id        = aws_appautoscaling_target.eu_web.resource_id
  scalable_dimension = aws_appautoscaling_target.eu_web.scalable_dimension
  policy_type        = "StepScaling"

  step_scaling_policy_configuration {
    adjustment_type          = "PercentChangeInCapacity"
    min_adjustment_magnitude = 1
    metric_aggregation_type  = "Maximum"
    cooldown                 = 60

    step_adjustment {
      scaling_adjustment          = 50
      metric_interval_lower_bound = "0"
      metric_interval_upper_bound = "2000"
    }

    step_adjustment {
      scaling_adjustment          = 100
      metric_interval_lower_bound = "2000"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "eu_web_spike" {
  provider = aws.eu

  alarm_name        = "edtech-production-eu-web-spike"
  alarm_description = "Scales service web out during request spikes"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "RequestCountPerTarget"

  dimensions = {
    LoadBalancer = aws_lb.eu_front.arn_suffix
    TargetGroup  = aws_lb_target_group.eu_web.arn_suffix
  }

  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2000
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.eu_web_spike.arn]
  ok_actions          = []
}

resource "aws_appautoscaling_scheduled_action" "eu_web_europe_opens" {
  provider = aws.eu

  name               = "edtech-production-eu-web-europe-opens"
  service_namespace  = aws_appautoscaling_target.eu_web.service_namespace
  resource_id        = aws_appautoscaling_target.eu_web.resource_id
  scalable_dimension = aws_appautoscaling_target.eu_web.scalable_dimension
  schedule           = "cron(15 7 ? * MON-FRI *)"
  timezone           = "Europe/Helsinki"

  scalable_target_action {
    min_capacity = "12"
  }
}

resource "aws_appautoscaling_scheduled_action" "eu_web_europe_closes" {
  provider = aws.eu

  name               = "edtech-production-eu-web-europe-closes"
  service_namespace  = aws_appautoscaling_target.eu_web.service_namespace
  resource_id        = aws_appautoscaling_target.eu_web.resource_id
  scalable_dimension = aws_appautoscaling_target.eu_web.scalable_dimension
  schedule           = "cron(0 17 ? * MON-FRI *)"
  timezone           = "Europe/London"

  scalable_target_action {
    min_capacity = "3"
  }
}

resource "aws_cloudwatch_metric_alarm" "eu_web_cpu" {
  provider = aws.eu

  alarm_name        = "edtech-production-eu-web-cpu"
  alarm_description = "CPU utilization of service web is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.eu_main.name
    ServiceName = aws_ecs_service.eu_web.name
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.eu_operators.arn]
  ok_actions          = [aws_sns_topic.eu_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "eu_web_memory" {
  provider = aws.eu

  alarm_name        = "edtech-production-eu-web-memory"
  alarm_description = "Memory utilization of service web is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.eu_main.name
    ServiceName = aws_ecs_service.eu_web.name
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.eu_operators.arn]
  ok_actions          = [aws_sns_topic.eu_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "eu_web_down" {
  provider = aws.eu

  alarm_name        = "edtech-production-eu-web-down"
  alarm_description = "Service web has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.eu_main.name
    ServiceName = aws_ecs_service.eu_web.name
  }

  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.eu_operators.arn]
  ok_actions          = [aws_sns_topic.eu_operators.arn]
}

resource "aws_vpc_security_group_ingress_rule" "eu_school_from_web_tcp_5432" {
  provider = aws.eu

  security_group_id            = aws_security_group.eu_school.id
  description                  = "From web"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.eu_web.id
}

resource "aws_vpc_security_group_egress_rule" "eu_web_to_school_tcp_5432" {
  provider = aws.eu

  security_group_id            = aws_security_group.eu_web.id
  description                  = "To school"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.eu_school.id
}

resource "aws_vpc_security_group_ingress_rule" "eu_presence_from_web_tcp_6379" {
  provider = aws.eu

  security_group_id            = aws_security_group.eu_presence.id
  description                  = "From web"
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
  referenced_security_group_id = aws_security_group.eu_web.id
}

resource "aws_vpc_security_group_egress_rule" "eu_web_to_presence_tcp_6379" {
  provider = aws.eu

  security_group_id            = aws_security_group.eu_web.id
  description                  = "To presence"
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
  referenced_security_group_id = aws_security_group.eu_presence.id
}

resource "aws_iam_role_policy" "eu_web_task" {
  provider = aws.eu

  name = "grants"
  role = aws_iam_role.eu_web_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = "elasticache:Connect"
        Resource = [
          aws_elasticache_replication_group.eu_presence.arn,
          aws_elasticache_user.eu_presence.arn,
        ]
      },
      {
        Effect = "Allow"
        Action = [
          "dynamodb:BatchGetItem",
          "dynamodb:ConditionCheckItem",
          "dynamodb:DescribeTable",
          "dynamodb:GetItem",
          "dynamodb:Query",
          "dynamodb:Scan",
        ]
        Resource = [
          "arn:aws:dynamodb:eu-west-1:${data.aws_caller_identity.current.account_id}:table/${aws_dynamodb_table.us_progress.name}",
          "arn:aws:dynamodb:eu-west-1:${data.aws_caller_identity.current.account_id}:table/${aws_dynamodb_table.us_progress.name}/index/*",
        ]
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.eu_encryption.arn
      },
      {
        Effect = "Allow"
        Action = [
          "dynamodb:BatchWriteItem",
          "dynamodb:DeleteItem",
          "dynamodb:PutItem",
          "dynamodb:UpdateItem",
        ]
        Resource = [
          "arn:aws:dynamodb:eu-west-1:${data.aws_caller_identity.current.account_id}:table/${aws_dynamodb_table.us_progress.name}",
          "arn:aws:dynamodb:eu-west-1:${data.aws_caller_identity.current.account_id}:table/${aws_dynamodb_table.us_progress.name}/index/*",
        ]
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.eu_encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
        Resource = aws_sqs_queue.eu_lessons.arn
      },
      {
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.eu_recordings.arn
      },
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.eu_recordings.arn}/*"
      },
    ]
  })
}

resource "aws_cloudwatch_dashboard" "eu_lessons" {
  provider = aws.eu

  dashboard_name = "edtech-production-eu-lessons"

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
          region = data.aws_region.eu_current.name
          metrics = [
            [
              "AWS/ApplicationELB",
              "RequestCount",
              "LoadBalancer",
              aws_lb.eu_front.arn_suffix,
              "TargetGroup",
              aws_lb_target_group.eu_web.arn_suffix,
              {
                stat   = "Sum"
                period = 60
              },
            ],
            [
              "AWS/ApplicationELB",
              "HTTPCode_Target_5XX_Count",
              "LoadBalancer",
              aws_lb.eu_front.arn_suffix,
              "TargetGroup",
              aws_lb_target_group.eu_web.arn_suffix,
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
          region = data.aws_region.eu_current.name
          metrics = [
            [
              "AWS/ApplicationELB",
              "TargetResponseTime",
              "LoadBalancer",
              aws_lb.eu_front.arn_suffix,
              "TargetGroup",
              aws_lb_target_group.eu_web.arn_suffix,
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
          region = data.aws_region.eu_current.name
          metrics = [
            [
              "AWS/ECS",
              "CPUUtilization",
              "ClusterName",
              aws_ecs_cluster.eu_main.name,
              "ServiceName",
              aws_ecs_service.eu_web.name,
              {
                stat   = "Average"
                period = 60
              },
            ],
            [
              "AWS/RDS",
              "CPUUtilization",
              "DBClusterIdentifier",
              aws_rds_cluster.eu_school.cluster_identifier,
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
          title  = "Lessons waiting to be recorded"
          region = data.aws_region.eu_current.name
          metrics = [
            [
              "AWS/SQS",
              "ApproximateNumberOfMessagesVisible",
              "QueueName",
              aws_sqs_queue.eu_lessons.name,
              {
                stat   = "Maximum"
                period = 60
              },
            ],
          ]
        }
      },
    ]
  })
}

resource "aws_acm_certificate" "ap_web" {
  provider = aws.ap

  domain_name               = "lessons.example"
  validation_method         = "DNS"
  subject_alternative_names = ["ap.lessons.example"]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "ap_web_validation" {
  for_each = {
    for value in aws_acm_certificate.ap_web.domain_validation_options : value.domain_name => value
  }

  provider = aws.ap

  zone_id         = aws_route53_zone.main.zone_id
  name            = each.value.resource_record_name
  type            = each.value.resource_record_type
  records         = [each.value.resource_record_value]
  ttl             = 60
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "ap_web" {
  provider = aws.ap

  certificate_arn         = aws_acm_certificate.ap_web.arn
  validation_record_fqdns = values(aws_route53_record.ap_web_validation)[*].fqdn
}

resource "aws_security_group" "ap_front" {
  provider = aws.ap

  name_prefix = "edtech-production-ap-front-"
  description = "The load balancer front"
  vpc_id      = aws_vpc.ap_main.id

  tags = {
    Name = "edtech-production-ap-front"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "ap_front_from_internet_tcp_443" {
  provider = aws.ap

  security_group_id = aws_security_group.ap_front.id
  description       = "From internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "ap_front_from_internet_tcp_80" {
  # iac:waive=CKV_AWS_260 until=2027-12-31: port 80 only redirects to HTTPS
  # checkov:skip=CKV_AWS_260:until 2027-12-31: port 80 only redirects to HTTPS
  provider = aws.ap

  security_group_id = aws_security_group.ap_front.id
  description       = "From internet"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_lb" "ap_front" {
  provider = aws.ap

  name               = "edtech-production-ap-front"
  load_balancer_type = "application"
  internal           = false

  subnets = [
    aws_subnet.ap_main_public_a.id,
    aws_subnet.ap_main_public_b.id,
    aws_subnet.ap_main_public_c.id,
  ]

  security_groups            = [aws_security_group.ap_front.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = true

  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.ap_access_logs.id
    prefix  = "front"
  }

  depends_on = [aws_s3_bucket_policy.ap_access_logs]
}

resource "aws_lb_listener" "ap_front_http" {
  provider = aws.ap

  load_balancer_arn = aws_lb.ap_front.arn
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

resource "aws_lb_listener" "ap_front_https" {
  provider = aws.ap

  load_balancer_arn = aws_lb.ap_front.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.ap_web.certificate_arn

  default_action {
    type = "fixed-response"

    fixed_response {
      status_code  = "404"
      content_type = "text/plain"
      message_body = "Not found"
    }
  }
}

resource "aws_wafv2_web_acl" "ap_firewall" {
  provider = aws.ap

  name  = "edtech-production-ap-firewall"
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
        limit              = 60000
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
    metric_name                = "edtech-production-ap-firewall"
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "ap_firewall" {
  provider = aws.ap

  web_acl_arn  = aws_wafv2_web_acl.ap_firewall.arn
  resource_arn = aws_lb.ap_front.arn
}

resource "aws_cloudwatch_log_group" "ap_firewall" {
  provider = aws.ap

  name              = "aws-waf-logs-edtech-production-ap-firewall"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.ap_encryption.arn
}

resource "aws_wafv2_web_acl_logging_configuration" "ap_firewall" {
  provider = aws.ap

  resource_arn            = aws_wafv2_web_acl.ap_firewall.arn
  log_destination_configs = [aws_cloudwatch_log_group.ap_firewall.arn]

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

resource "aws_route53_record" "ap_web" {
  zone_id        = aws_route53_zone.main.zone_id
  name           = "lessons.example"
  type           = "A"
  set_identifier = "ap_web"

  alias {
    name                   = aws_lb.ap_front.dns_name
    zone_id                = aws_lb.ap_front.zone_id
    evaluate_target_health = true
  }

  latency_routing_policy {
    region = "ap-southeast-2"
  }
}

resource "aws_route53_record" "ap_region" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "ap.lessons.example"
  type    = "A"

  alias {
    name                   = aws_lb.ap_front.dns_name
    zone_id                = aws_lb.ap_front.zone_id
    evaluate_target_health = true
  }
}

resource "aws_lb_target_group" "ap_web" {
  # iac:waive=CKV_AWS_378 until=2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  # checkov:skip=CKV_AWS_378:until 2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  provider = aws.ap

  name                          = "edtech-production-ap-web"
  vpc_id                        = aws_vpc.ap_main.id
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

resource "aws_lb_listener_rule" "ap_web" {
  provider = aws.ap

  listener_arn = aws_lb_listener.ap_front_https.arn
  priority     = 1000

  condition {
    path_pattern {
      values = ["/*"]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.ap_web.arn
  }
}

resource "aws_cloudwatch_metric_alarm" "ap_web_unhealthy" {
  provider = aws.ap

  alarm_name        = "edtech-production-ap-web-unhealthy"
  alarm_description = "Target group web has unhealthy targets"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "UnHealthyHostCount"

  dimensions = {
    LoadBalancer = aws_lb.ap_front.arn_suffix
    TargetGroup  = aws_lb_target_group.ap_web.arn_suffix
  }

  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.ap_operators.arn]
  ok_actions          = [aws_sns_topic.ap_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "ap_web_errors" {
  provider = aws.ap

  alarm_name        = "edtech-production-ap-web-errors"
  alarm_description = "Targets of web return more than 10 HTTP 5xx responses per minute"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "HTTPCode_Target_5XX_Count"

  dimensions = {
    LoadBalancer = aws_lb.ap_front.arn_suffix
    TargetGroup  = aws_lb_target_group.ap_web.arn_suffix
  }

  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.ap_operators.arn]
  ok_actions          = [aws_sns_topic.ap_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "ap_web_slow" {
  provider = aws.ap

  alarm_name        = "edtech-production-ap-web-slow"
  alarm_description = "p99 response time of target group web is above 2 seconds"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "TargetResponseTime"

  dimensions = {
    LoadBalancer = aws_lb.ap_front.arn_suffix
    TargetGroup  = aws_lb_target_group.ap_web.arn_suffix
  }

  extended_statistic  = "p99"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.ap_operators.arn]
  ok_actions          = [aws_sns_topic.ap_operators.arn]
}

resource "aws_sqs_queue" "ap_lessons_dead_letters" {
  provider = aws.ap

  name                      = "edtech-production-ap-lessons-dead-letters"
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.ap_encryption.key_id
}

resource "aws_sqs_queue_policy" "ap_lessons_dead_letters" {
  provider = aws.ap

  queue_url = aws_sqs_queue.ap_lessons_dead_letters.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.ap_lessons_dead_letters.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_sqs_queue" "ap_lessons" {
  provider = aws.ap

  name                       = "edtech-production-ap-lessons"
  message_retention_seconds  = 345600
  kms_master_key_id          = aws_kms_key.ap_encryption.key_id
  visibility_timeout_seconds = 1800

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.ap_lessons_dead_letters.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue_policy" "ap_lessons" {
  provider = aws.ap

  queue_url = aws_sqs_queue.ap_lessons.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.ap_lessons.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "ap_lessons_waits" {
  provider = aws.ap

  alarm_name        = "edtech-production-ap-lessons-waits"
  alarm_description = "The oldest message in queue lessons is older than 15 minutes"
  namespace         = "AWS/SQS"
  metric_name       = "ApproximateAgeOfOldestMessage"

  dimensions = {
    QueueName = aws_sqs_queue.ap_lessons.name
  }

  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 900
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.ap_operators.arn]
  ok_actions          = [aws_sns_topic.ap_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "ap_lessons_dead_letters" {
  provider = aws.ap

  alarm_name        = "edtech-production-ap-lessons-dead-letters"
  alarm_description = "The dead-letter queue of lessons is not empty"
  namespace         = "AWS/SQS"
  metric_name       = "ApproximateNumberOfMessagesVisible"

  dimensions = {
    QueueName = aws_sqs_queue.ap_lessons_dead_letters.name
  }

  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.ap_operators.arn]
  ok_actions          = [aws_sns_topic.ap_operators.arn]
}

resource "aws_s3_bucket" "ap_recordings" {
  # iac:waive=CKV_AWS_144 until=2027-12-31: recordings of students must stay in their region
  # checkov:skip=CKV_AWS_144:until 2027-12-31: recordings of students must stay in their region
  provider = aws.ap

  bucket_prefix = "edtech-production-ap-recordings-"
}

resource "aws_s3_bucket_public_access_block" "ap_recordings" {
  provider = aws.ap

  bucket                  = aws_s3_bucket.ap_recordings.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "ap_recordings" {
  provider = aws.ap

  bucket = aws_s3_bucket.ap_recordings.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "ap_recordings" {
  provider = aws.ap

  bucket = aws_s3_bucket.ap_recordings.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.ap_encryption.arn
    }
  }
}

resource "aws_s3_bucket_versioning" "ap_recordings" {
  provider = aws.ap

  bucket = aws_s3_bucket.ap_recordings.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "ap_recordings" {
  provider = aws.ap

  bucket = aws_s3_bucket.ap_recordings.id

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

  depends_on = [aws_s3_bucket_versioning.ap_recordings]
}

resource "aws_s3_bucket_logging" "ap_recordings" {
  provider = aws.ap

  bucket        = aws_s3_bucket.ap_recordings.id
  target_bucket = aws_s3_bucket.ap_access_logs.id
  target_prefix = "buckets/${aws_s3_bucket.ap_recordings.id}/"

  depends_on = [aws_s3_bucket_policy.ap_access_logs]
}

resource "aws_s3_bucket_notification" "ap_recordings" {
  provider = aws.ap

  bucket      = aws_s3_bucket.ap_recordings.id
  eventbridge = true
}

resource "aws_s3_bucket_policy" "ap_recordings" {
  provider = aws.ap

  bucket = aws_s3_bucket.ap_recordings.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.ap_recordings.arn, "${aws_s3_bucket.ap_recordings.arn}/*"]
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_ecr_repository" "ap_recorder" {
  provider = aws.ap

  name                 = "edtech-production/ap/recorder"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.ap_encryption.arn
  }
}

resource "aws_ecr_lifecycle_policy" "ap_recorder" {
  provider = aws.ap

  repository = aws_ecr_repository.ap_recorder.name

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

resource "aws_security_group" "ap_recorders" {
  provider = aws.ap

  name_prefix = "edtech-production-ap-recorders-"
  description = "Instances of recorders"
  vpc_id      = aws_vpc.ap_main.id

  tags = {
    Name = "edtech-production-ap-recorders"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "ap_recorders_to_internet_tcp_443" {
  provider = aws.ap

  security_group_id = aws_security_group.ap_recorders.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_iam_role" "ap_recorders" {
  provider = aws.ap

  name = "edtech-production-ap-recorders"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ec2.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "ap_recorders_AmazonSSMManagedInstanceCore" {
  provider = aws.ap

  role       = aws_iam_role.ap_recorders.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_role_policy_attachment" "ap_recorders_AmazonEC2ContainerServiceforEC2Role" {
  provider = aws.ap

  role       = aws_iam_role.ap_recorders.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
}

resource "aws_iam_instance_profile" "ap_recorders" {
  provider = aws.ap

  name = "edtech-production-ap-recorders"
  role = aws_iam_role.ap_recorders.name
}

resource "aws_launch_template" "ap_recorders" {
  provider = aws.ap

  name                   = "edtech-production-ap-recorders"
  update_default_version = true
  image_id               = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"

  user_data = base64encode(<<-EOT
    #!/bin/bash
    echo ECS_CLUSTER=${aws_ecs_cluster.ap_main.name} >> /etc/ecs/ecs.config
    echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config
  EOT
  )

  vpc_security_group_ids = [aws_security_group.ap_recorders.id]
  ebs_optimized          = "true"

  iam_instance_profile {
    arn = aws_iam_instance_profile.ap_recorders.arn
  }

  monitoring {
    enabled = true
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "enabled"
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted             = "true"
      volume_type           = "gp3"
      volume_size           = 30
      delete_on_termination = "true"
    }
  }

  tag_specifications {
    resource_type = "instance"

    tags = {
      Name = "edtech-production-ap-recorders"
    }
  }

  tag_specifications {
    resource_type = "volume"

    tags = {
      Name = "edtech-production-ap-recorders"
    }
  }
}

resource "aws_autoscaling_group" "ap_recorders" {
  provider = aws.ap

  name = "edtech-production-ap-recorders"

  vpc_zone_identifier = [
    aws_subnet.ap_main_private_a.id,
    aws_subnet.ap_main_private_b.id,
    aws_subnet.ap_main_private_c.id,
  ]

  min_size                  = 0
  max_size                  = 20
  health_check_type         = "EC2"
  health_check_grace_period = 120
  max_instance_lifetime     = 2592000
  enabled_metrics           = ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupTotalInstances"]
  protect_from_scale_in     = true
  capacity_rebalance        = true

  mixed_instances_policy {
    instances_distribution {
      on_demand_base_capacity                  = 2
      on_demand_percentage_above_base_capacity = 0
      spot_allocation_strategy                 = "price-capacity-optimized"
    }

    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.ap_recorders.id
        version            = aws_launch_template.ap_recorders.latest_version
      }

      override {
        instance_type = "c7g.xlarge"
      }

      override {
        instance_type = "c6g.xlarge"
      }

      override {
        instance_type = "m7g.xlarge"
      }

      override {
        instance_type = "m6g.xlarge"
      }
    }
  }

  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage       = 90
      scale_in_protected_instances = "Refresh"
    }
  }

  tag {
    key                 = "Name"
    value               = "edtech-production-ap-recorders"
    propagate_at_launch = true
  }

  tag {
    key                 = "AmazonECSManaged"
    value               = "true"
    propagate_at_launch = true
  }

  lifecycle {
    ignore_changes = [desired_capacity]
  }
}

resource "aws_ecs_capacity_provider" "ap_recorders" {
  provider = aws.ap

  name = "edtech-production-ap-recorders"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = aws_autoscaling_group.ap_recorders.arn
    managed_draining               = "ENABLED"
    managed_termination_protection = "ENABLED"

    managed_scaling {
      status          = "ENABLED"
      target_capacity = 100
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "ap_main" {
  provider = aws.ap

  cluster_name       = aws_ecs_cluster.ap_main.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT", aws_ecs_capacity_provider.ap_recorders.name]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

resource "aws_cloudwatch_log_group" "ap_recorder" {
  provider = aws.ap

  name              = "/edtech-production/ap/recorder"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.ap_encryption.arn
}

resource "aws_iam_role" "ap_recorder_execution" {
  provider = aws.ap

  name = "edtech-production-ap-recorder-execution"

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
            "aws:SourceAccount" = data.aws_caller_identity.ap_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "ap_recorder_execution" {
  provider = aws.ap

  name = "grants"
  role = aws_iam_role.ap_recorder_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.ap_recorder.arn}:*"
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
        Resource = aws_ecr_repository.ap_recorder.arn
      },
    ]
  })
}

resource "aws_iam_role" "ap_recorder_task" {
  provider = aws.ap

  name = "edtech-production-ap-recorder-task"

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
            "aws:SourceAccount" = data.aws_caller_identity.ap_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_ecs_task_definition" "ap_recorder" {
  provider = aws.ap

  family                   = "edtech-production-ap-recorder"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = "1024"
  memory                   = "1536"
  execution_role_arn       = aws_iam_role.ap_recorder_execution.arn
  task_role_arn            = aws_iam_role.ap_recorder_task.arn

  container_definitions = jsonencode([
    {
      name         = "recorder"
      image        = "${aws_ecr_repository.ap_recorder.repository_url}:2026.11.1"
      essential    = true
      stopTimeout  = 90
      portMappings = []
      environment = [
        {
          name  = "LESSONS"
          value = aws_sqs_queue.ap_lessons.url
        },
        {
          name  = "RECORDINGS"
          value = aws_s3_bucket.ap_recordings.id
        },
      ]
      mountPoints = [
        {
          sourceVolume  = "scratch"
          containerPath = "/scratch"
          readOnly      = false
        },
      ]
      volumesFrom            = []
      systemControls         = []
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.ap_recorder.name
          awslogs-region        = data.aws_region.ap_current.name
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
    name = "scratch"
  }
}

resource "aws_security_group" "ap_recorder" {
  provider = aws.ap

  name_prefix = "edtech-production-ap-recorder-"
  description = "Tasks of recorder"
  vpc_id      = aws_vpc.ap_main.id

  tags = {
    Name = "edtech-production-ap-recorder"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "ap_recorder_to_internet_tcp_443" {
  provider = aws.ap

  security_group_id = aws_security_group.ap_recorder.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_ecs_service" "ap_recorder" {
  provider = aws.ap

  name                          = "edtech-production-ap-recorder"
  cluster                       = aws_ecs_cluster.ap_main.arn
  task_definition               = aws_ecs_task_definition.ap_recorder.arn
  desired_count                 = 0
  availability_zone_rebalancing = "ENABLED"
  enable_ecs_managed_tags       = true
  propagate_tags                = "SERVICE"

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.ap_recorders.name
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.ap_main.arn
  }

  network_configuration {
    subnets = [
      aws_subnet.ap_main_private_a.id,
      aws_subnet.ap_main_private_b.id,
      aws_subnet.ap_main_private_c.id,
    ]

    security_groups = [aws_security_group.ap_recorder.id]
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [
    aws_ecs_cluster_capacity_providers.ap_main,
    aws_iam_role_policy.ap_recorder_execution,
  ]
}

resource "aws_appautoscaling_target" "ap_recorder" {
  provider = aws.ap

  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.ap_main.name}/${aws_ecs_service.ap_recorder.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 0
  max_capacity       = 80
}

resource "aws_appautoscaling_policy" "ap_recorder_lessons" {
  provider = aws.ap

  name               = "edtech-production-ap-recorder-lessons"
  service_namespace  = aws_appautoscaling_target.ap_recorder.service_namespace
  resource_id        = aws_appautoscaling_target.ap_recorder.resource_id
  scalable_dimension = aws_appautoscaling_target.ap_recorder.scalable_dimension
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value = 4

    customized_metric_specification {
      metrics {
        id          = "waiting"
        return_data = false

        metric_stat {
          stat = "Maximum"

          metric {
            namespace   = "AWS/SQS"
            metric_name = "ApproximateNumberOfMessagesVisible"

            dimensions {
              name  = "QueueName"
              value = aws_sqs_queue.ap_lessons.name
            }
          }
        }
      }

      metrics {
        id          = "running"
        return_data = false

        metric_stat {
          stat = "Average"

          metric {
            namespace   = "ECS/ContainerInsights"
            metric_name = "RunningTaskCount"

            dimensions {
              name  = "ClusterName"
              value = aws_ecs_cluster.ap_main.name
            }

            dimensions {
              name  = "ServiceName"
              value = aws_ecs_service.ap_recorder.name
            }
          }
        }
      }

      metrics {
        id          = "backlog_per_task"
        expression  = "waiting / IF(FILL(running, 0) > 0, running, 1)"
        return_data = true
      }
    }
  }
}

resource "aws_iam_role_policy" "ap_recorder_task" {
  provider = aws.ap

  name = "grants"
  role = aws_iam_role.ap_recorder_task.name

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
        Resource = aws_sqs_queue.ap_lessons.arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.ap_encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = "${aws_s3_bucket.ap_recordings.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.ap_encryption.arn
      },
    ]
  })
}

resource "aws_security_group" "ap_media" {
  provider = aws.ap

  name_prefix = "edtech-production-ap-media-"
  description = "The load balancer media"
  vpc_id      = aws_vpc.ap_main.id

  tags = {
    Name = "edtech-production-ap-media"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb" "ap_media" {
  provider = aws.ap

  name               = "edtech-production-ap-media"
  load_balancer_type = "network"
  internal           = false

  subnets = [
    aws_subnet.ap_main_public_a.id,
    aws_subnet.ap_main_public_b.id,
    aws_subnet.ap_main_public_c.id,
  ]

  security_groups                  = [aws_security_group.ap_media.id]
  enable_cross_zone_load_balancing = true
  enable_deletion_protection       = true

  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.ap_access_logs.id
    prefix  = "media"
  }

  depends_on = [aws_s3_bucket_policy.ap_access_logs]
}

resource "aws_vpc_security_group_ingress_rule" "ap_media_from_internet_udp_3478" {
  provider = aws.ap

  security_group_id = aws_security_group.ap_media.id
  description       = "From internet"
  ip_protocol       = "udp"
  from_port         = 3478
  to_port           = 3478
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_lb_target_group" "ap_media_udp_3478" {
  provider = aws.ap

  name        = "edtech-production-ap-medi-e5bb4c"
  vpc_id      = aws_vpc.ap_main.id
  target_type = "instance"
  protocol    = "UDP"
  port        = 3478

  health_check {
    protocol = "TCP"
    port     = "8080"
    interval = 10
  }
}

resource "aws_lb_listener" "ap_media_udp_3478" {
  provider = aws.ap

  load_balancer_arn = aws_lb.ap_media.arn
  protocol          = "UDP"
  port              = 3478

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.ap_media_udp_3478.arn
  }
}

resource "aws_vpc_security_group_ingress_rule" "ap_media_from_internet_tcp_5349" {
  provider = aws.ap

  security_group_id = aws_security_group.ap_media.id
  description       = "From internet"
  ip_protocol       = "tcp"
  from_port         = 5349
  to_port           = 5349
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_lb_target_group" "ap_media_tcp_5349" {
  provider = aws.ap

  name        = "edtech-production-ap-medi-b3bf2f"
  vpc_id      = aws_vpc.ap_main.id
  target_type = "instance"
  protocol    = "TCP"
  port        = 5349

  health_check {
    protocol = "TCP"
    port     = "8080"
    interval = 10
  }
}

resource "aws_lb_listener" "ap_media_tcp_5349" {
  provider = aws.ap

  load_balancer_arn = aws_lb.ap_media.arn
  protocol          = "TCP"
  port              = 5349

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.ap_media_tcp_5349.arn
  }
}

resource "aws_route53_record" "ap_media" {
  zone_id        = aws_route53_zone.main.zone_id
  name           = "media.lessons.example"
  type           = "A"
  set_identifier = "ap_media"

  alias {
    name                   = aws_lb.ap_media.dns_name
    zone_id                = aws_lb.ap_media.zone_id
    evaluate_target_health = true
  }

  latency_routing_policy {
    region = "ap-southeast-2"
  }
}

resource "aws_secretsmanager_secret" "ap_turn" {
  # iac:waive=CKV2_AWS_57 until=2027-12-31: rotation would end running lessons
  # checkov:skip=CKV2_AWS_57:until 2027-12-31: rotation would end running lessons
  provider = aws.ap

  name        = "/edtech-production/ap/turn"
  description = "Signs credentials for the media servers"
  kms_key_id  = aws_kms_key.ap_encryption.arn
}

resource "aws_security_group" "ap_turn" {
  provider = aws.ap

  name_prefix = "edtech-production-ap-turn-"
  description = "Instances of turn"
  vpc_id      = aws_vpc.ap_main.id

  tags = {
    Name = "edtech-production-ap-turn"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "ap_turn_to_internet_tcp_443" {
  provider = aws.ap

  security_group_id = aws_security_group.ap_turn.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "ap_turn_from_media_udp_3478" {
  provider = aws.ap

  security_group_id            = aws_security_group.ap_turn.id
  description                  = "From media"
  ip_protocol                  = "udp"
  from_port                    = 3478
  to_port                      = 3478
  referenced_security_group_id = aws_security_group.ap_media.id
}

resource "aws_vpc_security_group_egress_rule" "ap_media_to_turn_udp_3478" {
  provider = aws.ap

  security_group_id            = aws_security_group.ap_media.id
  description                  = "To turn"
  ip_protocol                  = "udp"
  from_port                    = 3478
  to_port                      = 3478
  referenced_security_group_id = aws_security_group.ap_turn.id
}

resource "aws_vpc_security_group_ingress_rule" "ap_turn_from_media_tcp_5349" {
  provider = aws.ap

  security_group_id            = aws_security_group.ap_turn.id
  description                  = "From media"
  ip_protocol                  = "tcp"
  from_port                    = 5349
  to_port                      = 5349
  referenced_security_group_id = aws_security_group.ap_media.id
}

resource "aws_vpc_security_group_egress_rule" "ap_media_to_turn_tcp_5349" {
  provider = aws.ap

  security_group_id            = aws_security_group.ap_media.id
  description                  = "To turn"
  ip_protocol                  = "tcp"
  from_port                    = 5349
  to_port                      = 5349
  referenced_security_group_id = aws_security_group.ap_turn.id
}

resource "aws_vpc_security_group_ingress_rule" "ap_turn_from_media_tcp_8080" {
  provider = aws.ap

  security_group_id            = aws_security_group.ap_turn.id
  description                  = "From media"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.ap_media.id
}

resource "aws_vpc_security_group_egress_rule" "ap_media_to_turn_tcp_8080" {
  provider = aws.ap

  security_group_id            = aws_security_group.ap_media.id
  description                  = "To turn"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.ap_turn.id
}

resource "aws_iam_role" "ap_turn" {
  provider = aws.ap

  name = "edtech-production-ap-turn"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ec2.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "ap_turn_AmazonSSMManagedInstanceCore" {
  provider = aws.ap

  role       = aws_iam_role.ap_turn.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "ap_turn" {
  provider = aws.ap

  name = "edtech-production-ap-turn"
  role = aws_iam_role.ap_turn.name
}

resource "aws_launch_template" "ap_turn" {
  provider = aws.ap

  name                   = "edtech-production-ap-turn"
  update_default_version = true
  image_id               = "resolve:ssm:/edtech/media/image_id"

  user_data = base64encode(<<-EOT
    #!/bin/bash
    start-turn --secret ${aws_secretsmanager_secret.ap_turn.arn}
  EOT
  )

  vpc_security_group_ids = [aws_security_group.ap_turn.id]
  ebs_optimized          = "true"

  iam_instance_profile {
    arn = aws_iam_instance_profile.ap_turn.arn
  }

  monitoring {
    enabled = true
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "enabled"
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted             = "true"
      volume_type           = "gp3"
      delete_on_termination = "true"
    }
  }

  tag_specifications {
    resource_type = "instance"

    tags = {
      Name = "edtech-production-ap-turn"
    }
  }

  tag_specifications {
    resource_type = "volume"

    tags = {
      Name = "edtech-production-ap-turn"
    }
  }
}

resource "aws_autoscaling_group" "ap_turn" {
  provider = aws.ap

  name = "edtech-production-ap-turn"

  vpc_zone_identifier = [
    aws_subnet.ap_main_private_a.id,
    aws_subnet.ap_main_private_b.id,
    aws_subnet.ap_main_private_c.id,
  ]

  min_size                  = 2
  max_size                  = 30
  health_check_type         = "ELB"
  health_check_grace_period = 120
  max_instance_lifetime     = 2592000
  enabled_metrics           = ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupTotalInstances"]

  target_group_arns = [
    aws_lb_target_group.ap_media_udp_3478.arn,
    aws_lb_target_group.ap_media_tcp_5349.arn,
  ]

  mixed_instances_policy {
    instances_distribution {
      on_demand_percentage_above_base_capacity = 100
    }

    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.ap_turn.id
        version            = aws_launch_template.ap_turn.latest_version
      }

      override {
        instance_type = "c7gn.large"
      }

      override {
        instance_type = "c6gn.large"
      }

      override {
        instance_type = "c7g.xlarge"
      }
    }
  }

  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage = 90
    }
  }

  tag {
    key                 = "Name"
    value               = "edtech-production-ap-turn"
    propagate_at_launch = true
  }

  lifecycle {
    ignore_changes = [desired_capacity]
  }
}

resource "aws_autoscaling_lifecycle_hook" "ap_turn_lessons" {
  provider = aws.ap

  name                   = "edtech-production-ap-turn-lessons"
  autoscaling_group_name = aws_autoscaling_group.ap_turn.name
  lifecycle_transition   = "autoscaling:EC2_INSTANCE_TERMINATING"
  heartbeat_timeout      = 7200
  default_result         = "CONTINUE"
}

resource "aws_autoscaling_policy" "ap_turn_cpu" {
  provider = aws.ap

  name                   = "edtech-production-ap-turn-cpu"
  autoscaling_group_name = aws_autoscaling_group.ap_turn.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = 50

    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}

resource "aws_autoscaling_schedule" "ap_turn_australia_opens" {
  provider = aws.ap

  scheduled_action_name  = "edtech-production-ap-turn-australia-opens"
  autoscaling_group_name = aws_autoscaling_group.ap_turn.name
  recurrence             = "15 7 * * MON-FRI"
  time_zone              = "Australia/Sydney"
  min_size               = 6
  max_size               = 30
  desired_capacity       = -1
}

resource "aws_autoscaling_schedule" "ap_turn_australia_closes" {
  provider = aws.ap

  scheduled_action_name  = "edtech-production-ap-turn-australia-closes"
  autoscaling_group_name = aws_autoscaling_group.ap_turn.name
  recurrence             = "0 17 * * MON-FRI"
  time_zone              = "Australia/Perth"
  min_size               = 2
  max_size               = 30
  desired_capacity       = -1
}

resource "aws_iam_role_policy" "ap_turn" {
  provider = aws.ap

  name = "grants"
  role = aws_iam_role.ap_turn.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_secretsmanager_secret.ap_turn.arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.ap_encryption.arn
      },
    ]
  })
}

resource "aws_security_group" "ap_school" {
  provider = aws.ap

  name_prefix = "edtech-production-ap-school-"
  description = "The database school"
  vpc_id      = aws_vpc.ap_main.id

  tags = {
    Name = "edtech-production-ap-school"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_subnet_group" "ap_school" {
  provider = aws.ap

  name = "edtech-production-ap-school"

  subnet_ids = [
    aws_subnet.ap_main_isolated_a.id,
    aws_subnet.ap_main_isolated_b.id,
    aws_subnet.ap_main_isolated_c.id,
  ]
}

resource "aws_rds_cluster_parameter_group" "ap_school" {
  provider = aws.ap

  name_prefix = "edtech-production-ap-school-"
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

resource "aws_iam_role" "ap_school_monitoring" {
  provider = aws.ap

  name = "edtech-production-ap-school-monitoring"

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

resource "aws_iam_role_policy_attachment" "ap_school_monitoring_AmazonRDSEnhancedMonitoringRole" {
  provider = aws.ap

  role       = aws_iam_role.ap_school_monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_cloudwatch_log_group" "ap_school_postgresql" {
  provider = aws.ap

  name              = "/aws/rds/cluster/edtech-production-ap-school/postgresql"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.ap_encryption.arn
}

resource "aws_rds_cluster" "ap_school" {
  # iac:waive=CKV2_AWS_8 until=2027-12-31: point-in-time recovery covers two weeks without a backup plan
  # checkov:skip=CKV2_AWS_8:until 2027-12-31: point-in-time recovery covers two weeks without a backup plan
  provider = aws.ap

  cluster_identifier                  = "edtech-production-ap-school"
  engine                              = "aurora-postgresql"
  engine_version                      = "17.4"
  database_name                       = "main"
  master_username                     = "root"
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = aws_kms_key.ap_encryption.arn
  iam_database_authentication_enabled = true
  db_subnet_group_name                = aws_db_subnet_group.ap_school.name
  vpc_security_group_ids              = [aws_security_group.ap_school.id]
  db_cluster_parameter_group_name     = aws_rds_cluster_parameter_group.ap_school.name
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.ap_encryption.arn
  backup_retention_period             = 14
  copy_tags_to_snapshot               = true
  enabled_cloudwatch_logs_exports     = ["postgresql"]
  deletion_protection                 = true
  skip_final_snapshot                 = false
  final_snapshot_identifier           = "edtech-production-ap-school-last"

  serverlessv2_scaling_configuration {
    min_capacity = 2
    max_capacity = 64
  }

  depends_on = [aws_cloudwatch_log_group.ap_school_postgresql]
}

resource "aws_rds_cluster_instance" "ap_school_0" {
  provider = aws.ap

  identifier                      = "edtech-production-ap-school-0"
  cluster_identifier              = aws_rds_cluster.ap_school.id
  engine                          = aws_rds_cluster.ap_school.engine
  engine_version                  = aws_rds_cluster.ap_school.engine_version
  instance_class                  = "db.serverless"
  publicly_accessible             = false
  auto_minor_version_upgrade      = true
  copy_tags_to_snapshot           = true
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.ap_school_monitoring.arn
  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.ap_encryption.arn

  depends_on = [aws_iam_role_policy_attachment.ap_school_monitoring_AmazonRDSEnhancedMonitoringRole]
}

resource "aws_rds_cluster_instance" "ap_school_1" {
  provider = aws.ap

  identifier                      = "edtech-production-ap-school-1"
  cluster_identifier              = aws_rds_cluster.ap_school.id
  engine                          = aws_rds_cluster.ap_school.engine
  engine_version                  = aws_rds_cluster.ap_school.engine_version
  instance_class                  = "db.serverless"
  publicly_accessible             = false
  auto_minor_version_upgrade      = true
  copy_tags_to_snapshot           = true
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.ap_school_monitoring.arn
  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.ap_encryption.arn

  depends_on = [aws_iam_role_policy_attachment.ap_school_monitoring_AmazonRDSEnhancedMonitoringRole]
}

resource "aws_cloudwatch_metric_alarm" "ap_school_cpu" {
  provider = aws.ap

  alarm_name        = "edtech-production-ap-school-cpu"
  alarm_description = "CPU utilization of database school is above 90%"
  namespace         = "AWS/RDS"
  metric_name       = "CPUUtilization"

  dimensions = {
    DBClusterIdentifier = aws_rds_cluster.ap_school.cluster_identifier
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 10
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.ap_operators.arn]
  ok_actions          = [aws_sns_topic.ap_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "ap_school_memory" {
  provider = aws.ap

  alarm_name        = "edtech-production-ap-school-memory"
  alarm_description = "Database school has less than 128 MiB of freeable memory"
  namespace         = "AWS/RDS"
  metric_name       = "FreeableMemory"

  dimensions = {
    DBClusterIdentifier = aws_rds_cluster.ap_school.cluster_identifier
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 10
  comparison_operator = "LessThanThreshold"
  threshold           = 134217728
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.ap_operators.arn]
  ok_actions          = [aws_sns_topic.ap_operators.arn]
}

resource "aws_security_group" "ap_presence" {
  provider = aws.ap

  name_prefix = "edtech-production-ap-presence-"
  description = "The cache presence"
  vpc_id      = aws_vpc.ap_main.id

  tags = {
    Name = "edtech-production-ap-presence"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_elasticache_subnet_group" "ap_presence" {
  provider = aws.ap

  name = "edtech-production-ap-presence"

  subnet_ids = [
    aws_subnet.ap_main_private_a.id,
    aws_subnet.ap_main_private_b.id,
    aws_subnet.ap_main_private_c.id,
  ]
}

resource "aws_elasticache_user" "ap_presence" {
  provider = aws.ap

  user_id       = "edtech-production-ap-presence"
  user_name     = "edtech-production-ap-presence"
  engine        = "redis"
  access_string = "on ~* +@all -@dangerous"

  authentication_mode {
    type = "iam"
  }
}

resource "aws_elasticache_user" "ap_presence_default" {
  provider = aws.ap

  user_id       = "edtech-production-ap-presence-default"
  user_name     = "default"
  engine        = "redis"
  access_string = "off -@all"

  authentication_mode {
    type = "no-password-required"
  }
}

resource "aws_elasticache_user_group" "ap_presence" {
  provider = aws.ap

  user_group_id = "edtech-production-ap-presence"
  engine        = "redis"

  user_ids = [
    aws_elasticache_user.ap_presence_default.user_id,
    aws_elasticache_user.ap_presence.user_id,
  ]
}

resource "aws_elasticache_replication_group" "ap_presence" {
  provider = aws.ap

  replication_group_id       = "edtech-production-ap-presence"
  description                = "The cache presence"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  subnet_group_name          = aws_elasticache_subnet_group.ap_presence.name
  security_group_ids         = [aws_security_group.ap_presence.id]
  at_rest_encryption_enabled = "true"
  kms_key_id                 = aws_kms_key.ap_encryption.arn
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  user_group_ids             = [aws_elasticache_user_group.ap_presence.user_group_id]
  snapshot_retention_limit   = 7
}

resource "aws_secretsmanager_secret" "ap_session" {
  # iac:waive=CKV2_AWS_57 until=2027-12-31: operators rotate it during school holidays
  # checkov:skip=CKV2_AWS_57:until 2027-12-31: operators rotate it during school holidays
  provider = aws.ap

  name        = "/edtech-production/ap/session"
  description = "Signs the sessions of students and teachers"
  kms_key_id  = aws_kms_key.ap_encryption.arn
}

resource "aws_ecr_repository" "ap_web" {
  provider = aws.ap

  name                 = "edtech-production/ap/web"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.ap_encryption.arn
  }
}

resource "aws_ecr_lifecycle_policy" "ap_web" {
  provider = aws.ap

  repository = aws_ecr_repository.ap_web.name

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

resource "aws_cloudwatch_log_group" "ap_web" {
  provider = aws.ap

  name              = "/edtech-production/ap/web"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.ap_encryption.arn
}

resource "aws_iam_role" "ap_web_execution" {
  provider = aws.ap

  name = "edtech-production-ap-web-execution"

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
            "aws:SourceAccount" = data.aws_caller_identity.ap_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "ap_web_execution" {
  provider = aws.ap

  name = "grants"
  role = aws_iam_role.ap_web_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.ap_web.arn}:*"
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
        Resource = aws_ecr_repository.ap_web.arn
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_rds_cluster.ap_school.master_user_secret[0].secret_arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.ap_encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_secretsmanager_secret.ap_session.arn
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_secretsmanager_secret.ap_turn.arn
      },
    ]
  })
}

resource "aws_iam_role" "ap_web_task" {
  provider = aws.ap

  name = "edtech-production-ap-web-task"

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
            "aws:SourceAccount" = data.aws_caller_identity.ap_current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_ecs_task_definition" "ap_web" {
  provider = aws.ap

  family                   = "edtech-production-ap-web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "1024"
  memory                   = "2048"
  execution_role_arn       = aws_iam_role.ap_web_execution.arn
  task_role_arn            = aws_iam_role.ap_web_task.arn

  container_definitions = jsonencode([
    {
      name      = "web"
      image     = "${aws_ecr_repository.ap_web.repository_url}:2026.11.1"
      essential = true
      portMappings = [
        {
          name          = "web-8080"
          containerPort = 8080
          hostPort      = 8080
          protocol      = "tcp"
          appProtocol   = "http"
        },
      ]
      environment = [
        {
          name  = "PROGRESS"
          value = aws_dynamodb_table.us_progress.name
        },
        {
          name  = "LESSONS"
          value = aws_sqs_queue.ap_lessons.url
        },
        {
          name  = "RECORDINGS"
          value = aws_s3_bucket.ap_recordings.id
        },
        {
          name  = "DATABASE_HOST"
          value = aws_rds_cluster.ap_school.endpoint
        },
        {
          name  = "PRESENCE"
          value = aws_elasticache_replication_group.ap_presence.primary_endpoint_address
        },
        {
          name  = "PRESENCE_USER"
          value = aws_elasticache_user.ap_presence.user_name
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
          valueFrom = "${aws_rds_cluster.ap_school.master_user_secret[0].secret_arn}:username::"
        },
        {
          name      = "DATABASE_PASSWORD"
          valueFrom = "${aws_rds_cluster.ap_school.master_user_secret[0].secret_arn}:password::"
        },
        {
          name      = "SESSION_SECRET"
          valueFrom = aws_secretsmanager_secret.ap_session.arn
        },
        {
          name      = "TURN_SECRET"
          valueFrom = aws_secretsmanager_secret.ap_turn.arn
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
          awslogs-group         = aws_cloudwatch_log_group.ap_web.name
          awslogs-region        = data.aws_region.ap_current.name
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

resource "aws_security_group" "ap_web" {
  provider = aws.ap

  name_prefix = "edtech-production-ap-web-"
  description = "Tasks of web"
  vpc_id      = aws_vpc.ap_main.id

  tags = {
    Name = "edtech-production-ap-web"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "ap_web_to_internet_tcp_443" {
  provider = aws.ap

  security_group_id = aws_security_group.ap_web.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "ap_web_from_front_tcp_8080" {
  provider = aws.ap

  security_group_id            = aws_security_group.ap_web.id
  description                  = "From front"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.ap_front.id
}

resource "aws_vpc_security_group_egress_rule" "ap_front_to_web_tcp_8080" {
  provider = aws.ap

  security_group_id            = aws_security_group.ap_front.id
  description                  = "To web"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.ap_web.id
}

resource "aws_ecs_service" "ap_web" {
  provider = aws.ap

  name                              = "edtech-production-ap-web"
  cluster                           = aws_ecs_cluster.ap_main.arn
  task_definition                   = aws_ecs_task_definition.ap_web.arn
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
    namespace = aws_service_discovery_http_namespace.ap_main.arn
  }

  network_configuration {
    subnets = [
      aws_subnet.ap_main_private_a.id,
      aws_subnet.ap_main_private_b.id,
      aws_subnet.ap_main_private_c.id,
    ]

    security_groups = [aws_security_group.ap_web.id]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.ap_web.arn
    container_name   = "web"
    container_port   = 8080
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [
    aws_ecs_cluster_capacity_providers.ap_main,
    aws_iam_role_policy.ap_web_execution,
    aws_lb_listener_rule.ap_web,
  ]
}

resource "aws_appautoscaling_target" "ap_web" {
  provider = aws.ap

  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.ap_main.name}/${aws_ecs_service.ap_web.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 3
  max_capacity       = 120

  lifecycle {
    ignore_changes = [min_capacity]
  }
}

resource "aws_appautoscaling_policy" "ap_web_cpu" {
  provider = aws.ap

  name               = "edtech-production-ap-web-cpu"
  service_namespace  = aws_appautoscaling_target.ap_web.service_namespace
  resource_id        = aws_appautoscaling_target.ap_web.resource_id
  scalable_dimension = aws_appautoscaling_target.ap_web.scalable_dimension
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value       = 50
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

resource "aws_appautoscaling_policy" "ap_web_requests" {
  provider = aws.ap

  name               = "edtech-production-ap-web-requests"
  service_namespace  = aws_appautoscaling_target.ap_web.service_namespace
  resource_id        = aws_appautoscaling_target.ap_web.resource_id
  scalable_dimension = aws_appautoscaling_target.ap_web.scalable_dimension
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value       = 1000
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.ap_front.arn_suffix}/${aws_lb_target_group.ap_web.arn_suffix}"
    }
  }
}

resource "aws_appautoscaling_policy" "ap_web_spike" {
  provider = aws.ap

  name               = "edtech-production-ap-web-spike"
  service_namespace  = aws_appautoscaling_target.ap_web.service_namespace
  resource_id        = aws_appautoscaling_target.ap_web.resource_id
  scalable_dimension = aws_appautoscaling_target.ap_web.scalable_dimension
  policy_type        = "StepScaling"

  step_scaling_policy_configuration {
    adjustment_type          = "PercentChangeInCapacity"
    min_adjustment_magnitude = 1
    metric_aggregation_type  = "Maximum"
    cooldown                 = 60

    step_adjustment {
      scaling_adjustment          = 50
      metric_interval_lower_bound = "0"
      metric_interval_upper_bound = "2000"
    }

    step_adjustment {
      scaling_adjustment          = 100
      metric_interval_lower_bound = "2000"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "ap_web_spike" {
  provider = aws.ap

  alarm_name        = "edtech-production-ap-web-spike"
  alarm_description = "Scales service web out during request spikes"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "RequestCountPerTarget"

  dimensions = {
    LoadBalancer = aws_lb.ap_front.arn_suffix
    TargetGroup  = aws_lb_target_group.ap_web.arn_suffix
  }

  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2000
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.ap_web_spike.arn]
  ok_actions          = []
}

resource "aws_appautoscaling_scheduled_action" "ap_web_australia_opens" {
  provider = aws.ap

  name               = "edtech-production-ap-web-australia-opens"
  service_namespace  = aws_appautoscaling_target.ap_web.service_namespace
  resource_id        = aws_appautoscaling_target.ap_web.resource_id
  scalable_dimension = aws_appautoscaling_target.ap_web.scalable_dimension
  schedule           = "cron(15 7 ? * MON-FRI *)"
  timezone           = "Australia/Sydney"

  scalable_target_action {
    min_capacity = "12"
  }
}

resource "aws_appautoscaling_scheduled_action" "ap_web_australia_closes" {
  provider = aws.ap

  name               = "edtech-production-ap-web-australia-closes"
  service_namespace  = aws_appautoscaling_target.ap_web.service_namespace
  resource_id        = aws_appautoscaling_target.ap_web.resource_id
  scalable_dimension = aws_appautoscaling_target.ap_web.scalable_dimension
  schedule           = "cron(0 17 ? * MON-FRI *)"
  timezone           = "Australia/Perth"

  scalable_target_action {
    min_capacity = "3"
  }
}

resource "aws_cloudwatch_metric_alarm" "ap_web_cpu" {
  provider = aws.ap

  alarm_name        = "edtech-production-ap-web-cpu"
  alarm_description = "CPU utilization of service web is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.ap_main.name
    ServiceName = aws_ecs_service.ap_web.name
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.ap_operators.arn]
  ok_actions          = [aws_sns_topic.ap_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "ap_web_memory" {
  provider = aws.ap

  alarm_name        = "edtech-production-ap-web-memory"
  alarm_description = "Memory utilization of service web is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.ap_main.name
    ServiceName = aws_ecs_service.ap_web.name
  }

  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.ap_operators.arn]
  ok_actions          = [aws_sns_topic.ap_operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "ap_web_down" {
  provider = aws.ap

  alarm_name        = "edtech-production-ap-web-down"
  alarm_description = "Service web has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.ap_main.name
    ServiceName = aws_ecs_service.ap_web.name
  }

  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.ap_operators.arn]
  ok_actions          = [aws_sns_topic.ap_operators.arn]
}

resource "aws_vpc_security_group_ingress_rule" "ap_school_from_web_tcp_5432" {
  provider = aws.ap

  security_group_id            = aws_security_group.ap_school.id
  description                  = "From web"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.ap_web.id
}

resource "aws_vpc_security_group_egress_rule" "ap_web_to_school_tcp_5432" {
  provider = aws.ap

  security_group_id            = aws_security_group.ap_web.id
  description                  = "To school"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.ap_school.id
}

resource "aws_vpc_security_group_ingress_rule" "ap_presence_from_web_tcp_6379" {
  provider = aws.ap

  security_group_id            = aws_security_group.ap_presence.id
  description                  = "From web"
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
  referenced_security_group_id = aws_security_group.ap_web.id
}

resource "aws_vpc_security_group_egress_rule" "ap_web_to_presence_tcp_6379" {
  provider = aws.ap

  security_group_id            = aws_security_group.ap_web.id
  description                  = "To presence"
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
  referenced_security_group_id = aws_security_group.ap_presence.id
}

resource "aws_iam_role_policy" "ap_web_task" {
  provider = aws.ap

  name = "grants"
  role = aws_iam_role.ap_web_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = "elasticache:Connect"
        Resource = [
          aws_elasticache_replication_group.ap_presence.arn,
          aws_elasticache_user.ap_presence.arn,
        ]
      },
      {
        Effect = "Allow"
        Action = [
          "dynamodb:BatchGetItem",
          "dynamodb:ConditionCheckItem",
          "dynamodb:DescribeTable",
          "dynamodb:GetItem",
          "dynamodb:Query",
          "dynamodb:Scan",
        ]
        Resource = [
          "arn:aws:dynamodb:ap-southeast-2:${data.aws_caller_identity.current.account_id}:table/${aws_dynamodb_table.us_progress.name}",
          "arn:aws:dynamodb:ap-southeast-2:${data.aws_caller_identity.current.account_id}:table/${aws_dynamodb_table.us_progress.name}/index/*",
        ]
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.ap_encryption.arn
      },
      {
        Effect = "Allow"
        Action = [
          "dynamodb:BatchWriteItem",
          "dynamodb:DeleteItem",
          "dynamodb:PutItem",
          "dynamodb:UpdateItem",
        ]
        Resource = [
          "arn:aws:dynamodb:ap-southeast-2:${data.aws_caller_identity.current.account_id}:table/${aws_dynamodb_table.us_progress.name}",
          "arn:aws:dynamodb:ap-southeast-2:${data.aws_caller_identity.current.account_id}:table/${aws_dynamodb_table.us_progress.name}/index/*",
        ]
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.ap_encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
        Resource = aws_sqs_queue.ap_lessons.arn
      },
      {
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.ap_recordings.arn
      },
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.ap_recordings.arn}/*"
      },
    ]
  })
}

resource "aws_cloudwatch_dashboard" "ap_lessons" {
  provider = aws.ap

  dashboard_name = "edtech-production-ap-lessons"

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
          region = data.aws_region.ap_current.name
          metrics = [
            [
              "AWS/ApplicationELB",
              "RequestCount",
              "LoadBalancer",
              aws_lb.ap_front.arn_suffix,
              "TargetGroup",
              aws_lb_target_group.ap_web.arn_suffix,
              {
                stat   = "Sum"
                period = 60
              },
            ],
            [
              "AWS/ApplicationELB",
              "HTTPCode_Target_5XX_Count",
              "LoadBalancer",
              aws_lb.ap_front.arn_suffix,
              "TargetGroup",
              aws_lb_target_group.ap_web.arn_suffix,
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
          region = data.aws_region.ap_current.name
          metrics = [
            [
              "AWS/ApplicationELB",
              "TargetResponseTime",
              "LoadBalancer",
              aws_lb.ap_front.arn_suffix,
              "TargetGroup",
              aws_lb_target_group.ap_web.arn_suffix,
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
          region = data.aws_region.ap_current.name
          metrics = [
            [
              "AWS/ECS",
              "CPUUtilization",
              "ClusterName",
              aws_ecs_cluster.ap_main.name,
              "ServiceName",
              aws_ecs_service.ap_web.name,
              {
                stat   = "Average"
                period = 60
              },
            ],
            [
              "AWS/RDS",
              "CPUUtilization",
              "DBClusterIdentifier",
              aws_rds_cluster.ap_school.cluster_identifier,
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
          title  = "Lessons waiting to be recorded"
          region = data.aws_region.ap_current.name
          metrics = [
            [
              "AWS/SQS",
              "ApproximateNumberOfMessagesVisible",
              "QueueName",
              aws_sqs_queue.ap_lessons.name,
              {
                stat   = "Maximum"
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
  value = "https://lessons.example"
}

output "name_servers" {
  value       = aws_route53_zone.main.name_servers
  description = "Name servers to delegate the domain to, at its registrar or in the parent zone"
}
