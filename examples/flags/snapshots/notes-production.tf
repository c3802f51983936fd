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
    bucket       = "notes-production-state"
    key          = "notes.tfstate"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = {
      Project     = "notes"
      Environment = "production"
    }
  }
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = {
    Name = "notes-production-main"
  }
}

resource "aws_default_security_group" "main" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "notes-production-main (closed)"
  }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "notes-production-main"
  }
}

resource "aws_subnet" "main_public_a" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1a"
  cidr_block        = "10.0.16.0/22"

  tags = {
    Name = "notes-production-main-public-a"
  }
}

resource "aws_subnet" "main_public_b" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1b"
  cidr_block        = "10.0.48.0/22"

  tags = {
    Name = "notes-production-main-public-b"
  }
}

resource "aws_route_table" "main_public" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "notes-production-main-public"
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

resource "aws_subnet" "main_private_a" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1a"
  cidr_block        = "10.0.0.0/20"

  tags = {
    Name = "notes-production-main-private-a"
  }
}

resource "aws_subnet" "main_private_b" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1b"
  cidr_block        = "10.0.32.0/20"

  tags = {
    Name = "notes-production-main-private-b"
  }
}

resource "aws_route_table" "main_private_a" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "notes-production-main-private-a"
  }
}

resource "aws_route_table" "main_private_b" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "notes-production-main-private-b"
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

resource "aws_subnet" "main_isolated_a" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1a"
  cidr_block        = "10.0.20.0/22"

  tags = {
    Name = "notes-production-main-isolated-a"
  }
}

resource "aws_subnet" "main_isolated_b" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1b"
  cidr_block        = "10.0.52.0/22"

  tags = {
    Name = "notes-production-main-isolated-b"
  }
}

resource "aws_route_table" "main_isolated" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "notes-production-main-isolated"
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

resource "aws_route" "main_public_internet" {
  route_table_id         = aws_route_table.main_public.id
  gateway_id             = aws_internet_gateway.main.id
  destination_cidr_block = "0.0.0.0/0"
}

resource "aws_eip" "main_nat_a" {
  domain = "vpc"

  tags = {
    Name = "notes-production-main-nat-a"
  }
}

resource "aws_nat_gateway" "main_nat_a" {
  allocation_id = aws_eip.main_nat_a.allocation_id
  subnet_id     = aws_subnet.main_public_a.id

  tags = {
    Name = "notes-production-main-nat-a"
  }
}

resource "aws_eip" "main_nat_b" {
  domain = "vpc"

  tags = {
    Name = "notes-production-main-nat-b"
  }
}

