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
    bucket       = "edtech-delivery-state"
    key          = "edtech.tfstate"
    region       = "us-west-2"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region              = "us-west-2"
  allowed_account_ids = ["444444444444"]

  default_tags {
    tags = {
      Project     = "edtech"
      Environment = "delivery"
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

resource "aws_kms_key" "encryption" {
  description             = "Default encryption key of edtech-delivery"
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
    ]
  })
}

resource "aws_kms_alias" "encryption" {
  name          = "alias/edtech-delivery-encryption"
  target_key_id = aws_kms_key.encryption.key_id
}

resource "aws_sns_topic" "operators" {
  name              = "edtech-delivery-operators"
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
  endpoint  = "operators@lessons.example"
}

resource "aws_s3_bucket" "access_logs" {
  # iac:waive=CKV_AWS_18 until=2027-12-31: this bucket stores the access logs
  # checkov:skip=CKV_AWS_18:until 2027-12-31: this bucket stores the access logs
  # iac:waive=CKV_AWS_144 until=2027-12-31: access logs do not need replication
  # checkov:skip=CKV_AWS_144:until 2027-12-31: access logs do not need replication
  # iac:waive=CKV_AWS_145 until=2027-12-31: load balancers do not support customer managed keys
  # checkov:skip=CKV_AWS_145:until 2027-12-31: load balancers do not support customer managed keys
  bucket_prefix = "edtech-delivery-access-logs-"
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

resource "aws_s3_bucket" "edtech_artifacts" {
  # iac:waive=CKV_AWS_144 until=2027-12-31: its content is reproducible
  # checkov:skip=CKV_AWS_144:until 2027-12-31: its content is reproducible
  bucket_prefix = "edtech-delivery-edtech-artifacts-"
}

resource "aws_s3_bucket_public_access_block" "edtech_artifacts" {
  bucket                  = aws_s3_bucket.edtech_artifacts.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "edtech_artifacts" {
  bucket = aws_s3_bucket.edtech_artifacts.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "edtech_artifacts" {
  bucket = aws_s3_bucket.edtech_artifacts.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.encryption.arn
    }
  }
}

resource "aws_s3_bucket_versioning" "edtech_artifacts" {
  bucket = aws_s3_bucket.edtech_artifacts.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "edtech_artifacts" {
  bucket = aws_s3_bucket.edtech_artifacts.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = 30
    }

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.edtech_artifacts]
}

resource "aws_s3_bucket_logging" "edtech_artifacts" {
  bucket        = aws_s3_bucket.edtech_artifacts.id
  target_bucket = aws_s3_bucket.access_logs.id
  target_prefix = "buckets/${aws_s3_bucket.edtech_artifacts.id}/"

  depends_on = [aws_s3_bucket_policy.access_logs]
}

resource "aws_s3_bucket_notification" "edtech_artifacts" {
  bucket      = aws_s3_bucket.edtech_artifacts.id
  eventbridge = true
}

resource "aws_s3_bucket_policy" "edtech_artifacts" {
  bucket = aws_s3_bucket.edtech_artifacts.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.edtech_artifacts.arn, "${aws_s3_bucket.edtech_artifacts.arn}/*"]
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_codestarconnections_connection" "edtech" {
  name          = "edtech-delivery-edtech"
  provider_type = "GitHub"
}

resource "aws_iam_role" "edtech" {
  name = "edtech-delivery-edtech"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "codepipeline.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_cloudwatch_log_group" "edtech_test" {
  name              = "/aws/codebuild/edtech-delivery-edtech-test"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "edtech_test" {
  name = "edtech-delivery-edtech-test"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "codebuild.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy" "edtech_test" {
  name = "grants"
  role = aws_iam_role.edtech_test.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.edtech_test.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.edtech_artifacts.arn
      },
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_codebuild_project" "edtech_test" {
  name           = "edtech-delivery-edtech-test"
  service_role   = aws_iam_role.edtech_test.arn
  build_timeout  = 60
  encryption_key = aws_kms_key.encryption.arn

  artifacts {
    type = "CODEPIPELINE"
  }

  source {
    type = "CODEPIPELINE"

    buildspec = jsonencode({
      version = "0.2"
      phases = {
        build = {
          commands = ["cargo test"]
        }
      }
      artifacts = {
        files = ["**/*"]
      }
    })
  }

  environment {
    type         = "ARM_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/amazonlinux-aarch64-standard:3.0"
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.edtech_test.name
    }
  }
}

resource "aws_cloudwatch_log_group" "edtech_images" {
  name              = "/aws/codebuild/edtech-delivery-edtech-images"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "edtech_images" {
  name = "edtech-delivery-edtech-images"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "codebuild.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy" "edtech_images" {
  name = "grants"
  role = aws_iam_role.edtech_images.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.edtech_images.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.edtech_artifacts.arn
      },
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_codebuild_project" "edtech_images" {
  name           = "edtech-delivery-edtech-images"
  service_role   = aws_iam_role.edtech_images.arn
  build_timeout  = 60
  encryption_key = aws_kms_key.encryption.arn

  artifacts {
    type = "CODEPIPELINE"
  }

  source {
    type = "CODEPIPELINE"

    buildspec = jsonencode({
      version = "0.2"
      phases = {
        build = {
          commands = ["./push-images.sh web recorder"]
        }
      }
      artifacts = {
        files = ["**/*"]
      }
    })
  }

  environment {
    type         = "ARM_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/amazonlinux-aarch64-standard:3.0"
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.edtech_images.name
    }
  }
}

resource "aws_cloudwatch_log_group" "edtech_development" {
  name              = "/aws/codebuild/edtech-delivery-edtech-development"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "edtech_development" {
  name = "edtech-delivery-edtech-development"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "codebuild.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy" "edtech_development" {
  name = "grants"
  role = aws_iam_role.edtech_development.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.edtech_development.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.edtech_artifacts.arn
      },
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = "sts:AssumeRole"
        Resource = "arn:aws:iam::111111111111:role/deploy"
      },
    ]
  })
}

resource "aws_codebuild_project" "edtech_development" {
  name           = "edtech-delivery-edtech-development"
  service_role   = aws_iam_role.edtech_development.arn
  build_timeout  = 60
  encryption_key = aws_kms_key.encryption.arn

  artifacts {
    type = "CODEPIPELINE"
  }

  source {
    type = "CODEPIPELINE"

    buildspec = jsonencode({
      version = "0.2"
      phases = {
        build = {
          commands = [
            "cargo run -p iac-examples --bin edtech",
            "terraform -chdir=iac.out/edtech-development init",
            "terraform -chdir=iac.out/edtech-development apply -auto-approve",
          ]
        }
      }
      artifacts = {
        files = ["**/*"]
      }
    })
  }

  environment {
    type         = "ARM_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/amazonlinux-aarch64-standard:3.0"
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.edtech_development.name
    }
  }
}

resource "aws_cloudwatch_log_group" "edtech_staging" {
  name              = "/aws/codebuild/edtech-delivery-edtech-staging"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "edtech_staging" {
  name = "edtech-delivery-edtech-staging"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "codebuild.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy" "edtech_staging" {
  name = "grants"
  role = aws_iam_role.edtech_staging.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.edtech_staging.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.edtech_artifacts.arn
      },
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = "sts:AssumeRole"
        Resource = "arn:aws:iam::222222222222:role/deploy"
      },
    ]
  })
}

resource "aws_codebuild_project" "edtech_staging" {
  name           = "edtech-delivery-edtech-staging"
  service_role   = aws_iam_role.edtech_staging.arn
  build_timeout  = 60
  encryption_key = aws_kms_key.encryption.arn

  artifacts {
    type = "CODEPIPELINE"
  }

  source {
    type = "CODEPIPELINE"

    buildspec = jsonencode({
      version = "0.2"
      phases = {
        build = {
          commands = [
            "cargo run -p iac-examples --bin edtech",
            "terraform -chdir=iac.out/edtech-staging init",
            "terraform -chdir=iac.out/edtech-staging apply -auto-approve",
          ]
        }
      }
      artifacts = {
        files = ["**/*"]
      }
    })
  }

  environment {
    type         = "ARM_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/amazonlinux-aarch64-standard:3.0"
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.edtech_staging.name
    }
  }
}