resource "aws_nat_gateway" "main_nat_b" {
  allocation_id = aws_eip.main_nat_b.allocation_id
  subnet_id     = aws_subnet.main_public_b.id

  tags = {
    Name = "notes-production-main-nat-b"
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

resource "aws_vpc_endpoint" "main_s3" {
  vpc_id            = aws_vpc.main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.eu-west-1.s3"

  route_table_ids = [
    aws_route_table.main_public.id,
    aws_route_table.main_private_a.id,
    aws_route_table.main_private_b.id,
    aws_route_table.main_isolated.id,
  ]

  tags = {
    Name = "notes-production-main-s3"
  }
}

resource "aws_vpc_endpoint" "main_dynamodb" {
  vpc_id            = aws_vpc.main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.eu-west-1.dynamodb"

  route_table_ids = [
    aws_route_table.main_public.id,
    aws_route_table.main_private_a.id,
    aws_route_table.main_private_b.id,
    aws_route_table.main_isolated.id,
  ]

  tags = {
    Name = "notes-production-main-dynamodb"
  }
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

resource "aws_kms_key" "encryption" {
  description             = "Default encryption key of notes-production"
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
  name          = "alias/notes-production-encryption"
  target_key_id = aws_kms_key.encryption.key_id
}

resource "aws_cloudwatch_log_group" "main_flow_log" {
  name              = "/notes-production/main_flow_log"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "main_flow_log" {
  name = "notes-production-main-flow-log"

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
  name              = "/notes-production/main_sessions"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_service_discovery_http_namespace" "main" {
  name = "notes-production-main"
}

resource "aws_ecs_cluster" "main" {
  name = "notes-production-main"

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

resource "aws_sns_topic" "operators" {
  name              = "notes-production-operators"
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
  endpoint  = "operators@notes.example"
}

resource "aws_security_group" "notes" {
  name_prefix = "notes-production-notes-"
  description = "The database notes"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "notes-production-notes"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_subnet_group" "notes" {
  name       = "notes-production-notes"
  subnet_ids = [aws_subnet.main_isolated_a.id, aws_subnet.main_isolated_b.id]
}

resource "aws_rds_cluster_parameter_group" "notes" {
  name_prefix = "notes-production-notes-"
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

resource "aws_iam_role" "notes_monitoring" {
  name = "notes-production-notes-monitoring"

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

resource "aws_iam_role_policy_attachment" "notes_monitoring_AmazonRDSEnhancedMonitoringRole" {
  role       = aws_iam_role.notes_monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_cloudwatch_log_group" "notes_postgresql" {
  name              = "/aws/rds/cluster/notes-production-notes/postgresql"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_rds_cluster" "notes" {
  # iac:waive=CKV2_AWS_8 until=2027-12-31: point-in-time recovery covers two weeks without a backup plan
  # checkov:skip=CKV2_AWS_8:until 2027-12-31: point-in-time recovery covers two weeks without a backup plan
  cluster_identifier                  = "notes-production-notes"
  engine                              = "aurora-postgresql"
  engine_version                      = "17.4"
  database_name                       = "main"
  master_username                     = "root"
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = aws_kms_key.encryption.arn
  iam_database_authentication_enabled = true
  db_subnet_group_name                = aws_db_subnet_group.notes.name
  vpc_security_group_ids              = [aws_security_group.notes.id]
  db_cluster_parameter_group_name     = aws_rds_cluster_parameter_group.notes.name
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.encryption.arn
  backup_retention_period             = 14
  copy_tags_to_snapshot               = true
  enabled_cloudwatch_logs_exports     = ["postgresql"]
  deletion_protection                 = true
  skip_final_snapshot                 = false
  final_snapshot_identifier           = "notes-production-notes-last"

  serverlessv2_scaling_configuration {
    min_capacity = 1
    max_capacity = 16
  }

  depends_on = [aws_cloudwatch_log_group.notes_postgresql]
}

resource "aws_rds_cluster_instance" "notes_0" {
  identifier                      = "notes-production-notes-0"
  cluster_identifier              = aws_rds_cluster.notes.id
  engine                          = aws_rds_cluster.notes.engine
  engine_version                  = aws_rds_cluster.notes.engine_version
  instance_class                  = "db.serverless"
  publicly_accessible             = false
  auto_minor_version_upgrade      = true
  copy_tags_to_snapshot           = true
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.notes_monitoring.arn
  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.encryption.arn

  depends_on = [aws_iam_role_policy_attachment.notes_monitoring_AmazonRDSEnhancedMonitoringRole]
}

resource "aws_rds_cluster_instance" "notes_1" {
  identifier                      = "notes-production-notes-1"
  cluster_identifier              = aws_rds_cluster.notes.id
  engine                          = aws_rds_cluster.notes.engine
  engine_version                  = aws_rds_cluster.notes.engine_version
  instance_class                  = "db.serverless"
  publicly_accessible             = false
  auto_minor_version_upgrade      = true
  copy_tags_to_snapshot           = true
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.notes_monitoring.arn
  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.encryption.arn

  depends_on = [aws_iam_role_policy_attachment.notes_monitoring_AmazonRDSEnhancedMonitoringRole]
}

resource "aws_cloudwatch_metric_alarm" "notes_cpu" {
  alarm_name        = "notes-production-notes-cpu"
  alarm_description = "CPU utilization of database notes is above 90%"
  namespace         = "AWS/RDS"
  metric_name       = "CPUUtilization"

  dimensions = {
    DBClusterIdentifier = aws_rds_cluster.notes.cluster_identifier
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

resource "aws_cloudwatch_metric_alarm" "notes_memory" {
  alarm_name        = "notes-production-notes-memory"
  alarm_description = "Database notes has less than 128 MiB of freeable memory"
  namespace         = "AWS/RDS"
  metric_name       = "FreeableMemory"

  dimensions = {
    DBClusterIdentifier = aws_rds_cluster.notes.cluster_identifier
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

resource "aws_s3_bucket" "access_logs" {
  # iac:waive=CKV_AWS_18 until=2027-12-31: this bucket stores the access logs
  # checkov:skip=CKV_AWS_18:until 2027-12-31: this bucket stores the access logs
  # iac:waive=CKV_AWS_144 until=2027-12-31: access logs do not need replication
  # checkov:skip=CKV_AWS_144:until 2027-12-31: access logs do not need replication
  # iac:waive=CKV_AWS_145 until=2027-12-31: load balancers do not support customer managed keys
  # checkov:skip=CKV_AWS_145:until 2027-12-31: load balancers do not support customer managed keys
  bucket_prefix = "notes-production-access-logs-"
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

resource "aws_route53_zone" "main" {
  # iac:waive=CKV2_AWS_38 until=2027-12-31: the registrar of the domain does not support DNSSEC
  # checkov:skip=CKV2_AWS_38:until 2027-12-31: the registrar of the domain does not support DNSSEC
  # iac:waive=CKV2_AWS_39 until=2027-12-31: DNS query logs are not needed
  # checkov:skip=CKV2_AWS_39:until 2027-12-31: DNS query logs are not needed
  name = "notes.example"
}

resource "aws_acm_certificate" "main" {
  domain_name       = "notes.example"
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

resource "aws_security_group" "front" {
  name_prefix = "notes-production-front-"
  description = "The load balancer front"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "notes-production-front"
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
  name                       = "notes-production-front"
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = [aws_subnet.main_public_a.id, aws_subnet.main_public_b.id]
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
  name    = "notes.example"
  type    = "A"

  alias {
    name                   = aws_lb.front.dns_name
    zone_id                = aws_lb.front.zone_id
    evaluate_target_health = true
  }
}

resource "aws_wafv2_web_acl" "firewall" {
  name  = "notes-production-firewall"
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
    metric_name                = "notes-production-firewall"
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "firewall" {
  web_acl_arn  = aws_wafv2_web_acl.firewall.arn
  resource_arn = aws_lb.front.arn
}

resource "aws_cloudwatch_log_group" "firewall" {
  name              = "aws-waf-logs-notes-production-firewall"
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

resource "aws_lb_target_group" "stable" {
  # iac:waive=CKV_AWS_378 until=2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  # checkov:skip=CKV_AWS_378:until 2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  name                          = "notes-production-stable"
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

resource "aws_lb_target_group" "new" {
  # iac:waive=CKV_AWS_378 until=2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  # checkov:skip=CKV_AWS_378:until 2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  name                          = "notes-production-new"
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

resource "aws_lb_listener_rule" "notes" {
  listener_arn = aws_lb_listener.front_https.arn
  priority     = 1000

  condition {
    path_pattern {
      values = ["/*"]
    }
  }

  action {
    type = "forward"

    forward {
      target_group {
        arn    = aws_lb_target_group.stable.arn
        weight = 95
      }

      target_group {
        arn    = aws_lb_target_group.new.arn
        weight = 5
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "stable_unhealthy" {
  alarm_name        = "notes-production-stable-unhealthy"
  alarm_description = "Target group stable has unhealthy targets"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "UnHealthyHostCount"

  dimensions = {
    LoadBalancer = aws_lb.front.arn_suffix
    TargetGroup  = aws_lb_target_group.stable.arn_suffix
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

resource "aws_cloudwatch_metric_alarm" "stable_errors" {
  alarm_name        = "notes-production-stable-errors"
  alarm_description = "Targets of stable return more than 10 HTTP 5xx responses per minute"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "HTTPCode_Target_5XX_Count"

  dimensions = {
    LoadBalancer = aws_lb.front.arn_suffix
    TargetGroup  = aws_lb_target_group.stable.arn_suffix
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

resource "aws_cloudwatch_metric_alarm" "stable_slow" {
  alarm_name        = "notes-production-stable-slow"
  alarm_description = "p99 response time of target group stable is above 2 seconds"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "TargetResponseTime"

  dimensions = {
    LoadBalancer = aws_lb.front.arn_suffix
    TargetGroup  = aws_lb_target_group.stable.arn_suffix
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

resource "aws_cloudwatch_metric_alarm" "new_unhealthy" {
  alarm_name        = "notes-production-new-unhealthy"
  alarm_description = "Target group new has unhealthy targets"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "UnHealthyHostCount"

  dimensions = {
    LoadBalancer = aws_lb.front.arn_suffix
    TargetGroup  = aws_lb_target_group.new.arn_suffix
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

resource "aws_cloudwatch_metric_alarm" "new_errors" {
  alarm_name        = "notes-production-new-errors"
  alarm_description = "Targets of new return more than 10 HTTP 5xx responses per minute"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "HTTPCode_Target_5XX_Count"

  dimensions = {
    LoadBalancer = aws_lb.front.arn_suffix
    TargetGroup  = aws_lb_target_group.new.arn_suffix
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

resource "aws_cloudwatch_metric_alarm" "new_slow" {
  alarm_name        = "notes-production-new-slow"
  alarm_description = "p99 response time of target group new is above 2 seconds"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "TargetResponseTime"

  dimensions = {
    LoadBalancer = aws_lb.front.arn_suffix
    TargetGroup  = aws_lb_target_group.new.arn_suffix
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

resource "aws_appconfig_application" "notes" {
  name = "notes-production-notes"
}

resource "aws_iam_role" "notes_rollback" {
  name = "notes-production-notes-rollback"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "appconfig.amazonaws.com"
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

resource "aws_iam_role_policy" "notes_rollback" {
  name = "grants"
  role = aws_iam_role.notes_rollback.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "cloudwatch:DescribeAlarms"
        Resource = "arn:aws:cloudwatch:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:alarm:*"
      },
    ]
  })
}

resource "aws_appconfig_environment" "notes" {
  application_id = aws_appconfig_application.notes.id
  name           = "notes-production"

  monitor {
    alarm_arn      = aws_cloudwatch_metric_alarm.stable_unhealthy.arn
    alarm_role_arn = aws_iam_role.notes_rollback.arn
  }

  monitor {
    alarm_arn      = aws_cloudwatch_metric_alarm.stable_errors.arn
    alarm_role_arn = aws_iam_role.notes_rollback.arn
  }

  monitor {
    alarm_arn      = aws_cloudwatch_metric_alarm.new_unhealthy.arn
    alarm_role_arn = aws_iam_role.notes_rollback.arn
  }

  monitor {
    alarm_arn      = aws_cloudwatch_metric_alarm.new_errors.arn
    alarm_role_arn = aws_iam_role.notes_rollback.arn
  }
}

resource "aws_appconfig_configuration_profile" "notes" {
  application_id     = aws_appconfig_application.notes.id
  name               = "flags"
  location_uri       = "hosted"
  type               = "AWS.AppConfig.FeatureFlags"
  kms_key_identifier = aws_kms_key.encryption.arn
}

resource "aws_appconfig_hosted_configuration_version" "notes" {
  application_id           = aws_appconfig_application.notes.id
  configuration_profile_id = aws_appconfig_configuration_profile.notes.configuration_profile_id
  content_type             = "application/json"

  content = jsonencode({
    version = "1"
    flags = {
      dark_mode = {
        name = "dark_mode"
      }
      shared_notes = {
        name = "shared_notes"
      }
    }
    values = {
      dark_mode = {
        enabled = true
      }
      shared_notes = {
        enabled = false
      }
    }
  })
}

resource "aws_appconfig_deployment_strategy" "notes" {
  name                           = "notes-production-notes"
  growth_type                    = "LINEAR"
  growth_factor                  = 10
  deployment_duration_in_minutes = 60
  final_bake_time_in_minutes     = 30
  replicate_to                   = "NONE"
}

resource "aws_appconfig_deployment" "notes" {
  application_id           = aws_appconfig_application.notes.id
  environment_id           = aws_appconfig_environment.notes.environment_id
  configuration_profile_id = aws_appconfig_configuration_profile.notes.configuration_profile_id
  configuration_version    = aws_appconfig_hosted_configuration_version.notes.version_number
  deployment_strategy_id   = aws_appconfig_deployment_strategy.notes.id
  kms_key_identifier       = aws_kms_key.encryption.arn
}

resource "aws_ecr_repository" "notes" {
  name                 = "notes-production/notes"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.encryption.arn
  }
}

resource "aws_ecr_lifecycle_policy" "notes" {
  repository = aws_ecr_repository.notes.name

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

resource "aws_cloudwatch_log_group" "stable" {
  name              = "/notes-production/stable"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "stable_execution" {
  name = "notes-production-stable-execution"

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

resource "aws_iam_role_policy" "stable_execution" {
  name = "grants"
  role = aws_iam_role.stable_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.stable.arn}:*"
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
        Resource = aws_ecr_repository.notes.arn
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_rds_cluster.notes.master_user_secret[0].secret_arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_iam_role" "stable_task" {
  name = "notes-production-stable-task"

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

resource "aws_ecs_task_definition" "stable" {
  family                   = "notes-production-stable"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.stable_execution.arn
  task_role_arn            = aws_iam_role.stable_task.arn

  container_definitions = jsonencode([
    {
      name      = "notes"
      image     = "${aws_ecr_repository.notes.repository_url}:2026.11.1"
      essential = true
      portMappings = [
        {
          name          = "notes-8080"
          containerPort = 8080
          hostPort      = 8080
          protocol      = "tcp"
          appProtocol   = "http"
        },
      ]
      environment = [
        {
          name  = "DATABASE_HOST"
          value = aws_rds_cluster.notes.endpoint
        },
        {
          name  = "FLAGS_APPLICATION"
          value = aws_appconfig_application.notes.name
        },
        {
          name  = "FLAGS_ENVIRONMENT"
          value = aws_appconfig_environment.notes.name
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
          valueFrom = "${aws_rds_cluster.notes.master_user_secret[0].secret_arn}:username::"
        },
        {
          name      = "DATABASE_PASSWORD"
          valueFrom = "${aws_rds_cluster.notes.master_user_secret[0].secret_arn}:password::"
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
          awslogs-group         = aws_cloudwatch_log_group.stable.name
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

resource "aws_security_group" "stable" {
  name_prefix = "notes-production-stable-"
  description = "Tasks of stable"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "notes-production-stable"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "stable_to_internet_tcp_443" {
  security_group_id = aws_security_group.stable.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "stable_from_front_tcp_8080" {
  security_group_id            = aws_security_group.stable.id
  description                  = "From front"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.front.id
}

resource "aws_vpc_security_group_egress_rule" "front_to_stable_tcp_8080" {
  security_group_id            = aws_security_group.front.id
  description                  = "To stable"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.stable.id
}

resource "aws_ecs_service" "stable" {
  name                              = "notes-production-stable"
  cluster                           = aws_ecs_cluster.main.arn
  task_definition                   = aws_ecs_task_definition.stable.arn
  desired_count                     = 2
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
  }

  network_configuration {
    subnets         = [aws_subnet.main_private_a.id, aws_subnet.main_private_b.id]
    security_groups = [aws_security_group.stable.id]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.stable.arn
    container_name   = "notes"
    container_port   = 8080
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [
    aws_ecs_cluster_capacity_providers.main,
    aws_iam_role_policy.stable_execution,
    aws_lb_listener_rule.notes,
  ]
}

resource "aws_appautoscaling_target" "stable" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.stable.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 2
  max_capacity       = 20
}

resource "aws_appautoscaling_policy" "stable_cpu" {
  name               = "notes-production-stable-cpu"
  service_namespace  = aws_appautoscaling_target.stable.service_namespace
  resource_id        = aws_appautoscaling_target.stable.resource_id
  scalable_dimension = aws_appautoscaling_target.stable.scalable_dimension
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

resource "aws_appautoscaling_policy" "stable_requests" {
  name               = "notes-production-stable-requests"
  service_namespace  = aws_appautoscaling_target.stable.service_namespace
  resource_id        = aws_appautoscaling_target.stable.resource_id
  scalable_dimension = aws_appautoscaling_target.stable.scalable_dimension
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value       = 500
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.front.arn_suffix}/${aws_lb_target_group.stable.arn_suffix}"
    }
  }
}

resource "aws_vpc_security_group_ingress_rule" "notes_from_stable_tcp_5432" {
  security_group_id            = aws_security_group.notes.id
  description                  = "From stable"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.stable.id
}

resource "aws_vpc_security_group_egress_rule" "stable_to_notes_tcp_5432" {
  security_group_id            = aws_security_group.stable.id
  description                  = "To notes"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.notes.id
}

resource "aws_iam_role_policy" "stable_task" {
  name = "grants"
  role = aws_iam_role.stable_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["appconfig:GetLatestConfiguration", "appconfig:StartConfigurationSession"]
        Resource = "${aws_appconfig_application.notes.arn}/environment/${aws_appconfig_environment.notes.environment_id}/configuration/${aws_appconfig_configuration_profile.notes.configuration_profile_id}"
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "stable_cpu" {
  alarm_name        = "notes-production-stable-cpu"
  alarm_description = "CPU utilization of service stable is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.stable.name
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

resource "aws_cloudwatch_metric_alarm" "stable_memory" {
  alarm_name        = "notes-production-stable-memory"
  alarm_description = "Memory utilization of service stable is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.stable.name
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

resource "aws_cloudwatch_metric_alarm" "stable_down" {
  alarm_name        = "notes-production-stable-down"
  alarm_description = "Service stable has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.stable.name
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

resource "aws_cloudwatch_log_group" "new" {
  name              = "/notes-production/new"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "new_execution" {
  name = "notes-production-new-execution"

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

resource "aws_iam_role_policy" "new_execution" {
  name = "grants"
  role = aws_iam_role.new_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.new.arn}:*"
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
        Resource = aws_ecr_repository.notes.arn
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_rds_cluster.notes.master_user_secret[0].secret_arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_iam_role" "new_task" {
  name = "notes-production-new-task"

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

resource "aws_ecs_task_definition" "new" {
  family                   = "notes-production-new"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.new_execution.arn
  task_role_arn            = aws_iam_role.new_task.arn

  container_definitions = jsonencode([
    {
      name      = "notes"
      image     = "${aws_ecr_repository.notes.repository_url}:2026.11.2"
      essential = true
      portMappings = [
        {
          name          = "notes-8080"
          containerPort = 8080
          hostPort      = 8080
          protocol      = "tcp"
          appProtocol   = "http"
        },
      ]
      environment = [
        {
          name  = "DATABASE_HOST"
          value = aws_rds_cluster.notes.endpoint
        },
        {
          name  = "FLAGS_APPLICATION"
          value = aws_appconfig_application.notes.name
        },
        {
          name  = "FLAGS_ENVIRONMENT"
          value = aws_appconfig_environment.notes.name
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
          valueFrom = "${aws_rds_cluster.notes.master_user_secret[0].secret_arn}:username::"
        },
        {
          name      = "DATABASE_PASSWORD"
          valueFrom = "${aws_rds_cluster.notes.master_user_secret[0].secret_arn}:password::"
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
          awslogs-group         = aws_cloudwatch_log_group.new.name
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

resource "aws_security_group" "new" {
  name_prefix = "notes-production-new-"
  description = "Tasks of new"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "notes-production-new"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "new_to_internet_tcp_443" {
  security_group_id = aws_security_group.new.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "new_from_front_tcp_8080" {
  security_group_id            = aws_security_group.new.id
  description                  = "From front"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.front.id
}

resource "aws_vpc_security_group_egress_rule" "front_to_new_tcp_8080" {
  security_group_id            = aws_security_group.front.id
  description                  = "To new"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.new.id
}

resource "aws_ecs_service" "new" {
  name                              = "notes-production-new"
  cluster                           = aws_ecs_cluster.main.arn
  task_definition                   = aws_ecs_task_definition.new.arn
  desired_count                     = 1
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
  }

  network_configuration {
    subnets         = [aws_subnet.main_private_a.id, aws_subnet.main_private_b.id]
    security_groups = [aws_security_group.new.id]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.new.arn
    container_name   = "notes"
    container_port   = 8080
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [
    aws_ecs_cluster_capacity_providers.main,
    aws_iam_role_policy.new_execution,
    aws_lb_listener_rule.notes,
  ]
}

resource "aws_appautoscaling_target" "new" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.new.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 1
  max_capacity       = 20
}

resource "aws_appautoscaling_policy" "new_cpu" {
  name               = "notes-production-new-cpu"
  service_namespace  = aws_appautoscaling_target.new.service_namespace
  resource_id        = aws_appautoscaling_target.new.resource_id
  scalable_dimension = aws_appautoscaling_target.new.scalable_dimension
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

resource "aws_appautoscaling_policy" "new_requests" {
  name               = "notes-production-new-requests"
  service_namespace  = aws_appautoscaling_target.new.service_namespace
  resource_id        = aws_appautoscaling_target.new.resource_id
  scalable_dimension = aws_appautoscaling_target.new.scalable_dimension
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value       = 500
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.front.arn_suffix}/${aws_lb_target_group.new.arn_suffix}"
    }
  }
}

resource "aws_vpc_security_group_ingress_rule" "notes_from_new_tcp_5432" {
  security_group_id            = aws_security_group.notes.id
  description                  = "From new"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.new.id
}

resource "aws_vpc_security_group_egress_rule" "new_to_notes_tcp_5432" {
  security_group_id            = aws_security_group.new.id
  description                  = "To notes"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.notes.id
}

resource "aws_iam_role_policy" "new_task" {
  name = "grants"
  role = aws_iam_role.new_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["appconfig:GetLatestConfiguration", "appconfig:StartConfigurationSession"]
        Resource = "${aws_appconfig_application.notes.arn}/environment/${aws_appconfig_environment.notes.environment_id}/configuration/${aws_appconfig_configuration_profile.notes.configuration_profile_id}"
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "new_cpu" {
  alarm_name        = "notes-production-new-cpu"
  alarm_description = "CPU utilization of service new is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.new.name
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

resource "aws_cloudwatch_metric_alarm" "new_memory" {
  alarm_name        = "notes-production-new-memory"
  alarm_description = "Memory utilization of service new is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.new.name
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

resource "aws_cloudwatch_metric_alarm" "new_down" {
  alarm_name        = "notes-production-new-down"
  alarm_description = "Service new has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.new.name
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

resource "aws_cloudwatch_log_group" "thumbnails" {
  name              = "/aws/lambda/notes-production-thumbnails"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_sqs_queue" "thumbnails_failures" {
  name                       = "notes-production-thumbnails-failures"
  message_retention_seconds  = 1209600
  kms_master_key_id          = aws_kms_key.encryption.key_id
  visibility_timeout_seconds = 30
}

resource "aws_sqs_queue_policy" "thumbnails_failures" {
  queue_url = aws_sqs_queue.thumbnails_failures.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.thumbnails_failures.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role" "thumbnails" {
  name = "notes-production-thumbnails"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "lambda.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy" "thumbnails" {
  name = "grants"
  role = aws_iam_role.thumbnails.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.thumbnails.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
        Resource = aws_sqs_queue.thumbnails_failures.arn
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        Resource = "*"
      },
    ]
  })
}

resource "aws_lambda_function" "thumbnails" {
  # iac:waive=CKV_AWS_115 until=2027-12-31: it shares the executions of the account
  # checkov:skip=CKV_AWS_115:until 2027-12-31: it shares the executions of the account
  # iac:waive=CKV_AWS_117 until=2027-12-31: it only calls S3, so a VPC adds no protection
  # checkov:skip=CKV_AWS_117:until 2027-12-31: it only calls S3, so a VPC adds no protection
  # iac:waive=CKV_AWS_272 until=2027-12-31: its code is built into the program that deploys it
  # checkov:skip=CKV_AWS_272:until 2027-12-31: its code is built into the program that deploys it
  function_name    = "notes-production-thumbnails"
  role             = aws_iam_role.thumbnails.arn
  runtime          = "python3.13"
  handler          = "thumbnails.handler"
  filename         = "${path.module}/assets/thumbnails.zip"
  source_code_hash = filebase64sha256("${path.module}/assets/thumbnails.zip")
  architectures    = ["arm64"]
  memory_size      = 1024
  timeout          = 10
  publish          = true

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.thumbnails.name
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.thumbnails_failures.arn
  }
}

resource "aws_lambda_alias" "thumbnails" {
  name             = "live"
  function_name    = aws_lambda_function.thumbnails.function_name
  function_version = aws_lambda_function.thumbnails.version
}

resource "aws_cloudwatch_metric_alarm" "thumbnails_failures_waits" {
  alarm_name        = "notes-production-thumbnails-failures-waits"
  alarm_description = "The oldest message in queue thumbnails_failures is older than 15 minutes"
  namespace         = "AWS/SQS"
  metric_name       = "ApproximateAgeOfOldestMessage"

  dimensions = {
    QueueName = aws_sqs_queue.thumbnails_failures.name
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

resource "aws_cloudwatch_metric_alarm" "thumbnails_errors" {
  alarm_name        = "notes-production-thumbnails-errors"
  alarm_description = "Function thumbnails returned errors"
  namespace         = "AWS/Lambda"
  metric_name       = "Errors"

  dimensions = {
    FunctionName = aws_lambda_function.thumbnails.function_name
  }

  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "thumbnails_throttles" {
  alarm_name        = "notes-production-thumbnails-throttles"
  alarm_description = "Function thumbnails is throttled"
  namespace         = "AWS/Lambda"
  metric_name       = "Throttles"

  dimensions = {
    FunctionName = aws_lambda_function.thumbnails.function_name
  }

  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_s3_bucket" "backups" {
  # iac:waive=CKV_AWS_144 until=2027-12-31: a new backup is made every night
  # checkov:skip=CKV_AWS_144:until 2027-12-31: a new backup is made every night
  bucket_prefix = "notes-production-backups-"
}

resource "aws_s3_bucket_public_access_block" "backups" {
  bucket                  = aws_s3_bucket.backups.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "backups" {
  bucket = aws_s3_bucket.backups.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "backups" {
  bucket = aws_s3_bucket.backups.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.encryption.arn
    }
  }
}

resource "aws_s3_bucket_versioning" "backups" {
  bucket = aws_s3_bucket.backups.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "backups" {
  bucket = aws_s3_bucket.backups.id

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

  depends_on = [aws_s3_bucket_versioning.backups]
}

resource "aws_s3_bucket_logging" "backups" {
  bucket        = aws_s3_bucket.backups.id
  target_bucket = aws_s3_bucket.access_logs.id
  target_prefix = "buckets/${aws_s3_bucket.backups.id}/"

  depends_on = [aws_s3_bucket_policy.access_logs]
}

resource "aws_s3_bucket_notification" "backups" {
  bucket      = aws_s3_bucket.backups.id
  eventbridge = true
}

resource "aws_s3_bucket_policy" "backups" {
  bucket = aws_s3_bucket.backups.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.backups.arn, "${aws_s3_bucket.backups.arn}/*"]
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_ecr_repository" "backup" {
  name                 = "notes-production/backup"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.encryption.arn
  }
}

resource "aws_ecr_lifecycle_policy" "backup" {
  repository = aws_ecr_repository.backup.name

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

resource "aws_cloudwatch_log_group" "backup" {
  name              = "/notes-production/backup"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "backup_execution" {
  name = "notes-production-backup-execution"

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

resource "aws_iam_role_policy" "backup_execution" {
  name = "grants"
  role = aws_iam_role.backup_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.backup.arn}:*"
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
        Resource = aws_ecr_repository.backup.arn
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_rds_cluster.notes.master_user_secret[0].secret_arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_iam_role" "backup_task" {
  name = "notes-production-backup-task"

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

resource "aws_ecs_task_definition" "backup" {
  family                   = "notes-production-backup"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "1024"
  memory                   = "2048"
  execution_role_arn       = aws_iam_role.backup_execution.arn
  task_role_arn            = aws_iam_role.backup_task.arn

  container_definitions = jsonencode([
    {
      name         = "backup"
      image        = "${aws_ecr_repository.backup.repository_url}:2026.11.1"
      essential    = true
      portMappings = []
      environment = [
        {
          name  = "DATABASE_HOST"
          value = aws_rds_cluster.notes.endpoint
        },
        {
          name  = "BUCKET"
          value = aws_s3_bucket.backups.id
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
          valueFrom = "${aws_rds_cluster.notes.master_user_secret[0].secret_arn}:username::"
        },
        {
          name      = "DATABASE_PASSWORD"
          valueFrom = "${aws_rds_cluster.notes.master_user_secret[0].secret_arn}:password::"
        },
      ]
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.backup.name
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

resource "aws_security_group" "backup" {
  # iac:waive=CKV2_AWS_5 until=2027-12-31: its members are tasks started by a schedule
  # checkov:skip=CKV2_AWS_5:until 2027-12-31: its members are tasks started by a schedule
  name_prefix = "notes-production-backup-"
  description = "Tasks of backup"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "notes-production-backup"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "backup_to_internet_tcp_443" {
  security_group_id = aws_security_group.backup.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_iam_role" "backup_schedule" {
  name = "notes-production-backup-schedule"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "scheduler.amazonaws.com"
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

resource "aws_iam_role_policy" "backup_schedule" {
  name = "grants"
  role = aws_iam_role.backup_schedule.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "ecs:RunTask"
        Resource = "${aws_ecs_task_definition.backup.arn_without_revision}:*"
        Condition = {
          ArnEquals = {
            "ecs:cluster" = aws_ecs_cluster.main.arn
          }
        }
      },
      {
        Effect   = "Allow"
        Action   = "ecs:TagResource"
        Resource = "*"
        Condition = {
          StringEquals = {
            "ecs:CreateAction" = "RunTask"
          }
        }
      },
      {
        Effect   = "Allow"
        Action   = "iam:PassRole"
        Resource = [aws_iam_role.backup_task.arn, aws_iam_role.backup_execution.arn]
        Condition = {
          StringEquals = {
            "iam:PassedToService" = "ecs-tasks.amazonaws.com"
          }
        }
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_scheduler_schedule" "backup" {
  name                         = "notes-production-backup"
  schedule_expression          = "cron(0 2 * * ? *)"
  schedule_expression_timezone = "UTC"
  kms_key_arn                  = aws_kms_key.encryption.arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_ecs_cluster.main.arn
    role_arn = aws_iam_role.backup_schedule.arn

    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.backup.arn
      launch_type         = "FARGATE"
      propagate_tags      = "TASK_DEFINITION"

      network_configuration {
        subnets         = [aws_subnet.main_private_a.id, aws_subnet.main_private_b.id]
        security_groups = [aws_security_group.backup.id]
      }
    }
  }
}

resource "aws_vpc_security_group_ingress_rule" "notes_from_backup_tcp_5432" {
  security_group_id            = aws_security_group.notes.id
  description                  = "From backup"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.backup.id
}

resource "aws_vpc_security_group_egress_rule" "backup_to_notes_tcp_5432" {
  security_group_id            = aws_security_group.backup.id
  description                  = "To notes"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.notes.id
}

resource "aws_iam_role_policy" "backup_task" {
  name = "grants"
  role = aws_iam_role.backup_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = "${aws_s3_bucket.backups.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

output "url" {
  value = "https://notes.example"
}