resource "aws_cloudwatch_log_group" "edtech_acceptance" {
  name              = "/aws/codebuild/edtech-delivery-edtech-acceptance"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "edtech_acceptance" {
  name = "edtech-delivery-edtech-acceptance"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "codebuild.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy" "edtech_acceptance" {
  name = "grants"
  role = aws_iam_role.edtech_acceptance.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.edtech_acceptance.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.edtech_artifacts.arn
      },
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_codebuild_project" "edtech_acceptance" {
  name           = "edtech-delivery-edtech-acceptance"
  service_role   = aws_iam_role.edtech_acceptance.arn
  build_timeout  = 60
  encryption_key = aws_kms_key.encryption.arn

  artifacts {
    type = "CODEPIPELINE"
  }

  source {
    type = "CODEPIPELINE"

    buildspec = jsonencode({
      version = "0.2"
      phases = {
        build = {
          commands = ["./acceptance-tests.sh https://staging.lessons.example"]
        }
      }
      artifacts = {
        files = ["**/*"]
      }
    })
  }

  environment {
    type         = "ARM_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/amazonlinux-aarch64-standard:3.0"
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.edtech_acceptance.name
    }
  }
}

resource "aws_cloudwatch_log_group" "edtech_load" {
  name              = "/aws/codebuild/edtech-delivery-edtech-load"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "edtech_load" {
  name = "edtech-delivery-edtech-load"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "codebuild.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy" "edtech_load" {
  name = "grants"
  role = aws_iam_role.edtech_load.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.edtech_load.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.edtech_artifacts.arn
      },
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = "sts:AssumeRole"
        Resource = "arn:aws:iam::222222222222:role/deploy"
      },
    ]
  })
}

resource "aws_codebuild_project" "edtech_load" {
  name           = "edtech-delivery-edtech-load"
  service_role   = aws_iam_role.edtech_load.arn
  build_timeout  = 60
  encryption_key = aws_kms_key.encryption.arn

  artifacts {
    type = "CODEPIPELINE"
  }

  source {
    type = "CODEPIPELINE"

    buildspec = jsonencode({
      version = "0.2"
      phases = {
        build = {
          commands = [
            "cargo run -p iac-examples --bin edtech",
            "terraform -chdir=iac.out/edtech-staging-load init",
            "terraform -chdir=iac.out/edtech-staging-load apply -auto-approve",
            "./watch-load-test.sh 30m",
            "terraform -chdir=iac.out/edtech-staging-load destroy -auto-approve",
          ]
        }
      }
      artifacts = {
        files = ["**/*"]
      }
    })
  }

  environment {
    type         = "ARM_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/amazonlinux-aarch64-standard:3.0"
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.edtech_load.name
    }
  }
}

resource "aws_cloudwatch_log_group" "edtech_production" {
  name              = "/aws/codebuild/edtech-delivery-edtech-production"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "edtech_production" {
  name = "edtech-delivery-edtech-production"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "codebuild.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy" "edtech_production" {
  name = "grants"
  role = aws_iam_role.edtech_production.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.edtech_production.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.edtech_artifacts.arn
      },
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = "sts:AssumeRole"
        Resource = "arn:aws:iam::333333333333:role/deploy"
      },
    ]
  })
}

resource "aws_codebuild_project" "edtech_production" {
  name           = "edtech-delivery-edtech-production"
  service_role   = aws_iam_role.edtech_production.arn
  build_timeout  = 60
  encryption_key = aws_kms_key.encryption.arn

  artifacts {
    type = "CODEPIPELINE"
  }

  source {
    type = "CODEPIPELINE"

    buildspec = jsonencode({
      version = "0.2"
      phases = {
        build = {
          commands = [
            "cargo run -p iac-examples --bin edtech",
            "terraform -chdir=iac.out/edtech-production init",
            "terraform -chdir=iac.out/edtech-production apply -auto-approve",
          ]
        }
      }
      artifacts = {
        files = ["**/*"]
      }
    })
  }

  environment {
    type         = "ARM_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/amazonlinux-aarch64-standard:3.0"
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.edtech_production.name
    }
  }
}

resource "aws_iam_role_policy" "edtech" {
  name = "grants"
  role = aws_iam_role.edtech.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.edtech_artifacts.arn
      },
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = "${aws_s3_bucket.edtech_artifacts.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = "codestar-connections:UseConnection"
        Resource = aws_codestarconnections_connection.edtech.arn
      },
      {
        Effect   = "Allow"
        Action   = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
        Resource = aws_codebuild_project.edtech_test.arn
      },
      {
        Effect   = "Allow"
        Action   = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
        Resource = aws_codebuild_project.edtech_images.arn
      },
      {
        Effect   = "Allow"
        Action   = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
        Resource = aws_codebuild_project.edtech_development.arn
      },
      {
        Effect   = "Allow"
        Action   = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
        Resource = aws_codebuild_project.edtech_staging.arn
      },
      {
        Effect   = "Allow"
        Action   = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
        Resource = aws_codebuild_project.edtech_acceptance.arn
      },
      {
        Effect   = "Allow"
        Action   = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
        Resource = aws_codebuild_project.edtech_load.arn
      },
      {
        Effect   = "Allow"
        Action   = "sns:Publish"
        Resource = aws_sns_topic.operators.arn
      },
      {
        Effect   = "Allow"
        Action   = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
        Resource = aws_codebuild_project.edtech_production.arn
      },
    ]
  })
}

resource "aws_codepipeline" "edtech" {
  name          = "edtech-delivery-edtech"
  role_arn      = aws_iam_role.edtech.arn
  pipeline_type = "V2"

  artifact_store {
    type     = "S3"
    location = aws_s3_bucket.edtech_artifacts.id

    encryption_key {
      id   = aws_kms_key.encryption.arn
      type = "KMS"
    }
  }

  stage {
    name = "source"

    action {
      name             = "source"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeStarSourceConnection"
      version          = "1"
      output_artifacts = ["source"]

      configuration = {
        ConnectionArn    = aws_codestarconnections_connection.edtech.arn
        FullRepositoryId = "lessons/edtech"
        BranchName       = "main"
      }
    }
  }

  stage {
    name = "test"

    action {
      name             = "test"
      owner            = "AWS"
      version          = "1"
      category         = "Build"
      provider         = "CodeBuild"
      input_artifacts  = ["source"]
      output_artifacts = ["test"]

      configuration = {
        ProjectName = aws_codebuild_project.edtech_test.name
      }
    }
  }

  stage {
    name = "images"

    action {
      name             = "images"
      owner            = "AWS"
      version          = "1"
      category         = "Build"
      provider         = "CodeBuild"
      input_artifacts  = ["source"]
      output_artifacts = ["images"]

      configuration = {
        ProjectName = aws_codebuild_project.edtech_images.name
      }
    }
  }

  stage {
    name = "development"

    action {
      name             = "development"
      owner            = "AWS"
      version          = "1"
      category         = "Build"
      provider         = "CodeBuild"
      input_artifacts  = ["source"]
      output_artifacts = ["development"]

      configuration = {
        ProjectName = aws_codebuild_project.edtech_development.name
      }
    }
  }

  stage {
    name = "staging"

    action {
      name             = "staging"
      owner            = "AWS"
      version          = "1"
      category         = "Build"
      provider         = "CodeBuild"
      input_artifacts  = ["source"]
      output_artifacts = ["staging"]

      configuration = {
        ProjectName = aws_codebuild_project.edtech_staging.name
      }
    }
  }

  stage {
    name = "acceptance"

    action {
      name             = "acceptance"
      owner            = "AWS"
      version          = "1"
      category         = "Build"
      provider         = "CodeBuild"
      input_artifacts  = ["source"]
      output_artifacts = ["acceptance"]

      configuration = {
        ProjectName = aws_codebuild_project.edtech_acceptance.name
      }
    }
  }

  stage {
    name = "load"

    action {
      name             = "load"
      owner            = "AWS"
      version          = "1"
      category         = "Build"
      provider         = "CodeBuild"
      input_artifacts  = ["source"]
      output_artifacts = ["load"]

      configuration = {
        ProjectName = aws_codebuild_project.edtech_load.name
      }
    }
  }

  stage {
    name = "approval"

    action {
      name     = "approval"
      owner    = "AWS"
      version  = "1"
      category = "Approval"
      provider = "Manual"

      configuration = {
        NotificationArn = aws_sns_topic.operators.arn
      }
    }
  }

  stage {
    name = "production"

    action {
      name             = "production"
      owner            = "AWS"
      version          = "1"
      category         = "Build"
      provider         = "CodeBuild"
      input_artifacts  = ["source"]
      output_artifacts = ["production"]

      configuration = {
        ProjectName = aws_codebuild_project.edtech_production.name
      }
    }
  }
}
