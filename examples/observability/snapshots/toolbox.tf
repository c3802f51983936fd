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
    bucket       = "toolbox-state"
    key          = "toolbox.tfstate"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = {
      Project = "toolbox"
    }
  }
}

resource "aws_vpc" "main" {
  cidr_block           = "10.80.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = {
    Name = "toolbox-main"
  }
}

resource "aws_default_security_group" "main" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "toolbox-main (closed)"
  }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "toolbox-main"
  }
}

resource "aws_subnet" "main_public_a" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1a"
  cidr_block        = "10.80.16.0/22"

  tags = {
    Name = "toolbox-main-public-a"
  }
}

resource "aws_subnet" "main_public_b" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1b"
  cidr_block        = "10.80.48.0/22"

  tags = {
    Name = "toolbox-main-public-b"
  }
}

resource "aws_route_table" "main_public" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "toolbox-main-public"
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
  cidr_block        = "10.80.0.0/20"

  tags = {
    Name = "toolbox-main-private-a"
  }
}

resource "aws_subnet" "main_private_b" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1b"
  cidr_block        = "10.80.32.0/20"

  tags = {
    Name = "toolbox-main-private-b"
  }
}

resource "aws_route_table" "main_private_a" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "toolbox-main-private-a"
  }
}

resource "aws_route_table" "main_private_b" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "toolbox-main-private-b"
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

resource "aws_route" "main_public_internet" {
  route_table_id         = aws_route_table.main_public.id
  gateway_id             = aws_internet_gateway.main.id
  destination_cidr_block = "0.0.0.0/0"
}

resource "aws_eip" "main_nat_a" {
  domain = "vpc"

  tags = {
    Name = "toolbox-main-nat-a"
  }
}

resource "aws_nat_gateway" "main_nat_a" {
  allocation_id = aws_eip.main_nat_a.allocation_id
  subnet_id     = aws_subnet.main_public_a.id

  tags = {
    Name = "toolbox-main-nat-a"
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
  nat_gateway_id         = aws_nat_gateway.main_nat_a.id
}

resource "aws_vpc_endpoint" "main_s3" {
  vpc_id            = aws_vpc.main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.eu-west-1.s3"

  route_table_ids = [
    aws_route_table.main_public.id,
    aws_route_table.main_private_a.id,
    aws_route_table.main_private_b.id,
  ]

  tags = {
    Name = "toolbox-main-s3"
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
  ]

  tags = {
    Name = "toolbox-main-dynamodb"
  }
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

resource "aws_kms_key" "encryption" {
  description             = "Default encryption key of toolbox"
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
  name          = "alias/toolbox-encryption"
  target_key_id = aws_kms_key.encryption.key_id
}

resource "aws_cloudwatch_log_group" "main_flow_log" {
  name              = "/toolbox/main_flow_log"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "main_flow_log" {
  name = "toolbox-main-flow-log"

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
  name              = "/toolbox/main_sessions"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_service_discovery_http_namespace" "main" {
  name = "toolbox-main"
}

resource "aws_ecs_cluster" "main" {
  name = "toolbox-main"

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
  name              = "toolbox-operators"
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

resource "aws_route53_zone" "main" {
  # iac:waive=CKV2_AWS_38 until=2027-12-31: the registrar of the domain does not support DNSSEC
  # checkov:skip=CKV2_AWS_38:until 2027-12-31: the registrar of the domain does not support DNSSEC
  # iac:waive=CKV2_AWS_39 until=2027-12-31: DNS query logs are not needed
  # checkov:skip=CKV2_AWS_39:until 2027-12-31: DNS query logs are not needed
  name = "tools.lessons.example"
}

resource "aws_acm_certificate" "main" {
  domain_name               = "tools.lessons.example"
  validation_method         = "DNS"
  subject_alternative_names = ["grafana.tools.lessons.example", "errors.tools.lessons.example"]

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
  name_prefix = "toolbox-front-"
  description = "The load balancer front"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "toolbox-front"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_s3_bucket" "access_logs" {
  # iac:waive=CKV_AWS_18 until=2027-12-31: this bucket stores the access logs
  # checkov:skip=CKV_AWS_18:until 2027-12-31: this bucket stores the access logs
  # iac:waive=CKV_AWS_144 until=2027-12-31: access logs do not need replication
  # checkov:skip=CKV_AWS_144:until 2027-12-31: access logs do not need replication
  # iac:waive=CKV_AWS_145 until=2027-12-31: load balancers do not support customer managed keys
  # checkov:skip=CKV_AWS_145:until 2027-12-31: load balancers do not support customer managed keys
  bucket_prefix = "toolbox-access-logs-"
  force_destroy = true
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

resource "aws_vpc_security_group_ingress_rule" "front_from_network_tcp_443" {
  security_group_id = aws_security_group.front.id
  description       = "From network"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = aws_vpc.main.cidr_block
}

resource "aws_lb" "front" {
  # iac:waive=CKV_AWS_150 until=2027-12-31: the tools can be recreated at any time
  # checkov:skip=CKV_AWS_150:until 2027-12-31: the tools can be recreated at any time
  name                       = "toolbox-front"
  load_balancer_type         = "application"
  internal                   = true
  subnets                    = [aws_subnet.main_private_a.id, aws_subnet.main_private_b.id]
  security_groups            = [aws_security_group.front.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = false

  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.access_logs.id
    prefix  = "front"
  }

  depends_on = [aws_s3_bucket_policy.access_logs]
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

resource "aws_route53_record" "tools" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "*.tools.lessons.example"
  type    = "A"

  alias {
    name                   = aws_lb.front.dns_name
    zone_id                = aws_lb.front.zone_id
    evaluate_target_health = true
  }
}

resource "aws_efs_file_system" "files" {
  encrypted       = true
  kms_key_id      = aws_kms_key.encryption.arn
  throughput_mode = "elastic"

  tags = {
    Name = "toolbox-files"
  }

  lifecycle_policy {
    transition_to_ia = "AFTER_30_DAYS"
  }
}

resource "aws_efs_backup_policy" "files" {
  file_system_id = aws_efs_file_system.files.id

  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_file_system_policy" "files" {
  file_system_id = aws_efs_file_system.files.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "*"
        Resource  = aws_efs_file_system.files.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_security_group" "files" {
  name_prefix = "toolbox-files-"
  description = "The file system files"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "toolbox-files"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_efs_mount_target" "files_0" {
  file_system_id  = aws_efs_file_system.files.id
  subnet_id       = aws_subnet.main_private_a.id
  security_groups = [aws_security_group.files.id]
}

resource "aws_efs_mount_target" "files_1" {
  file_system_id  = aws_efs_file_system.files.id
  subnet_id       = aws_subnet.main_private_b.id
  security_groups = [aws_security_group.files.id]
}

resource "aws_efs_access_point" "files_influxdb" {
  file_system_id = aws_efs_file_system.files.id

  posix_user {
    uid = 1500
    gid = 1500
  }

  root_directory {
    path = "/influxdb"

    creation_info {
      owner_uid   = 1500
      owner_gid   = 1500
      permissions = "0750"
    }
  }
}

resource "aws_cloudwatch_log_group" "influxdb" {
  name              = "/toolbox/influxdb"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "influxdb_execution" {
  name = "toolbox-influxdb-execution"

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

resource "aws_iam_role_policy" "influxdb_execution" {
  name = "grants"
  role = aws_iam_role.influxdb_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.influxdb.arn}:*"
      },
    ]
  })
}

resource "aws_iam_role" "influxdb_task" {
  name = "toolbox-influxdb-task"

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

resource "aws_iam_role_policy" "influxdb_task" {
  name = "grants"
  role = aws_iam_role.influxdb_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
        Resource = aws_efs_file_system.files.arn
        Condition = {
          StringEquals = {
            "elasticfilesystem:AccessPointArn" = aws_efs_access_point.files_influxdb.arn
          }
        }
      },
    ]
  })
}

resource "aws_ecs_task_definition" "influxdb" {
  family                   = "toolbox-influxdb"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.influxdb_execution.arn
  task_role_arn            = aws_iam_role.influxdb_task.arn

  container_definitions = jsonencode([
    {
      name      = "influxdb"
      image     = "public.ecr.aws/docker/library/influxdb:1.12"
      essential = true
      portMappings = [
        {
          name          = "influxdb-8086"
          containerPort = 8086
          hostPort      = 8086
          protocol      = "tcp"
          appProtocol   = "http"
        },
      ]
      environment = []
      mountPoints = [
        {
          sourceVolume  = "influxdb"
          containerPath = "/var/lib/influxdb"
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
          awslogs-group         = aws_cloudwatch_log_group.influxdb.name
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
    name = "influxdb"

    efs_volume_configuration {
      file_system_id     = aws_efs_file_system.files.id
      transit_encryption = "ENABLED"

      authorization_config {
        access_point_id = aws_efs_access_point.files_influxdb.id
        iam             = "ENABLED"
      }
    }
  }
}

resource "aws_security_group" "influxdb" {
  name_prefix = "toolbox-influxdb-"
  description = "Tasks of influxdb"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "toolbox-influxdb"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "influxdb_to_internet_tcp_443" {
  security_group_id = aws_security_group.influxdb.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "files_from_influxdb_tcp_2049" {
  security_group_id            = aws_security_group.files.id
  description                  = "From influxdb"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = aws_security_group.influxdb.id
}

resource "aws_vpc_security_group_egress_rule" "influxdb_to_files_tcp_2049" {
  security_group_id            = aws_security_group.influxdb.id
  description                  = "To files"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = aws_security_group.files.id
}

resource "aws_ecs_service" "influxdb" {
  name                          = "toolbox-influxdb"
  cluster                       = aws_ecs_cluster.main.arn
  task_definition               = aws_ecs_task_definition.influxdb.arn
  desired_count                 = 1
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
      port_name      = "influxdb-8086"
      discovery_name = "influxdb"

      client_alias {
        dns_name = "influxdb"
        port     = 8086
      }
    }
  }

  network_configuration {
    subnets         = [aws_subnet.main_private_a.id, aws_subnet.main_private_b.id]
    security_groups = [aws_security_group.influxdb.id]
  }

  depends_on = [
    aws_ecs_cluster_capacity_providers.main,
    aws_iam_role_policy.influxdb_execution,
    aws_efs_mount_target.files_0,
    aws_efs_mount_target.files_1,
  ]
}

resource "aws_cloudwatch_log_group" "telegraf" {
  name              = "/toolbox/telegraf"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "telegraf_execution" {
  name = "toolbox-telegraf-execution"

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

resource "aws_iam_role_policy" "telegraf_execution" {
  name = "grants"
  role = aws_iam_role.telegraf_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.telegraf.arn}:*"
      },
    ]
  })
}

resource "aws_iam_role" "telegraf_task" {
  name = "toolbox-telegraf-task"

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

resource "aws_ecs_task_definition" "telegraf" {
  family                   = "toolbox-telegraf"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.telegraf_execution.arn
  task_role_arn            = aws_iam_role.telegraf_task.arn

  container_definitions = jsonencode([
    {
      name         = "telegraf"
      image        = "public.ecr.aws/docker/library/telegraf:1.36"
      essential    = true
      portMappings = []
      environment = [
        {
          name  = "INFLUXDB"
          value = "http://influxdb:8086"
        },
      ]
      mountPoints = [
        {
          sourceVolume  = "tmp"
          containerPath = "/tmp"
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
          awslogs-group         = aws_cloudwatch_log_group.telegraf.name
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

resource "aws_security_group" "telegraf" {
  name_prefix = "toolbox-telegraf-"
  description = "Tasks of telegraf"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "toolbox-telegraf"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "telegraf_to_internet_tcp_443" {
  security_group_id = aws_security_group.telegraf.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_ecs_service" "telegraf" {
  name                          = "toolbox-telegraf"
  cluster                       = aws_ecs_cluster.main.arn
  task_definition               = aws_ecs_task_definition.telegraf.arn
  desired_count                 = 1
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
  }

  network_configuration {
    subnets         = [aws_subnet.main_private_a.id, aws_subnet.main_private_b.id]
    security_groups = [aws_security_group.telegraf.id]
  }

  depends_on = [aws_ecs_cluster_capacity_providers.main, aws_iam_role_policy.telegraf_execution]
}

resource "aws_efs_access_point" "files_kapacitor" {
  file_system_id = aws_efs_file_system.files.id

  posix_user {
    uid = 1501
    gid = 1501
  }

  root_directory {
    path = "/kapacitor"

    creation_info {
      owner_uid   = 1501
      owner_gid   = 1501
      permissions = "0750"
    }
  }
}

resource "aws_cloudwatch_log_group" "kapacitor" {
  name              = "/toolbox/kapacitor"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "kapacitor_execution" {
  name = "toolbox-kapacitor-execution"

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

resource "aws_iam_role_policy" "kapacitor_execution" {
  name = "grants"
  role = aws_iam_role.kapacitor_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.kapacitor.arn}:*"
      },
    ]
  })
}

resource "aws_iam_role" "kapacitor_task" {
  name = "toolbox-kapacitor-task"

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

resource "aws_iam_role_policy" "kapacitor_task" {
  name = "grants"
  role = aws_iam_role.kapacitor_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
        Resource = aws_efs_file_system.files.arn
        Condition = {
          StringEquals = {
            "elasticfilesystem:AccessPointArn" = aws_efs_access_point.files_kapacitor.arn
          }
        }
      },
    ]
  })
}

resource "aws_ecs_task_definition" "kapacitor" {
  family                   = "toolbox-kapacitor"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.kapacitor_execution.arn
  task_role_arn            = aws_iam_role.kapacitor_task.arn

  container_definitions = jsonencode([
    {
      name      = "kapacitor"
      image     = "public.ecr.aws/docker/library/kapacitor:1.8"
      essential = true
      portMappings = [
        {
          name          = "kapacitor-9092"
          containerPort = 9092
          hostPort      = 9092
          protocol      = "tcp"
          appProtocol   = "http"
        },
      ]
      environment = [
        {
          name  = "KAPACITOR_INFLUXDB_0_URLS_0"
          value = "http://influxdb:8086"
        },
      ]
      mountPoints = [
        {
          sourceVolume  = "kapacitor"
          containerPath = "/var/lib/kapacitor"
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
          awslogs-group         = aws_cloudwatch_log_group.kapacitor.name
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
    name = "kapacitor"

    efs_volume_configuration {
      file_system_id     = aws_efs_file_system.files.id
      transit_encryption = "ENABLED"

      authorization_config {
        access_point_id = aws_efs_access_point.files_kapacitor.id
        iam             = "ENABLED"
      }
    }
  }
}

resource "aws_security_group" "kapacitor" {
  name_prefix = "toolbox-kapacitor-"
  description = "Tasks of kapacitor"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "toolbox-kapacitor"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "kapacitor_to_internet_tcp_443" {
  security_group_id = aws_security_group.kapacitor.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "files_from_kapacitor_tcp_2049" {
  security_group_id            = aws_security_group.files.id
  description                  = "From kapacitor"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = aws_security_group.kapacitor.id
}

resource "aws_vpc_security_group_egress_rule" "kapacitor_to_files_tcp_2049" {
  security_group_id            = aws_security_group.kapacitor.id
  description                  = "To files"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = aws_security_group.files.id
}

resource "aws_ecs_service" "kapacitor" {
  name                          = "toolbox-kapacitor"
  cluster                       = aws_ecs_cluster.main.arn
  task_definition               = aws_ecs_task_definition.kapacitor.arn
  desired_count                 = 1
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
  }

  network_configuration {
    subnets         = [aws_subnet.main_private_a.id, aws_subnet.main_private_b.id]
    security_groups = [aws_security_group.kapacitor.id]
  }

  depends_on = [
    aws_ecs_cluster_capacity_providers.main,
    aws_iam_role_policy.kapacitor_execution,
    aws_efs_mount_target.files_0,
    aws_efs_mount_target.files_1,
  ]
}

resource "aws_secretsmanager_secret" "grafana" {
  # iac:waive=CKV2_AWS_57 until=2027-12-31: users change it in Grafana
  # checkov:skip=CKV2_AWS_57:until 2027-12-31: users change it in Grafana
  name        = "/toolbox/grafana"
  description = "Password of the Grafana administrator"
  kms_key_id  = aws_kms_key.encryption.arn
}

resource "aws_efs_access_point" "files_grafana" {
  file_system_id = aws_efs_file_system.files.id

  posix_user {
    uid = 1001
    gid = 1001
  }

  root_directory {
    path = "/grafana"

    creation_info {
      owner_uid   = 1001
      owner_gid   = 1001
      permissions = "0750"
    }
  }
}

resource "aws_lb_target_group" "grafana" {
  # iac:waive=CKV_AWS_378 until=2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  # checkov:skip=CKV_AWS_378:until 2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  name                          = "toolbox-grafana"
  vpc_id                        = aws_vpc.main.id
  target_type                   = "ip"
  protocol                      = "HTTP"
  port                          = 3000
  deregistration_delay          = "30"
  load_balancing_algorithm_type = "least_outstanding_requests"

  health_check {
    path                = "/api/health"
    matcher             = "200"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener_rule" "grafana" {
  listener_arn = aws_lb_listener.front_https.arn
  priority     = 10

  condition {
    path_pattern {
      values = ["/*"]
    }
  }

  condition {
    host_header {
      values = ["grafana.tools.lessons.example"]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.grafana.arn
  }
}

resource "aws_cloudwatch_log_group" "grafana" {
  name              = "/toolbox/grafana"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "grafana_execution" {
  name = "toolbox-grafana-execution"

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

resource "aws_iam_role_policy" "grafana_execution" {
  name = "grants"
  role = aws_iam_role.grafana_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.grafana.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_secretsmanager_secret.grafana.arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_iam_role" "grafana_task" {
  name = "toolbox-grafana-task"

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

resource "aws_iam_role_policy" "grafana_task" {
  name = "grants"
  role = aws_iam_role.grafana_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
        Resource = aws_efs_file_system.files.arn
        Condition = {
          StringEquals = {
            "elasticfilesystem:AccessPointArn" = aws_efs_access_point.files_grafana.arn
          }
        }
      },
    ]
  })
}

resource "aws_ecs_task_definition" "grafana" {
  family                   = "toolbox-grafana"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.grafana_execution.arn
  task_role_arn            = aws_iam_role.grafana_task.arn

  container_definitions = jsonencode([
    {
      name      = "grafana"
      image     = "public.ecr.aws/bitnami/grafana:12.2.0"
      essential = true
      portMappings = [
        {
          name          = "grafana-3000"
          containerPort = 3000
          hostPort      = 3000
          protocol      = "tcp"
          appProtocol   = "http"
        },
      ]
      environment = [
        {
          name  = "GF_SERVER_ROOT_URL"
          value = "https://grafana.tools.lessons.example"
        },
      ]
      mountPoints = [
        {
          sourceVolume  = "grafana"
          containerPath = "/opt/bitnami/grafana/data"
          readOnly      = false
        },
      ]
      volumesFrom    = []
      systemControls = []
      secrets = [
        {
          name      = "GF_SECURITY_ADMIN_PASSWORD"
          valueFrom = aws_secretsmanager_secret.grafana.arn
        },
      ]
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.grafana.name
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
    name = "grafana"

    efs_volume_configuration {
      file_system_id     = aws_efs_file_system.files.id
      transit_encryption = "ENABLED"

      authorization_config {
        access_point_id = aws_efs_access_point.files_grafana.id
        iam             = "ENABLED"
      }
    }
  }
}

resource "aws_security_group" "grafana" {
  name_prefix = "toolbox-grafana-"
  description = "Tasks of grafana"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "toolbox-grafana"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "grafana_to_internet_tcp_443" {
  security_group_id = aws_security_group.grafana.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "grafana_from_front_tcp_3000" {
  security_group_id            = aws_security_group.grafana.id
  description                  = "From front"
  ip_protocol                  = "tcp"
  from_port                    = 3000
  to_port                      = 3000
  referenced_security_group_id = aws_security_group.front.id
}

resource "aws_vpc_security_group_egress_rule" "front_to_grafana_tcp_3000" {
  security_group_id            = aws_security_group.front.id
  description                  = "To grafana"
  ip_protocol                  = "tcp"
  from_port                    = 3000
  to_port                      = 3000
  referenced_security_group_id = aws_security_group.grafana.id
}

resource "aws_vpc_security_group_ingress_rule" "files_from_grafana_tcp_2049" {
  security_group_id            = aws_security_group.files.id
  description                  = "From grafana"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = aws_security_group.grafana.id
}

resource "aws_vpc_security_group_egress_rule" "grafana_to_files_tcp_2049" {
  security_group_id            = aws_security_group.grafana.id
  description                  = "To files"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = aws_security_group.files.id
}

resource "aws_ecs_service" "grafana" {
  name                              = "toolbox-grafana"
  cluster                           = aws_ecs_cluster.main.arn
  task_definition                   = aws_ecs_task_definition.grafana.arn
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
    security_groups = [aws_security_group.grafana.id]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.grafana.arn
    container_name   = "grafana"
    container_port   = 3000
  }

  depends_on = [
    aws_ecs_cluster_capacity_providers.main,
    aws_iam_role_policy.grafana_execution,
    aws_lb_listener_rule.grafana,
    aws_efs_mount_target.files_0,
    aws_efs_mount_target.files_1,
  ]
}

resource "aws_vpc_security_group_ingress_rule" "influxdb_from_telegraf_tcp_8086" {
  security_group_id            = aws_security_group.influxdb.id
  description                  = "From telegraf"
  ip_protocol                  = "tcp"
  from_port                    = 8086
  to_port                      = 8086
  referenced_security_group_id = aws_security_group.telegraf.id
}

resource "aws_vpc_security_group_egress_rule" "telegraf_to_influxdb_tcp_8086" {
  security_group_id            = aws_security_group.telegraf.id
  description                  = "To influxdb"
  ip_protocol                  = "tcp"
  from_port                    = 8086
  to_port                      = 8086
  referenced_security_group_id = aws_security_group.influxdb.id
}

resource "aws_vpc_security_group_ingress_rule" "influxdb_from_kapacitor_tcp_8086" {
  security_group_id            = aws_security_group.influxdb.id
  description                  = "From kapacitor"
  ip_protocol                  = "tcp"
  from_port                    = 8086
  to_port                      = 8086
  referenced_security_group_id = aws_security_group.kapacitor.id
}

resource "aws_vpc_security_group_egress_rule" "kapacitor_to_influxdb_tcp_8086" {
  security_group_id            = aws_security_group.kapacitor.id
  description                  = "To influxdb"
  ip_protocol                  = "tcp"
  from_port                    = 8086
  to_port                      = 8086
  referenced_security_group_id = aws_security_group.influxdb.id
}

resource "aws_vpc_security_group_ingress_rule" "influxdb_from_grafana_tcp_8086" {
  security_group_id            = aws_security_group.influxdb.id
  description                  = "From grafana"
  ip_protocol                  = "tcp"
  from_port                    = 8086
  to_port                      = 8086
  referenced_security_group_id = aws_security_group.grafana.id
}

resource "aws_vpc_security_group_egress_rule" "grafana_to_influxdb_tcp_8086" {
  security_group_id            = aws_security_group.grafana.id
  description                  = "To influxdb"
  ip_protocol                  = "tcp"
  from_port                    = 8086
  to_port                      = 8086
  referenced_security_group_id = aws_security_group.influxdb.id
}

resource "aws_cloudwatch_metric_alarm" "influxdb_cpu" {
  alarm_name        = "toolbox-influxdb-cpu"
  alarm_description = "CPU utilization of service influxdb is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.influxdb.name
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

resource "aws_cloudwatch_metric_alarm" "influxdb_memory" {
  alarm_name        = "toolbox-influxdb-memory"
  alarm_description = "Memory utilization of service influxdb is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.influxdb.name
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

resource "aws_cloudwatch_metric_alarm" "influxdb_down" {
  alarm_name        = "toolbox-influxdb-down"
  alarm_description = "Service influxdb has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.influxdb.name
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

resource "aws_cloudwatch_metric_alarm" "telegraf_cpu" {
  alarm_name        = "toolbox-telegraf-cpu"
  alarm_description = "CPU utilization of service telegraf is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.telegraf.name
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

resource "aws_cloudwatch_metric_alarm" "telegraf_memory" {
  alarm_name        = "toolbox-telegraf-memory"
  alarm_description = "Memory utilization of service telegraf is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.telegraf.name
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

resource "aws_cloudwatch_metric_alarm" "telegraf_down" {
  alarm_name        = "toolbox-telegraf-down"
  alarm_description = "Service telegraf has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.telegraf.name
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

resource "aws_cloudwatch_metric_alarm" "kapacitor_cpu" {
  alarm_name        = "toolbox-kapacitor-cpu"
  alarm_description = "CPU utilization of service kapacitor is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.kapacitor.name
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

resource "aws_cloudwatch_metric_alarm" "kapacitor_memory" {
  alarm_name        = "toolbox-kapacitor-memory"
  alarm_description = "Memory utilization of service kapacitor is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.kapacitor.name
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

resource "aws_cloudwatch_metric_alarm" "kapacitor_down" {
  alarm_name        = "toolbox-kapacitor-down"
  alarm_description = "Service kapacitor has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.kapacitor.name
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

resource "aws_cloudwatch_metric_alarm" "grafana_cpu" {
  alarm_name        = "toolbox-grafana-cpu"
  alarm_description = "CPU utilization of service grafana is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.grafana.name
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

resource "aws_cloudwatch_metric_alarm" "grafana_memory" {
  alarm_name        = "toolbox-grafana-memory"
  alarm_description = "Memory utilization of service grafana is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.grafana.name
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

resource "aws_cloudwatch_metric_alarm" "grafana_down" {
  alarm_name        = "toolbox-grafana-down"
  alarm_description = "Service grafana has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.grafana.name
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

resource "aws_security_group" "logs" {
  name_prefix = "toolbox-logs-"
  description = "The domain logs"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "toolbox-logs"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "logs_domain" {
  name              = "/aws/opensearch/toolbox-logs"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_cloudwatch_log_resource_policy" "logs" {
  policy_name = "toolbox-logs"

  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "es.amazonaws.com"
        }
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.logs_domain.arn}:*"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

resource "aws_iam_service_linked_role" "opensearch" {
  aws_service_name = "opensearchservice.amazonaws.com"
}

resource "aws_opensearch_domain" "logs" {
  # iac:waive=CKV_AWS_317 until=2027-12-31: access is controlled by IAM, which CloudTrail logs
  # checkov:skip=CKV_AWS_317:until 2027-12-31: access is controlled by IAM, which CloudTrail logs
  # iac:waive=CKV2_AWS_52 until=2027-12-31: access is controlled by IAM, so there is no master user
  # checkov:skip=CKV2_AWS_52:until 2027-12-31: access is controlled by IAM, so there is no master user
  domain_name    = "toolbox-logs"
  engine_version = "OpenSearch_2.19"

  access_policies = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"
        }
        Action   = "es:ESHttp*"
        Resource = "arn:aws:es:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:domain/toolbox-logs/*"
      },
    ]
  })

  cluster_config {
    instance_type            = "r7g.large.search"
    instance_count           = 2
    dedicated_master_enabled = true
    dedicated_master_type    = "m7g.large.search"
    dedicated_master_count   = 3
    zone_awareness_enabled   = true

    zone_awareness_config {
      availability_zone_count = 2
    }
  }

  ebs_options {
    ebs_enabled = true
    volume_type = "gp3"
    volume_size = 50
  }

  encrypt_at_rest {
    enabled    = true
    kms_key_id = aws_kms_key.encryption.arn
  }

  node_to_node_encryption {
    enabled = true
  }

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }

  auto_tune_options {
    desired_state       = "ENABLED"
    rollback_on_disable = "NO_ROLLBACK"
  }

  software_update_options {
    auto_software_update_enabled = true
  }

  vpc_options {
    subnet_ids         = [aws_subnet.main_private_a.id, aws_subnet.main_private_b.id]
    security_group_ids = [aws_security_group.logs.id]
  }

  log_publishing_options {
    enabled                  = true
    log_type                 = "INDEX_SLOW_LOGS"
    cloudwatch_log_group_arn = aws_cloudwatch_log_group.logs_domain.arn
  }

  log_publishing_options {
    enabled                  = true
    log_type                 = "SEARCH_SLOW_LOGS"
    cloudwatch_log_group_arn = aws_cloudwatch_log_group.logs_domain.arn
  }

  log_publishing_options {
    enabled                  = true
    log_type                 = "ES_APPLICATION_LOGS"
    cloudwatch_log_group_arn = aws_cloudwatch_log_group.logs_domain.arn
  }

  depends_on = [aws_cloudwatch_log_resource_policy.logs, aws_iam_service_linked_role.opensearch]
}

resource "aws_cloudwatch_log_group" "logstash" {
  name              = "/toolbox/logstash"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "logstash_execution" {
  name = "toolbox-logstash-execution"

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

resource "aws_iam_role_policy" "logstash_execution" {
  name = "grants"
  role = aws_iam_role.logstash_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.logstash.arn}:*"
      },
    ]
  })
}

resource "aws_iam_role" "logstash_task" {
  name = "toolbox-logstash-task"

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

resource "aws_ecs_task_definition" "logstash" {
  family                   = "toolbox-logstash"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "1024"
  memory                   = "2048"
  execution_role_arn       = aws_iam_role.logstash_execution.arn
  task_role_arn            = aws_iam_role.logstash_task.arn

  container_definitions = jsonencode([
    {
      name      = "logstash"
      image     = "public.ecr.aws/opensearchproject/logstash-oss-with-opensearch-output-plugin:8.9.0"
      essential = true
      portMappings = [
        {
          name          = "logstash-5044"
          containerPort = 5044
          hostPort      = 5044
          protocol      = "tcp"
        },
      ]
      environment = [
        {
          name  = "OPENSEARCH"
          value = "https://${aws_opensearch_domain.logs.endpoint}"
        },
      ]
      mountPoints = [
        {
          sourceVolume  = "tmp"
          containerPath = "/tmp"
          readOnly      = false
        },
        {
          sourceVolume  = "usr-share-logstash-data"
          containerPath = "/usr/share/logstash/data"
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
          awslogs-group         = aws_cloudwatch_log_group.logstash.name
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

  volume {
    name = "usr-share-logstash-data"
  }
}

resource "aws_security_group" "logstash" {
  name_prefix = "toolbox-logstash-"
  description = "Tasks of logstash"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "toolbox-logstash"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "logstash_to_internet_tcp_443" {
  security_group_id = aws_security_group.logstash.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_ecs_service" "logstash" {
  name                          = "toolbox-logstash"
  cluster                       = aws_ecs_cluster.main.arn
  task_definition               = aws_ecs_task_definition.logstash.arn
  desired_count                 = 2
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
      port_name      = "logstash-5044"
      discovery_name = "logstash"

      client_alias {
        dns_name = "logstash"
        port     = 5044
      }
    }
  }

  network_configuration {
    subnets         = [aws_subnet.main_private_a.id, aws_subnet.main_private_b.id]
    security_groups = [aws_security_group.logstash.id]
  }

  depends_on = [aws_ecs_cluster_capacity_providers.main, aws_iam_role_policy.logstash_execution]
}

resource "aws_vpc_security_group_ingress_rule" "logs_from_logstash_tcp_443" {
  security_group_id            = aws_security_group.logs.id
  description                  = "From logstash"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.logstash.id
}

resource "aws_vpc_security_group_egress_rule" "logstash_to_logs_tcp_443" {
  security_group_id            = aws_security_group.logstash.id
  description                  = "To logs"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.logs.id
}

resource "aws_iam_role_policy" "logstash_task" {
  name = "grants"
  role = aws_iam_role.logstash_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "es:ESHttpDelete",
          "es:ESHttpGet",
          "es:ESHttpHead",
          "es:ESHttpPost",
          "es:ESHttpPut",
        ]
        Resource = "${aws_opensearch_domain.logs.arn}/*"
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "logstash_cpu" {
  alarm_name        = "toolbox-logstash-cpu"
  alarm_description = "CPU utilization of service logstash is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.logstash.name
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

resource "aws_cloudwatch_metric_alarm" "logstash_memory" {
  alarm_name        = "toolbox-logstash-memory"
  alarm_description = "Memory utilization of service logstash is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.logstash.name
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

resource "aws_cloudwatch_metric_alarm" "logstash_down" {
  alarm_name        = "toolbox-logstash-down"
  alarm_description = "Service logstash has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.logstash.name
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

resource "aws_secretsmanager_secret" "errors" {
  # iac:waive=CKV2_AWS_57 until=2027-12-31: rotation would sign out all users
  # checkov:skip=CKV2_AWS_57:until 2027-12-31: rotation would sign out all users
  name        = "/toolbox/errors"
  description = "Signs the sessions of the error tracker"
  kms_key_id  = aws_kms_key.encryption.arn
}

resource "aws_lb_target_group" "errors" {
  # iac:waive=CKV_AWS_378 until=2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  # checkov:skip=CKV_AWS_378:until 2027-12-31: traffic between the load balancer and its tasks stays in the VPC
  name                          = "toolbox-errors"
  vpc_id                        = aws_vpc.main.id
  target_type                   = "ip"
  protocol                      = "HTTP"
  port                          = 8000
  deregistration_delay          = "30"
  load_balancing_algorithm_type = "least_outstanding_requests"

  health_check {
    path                = "/_health/"
    matcher             = "200"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener_rule" "errors" {
  listener_arn = aws_lb_listener.front_https.arn
  priority     = 20

  condition {
    path_pattern {
      values = ["/*"]
    }
  }

  condition {
    host_header {
      values = ["errors.tools.lessons.example"]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.errors.arn
  }
}

resource "aws_cloudwatch_log_group" "errors" {
  name              = "/toolbox/errors"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "errors_execution" {
  name = "toolbox-errors-execution"

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

resource "aws_iam_role_policy" "errors_execution" {
  name = "grants"
  role = aws_iam_role.errors_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.errors.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_secretsmanager_secret.errors.arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_iam_role" "errors_task" {
  name = "toolbox-errors-task"

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

resource "aws_ecs_task_definition" "errors" {
  family                   = "toolbox-errors"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.errors_execution.arn
  task_role_arn            = aws_iam_role.errors_task.arn

  container_definitions = jsonencode([
    {
      name      = "errors"
      image     = "public.ecr.aws/lessons/glitchtip:5.1.1"
      essential = true
      portMappings = [
        {
          name          = "errors-8000"
          containerPort = 8000
          hostPort      = 8000
          protocol      = "tcp"
          appProtocol   = "http"
        },
      ]
      environment = [
        {
          name  = "GLITCHTIP_DOMAIN"
          value = "https://errors.tools.lessons.example"
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
          name      = "SECRET_KEY"
          valueFrom = aws_secretsmanager_secret.errors.arn
        },
      ]
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.errors.name
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

resource "aws_security_group" "errors" {
  name_prefix = "toolbox-errors-"
  description = "Tasks of errors"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "toolbox-errors"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "errors_to_internet_tcp_443" {
  security_group_id = aws_security_group.errors.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "errors_from_front_tcp_8000" {
  security_group_id            = aws_security_group.errors.id
  description                  = "From front"
  ip_protocol                  = "tcp"
  from_port                    = 8000
  to_port                      = 8000
  referenced_security_group_id = aws_security_group.front.id
}

resource "aws_vpc_security_group_egress_rule" "front_to_errors_tcp_8000" {
  security_group_id            = aws_security_group.front.id
  description                  = "To errors"
  ip_protocol                  = "tcp"
  from_port                    = 8000
  to_port                      = 8000
  referenced_security_group_id = aws_security_group.errors.id
}

resource "aws_ecs_service" "errors" {
  name                              = "toolbox-errors"
  cluster                           = aws_ecs_cluster.main.arn
  task_definition                   = aws_ecs_task_definition.errors.arn
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
    security_groups = [aws_security_group.errors.id]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.errors.arn
    container_name   = "errors"
    container_port   = 8000
  }

  depends_on = [
    aws_ecs_cluster_capacity_providers.main,
    aws_iam_role_policy.errors_execution,
    aws_lb_listener_rule.errors,
  ]
}

resource "aws_cloudwatch_metric_alarm" "errors_cpu" {
  alarm_name        = "toolbox-errors-cpu"
  alarm_description = "CPU utilization of service errors is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.errors.name
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

resource "aws_cloudwatch_metric_alarm" "errors_memory" {
  alarm_name        = "toolbox-errors-memory"
  alarm_description = "Memory utilization of service errors is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.errors.name
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

resource "aws_cloudwatch_metric_alarm" "errors_down" {
  alarm_name        = "toolbox-errors-down"
  alarm_description = "Service errors has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.errors.name
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

resource "aws_secretsmanager_secret" "webhook" {
  # iac:waive=CKV2_AWS_57 until=2027-12-31: it is issued by the chat, which does not support rotation
  # checkov:skip=CKV2_AWS_57:until 2027-12-31: it is issued by the chat, which does not support rotation
  name        = "/toolbox/webhook"
  description = "Webhook URL of the chat"
  kms_key_id  = aws_kms_key.encryption.arn
}

resource "aws_cloudwatch_log_group" "tell" {
  name              = "/aws/lambda/toolbox-tell"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_sqs_queue" "tell_failures" {
  name                       = "toolbox-tell-failures"
  message_retention_seconds  = 1209600
  kms_master_key_id          = aws_kms_key.encryption.key_id
  visibility_timeout_seconds = 30
}

resource "aws_iam_role" "tell" {
  name = "toolbox-tell"

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

resource "aws_iam_role_policy" "tell" {
  name = "grants"
  role = aws_iam_role.tell.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.tell.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
        Resource = aws_sqs_queue.tell_failures.arn
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
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_secretsmanager_secret.webhook.arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.encryption.arn
      },
    ]
  })
}

resource "aws_lambda_function" "tell" {
  # iac:waive=CKV_AWS_115 until=2027-12-31: it shares the executions of the account
  # checkov:skip=CKV_AWS_115:until 2027-12-31: it shares the executions of the account
  # iac:waive=CKV_AWS_117 until=2027-12-31: it only calls AWS and the chat, so a VPC adds no protection
  # checkov:skip=CKV_AWS_117:until 2027-12-31: it only calls AWS and the chat, so a VPC adds no protection
  # iac:waive=CKV_AWS_272 until=2027-12-31: its code is built into the program that deploys it
  # checkov:skip=CKV_AWS_272:until 2027-12-31: its code is built into the program that deploys it
  function_name    = "toolbox-tell"
  role             = aws_iam_role.tell.arn
  runtime          = "python3.13"
  handler          = "tell.handler"
  filename         = "${path.module}/assets/tell.zip"
  source_code_hash = filebase64sha256("${path.module}/assets/tell.zip")
  architectures    = ["arm64"]
  memory_size      = 256
  timeout          = 10
  publish          = true
  kms_key_arn      = aws_kms_key.encryption.arn

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.tell.name
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.tell_failures.arn
  }

  environment {
    variables = {
      WEBHOOK = aws_secretsmanager_secret.webhook.arn
    }
  }
}

resource "aws_lambda_alias" "tell" {
  name             = "live"
  function_name    = aws_lambda_function.tell.function_name
  function_version = aws_lambda_function.tell.version
}

resource "aws_cloudwatch_event_rule" "alarms" {
  name = "toolbox-alarms"

  event_pattern = jsonencode({
    source      = ["aws.cloudwatch"]
    detail-type = ["CloudWatch Alarm State Change"]
  })
}

resource "aws_lambda_permission" "alarms_tell" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.tell.function_name
  qualifier     = aws_lambda_alias.tell.name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.alarms.arn
}

resource "aws_cloudwatch_event_target" "alarms_tell" {
  rule = aws_cloudwatch_event_rule.alarms.name
  arn  = aws_lambda_alias.tell.arn

  dead_letter_config {
    arn = aws_sqs_queue.tell_failures.arn
  }
}

resource "aws_cloudwatch_event_rule" "deployments" {
  name = "toolbox-deployments"

  event_pattern = jsonencode({
    source      = ["aws.ecs"]
    detail-type = ["ECS Deployment State Change"]
  })
}

resource "aws_lambda_permission" "deployments_tell" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.tell.function_name
  qualifier     = aws_lambda_alias.tell.name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.deployments.arn
}

resource "aws_cloudwatch_event_target" "deployments_tell" {
  rule = aws_cloudwatch_event_rule.deployments.name
  arn  = aws_lambda_alias.tell.arn

  dead_letter_config {
    arn = aws_sqs_queue.tell_failures.arn
  }
}

resource "aws_cloudwatch_event_rule" "pipelines" {
  name          = "toolbox-pipelines"
  event_pattern = jsonencode({ source = ["aws.codepipeline"] })
}

resource "aws_lambda_permission" "pipelines_tell" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.tell.function_name
  qualifier     = aws_lambda_alias.tell.name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.pipelines.arn
}

resource "aws_cloudwatch_event_target" "pipelines_tell" {
  rule = aws_cloudwatch_event_rule.pipelines.name
  arn  = aws_lambda_alias.tell.arn

  dead_letter_config {
    arn = aws_sqs_queue.tell_failures.arn
  }
}

resource "aws_cloudwatch_event_rule" "news" {
  name = "toolbox-news"

  event_pattern = jsonencode({
    source = ["lessons.commits", "lessons.tests", "lessons.benchmarks"]
  })
}

resource "aws_sqs_queue_policy" "tell_failures" {
  queue_url = aws_sqs_queue.tell_failures.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.tell_failures.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "events.amazonaws.com"
        }
        Action   = "sqs:SendMessage"
        Resource = aws_sqs_queue.tell_failures.arn
        Condition = {
          ArnEquals = {
            "aws:SourceArn" = aws_cloudwatch_event_rule.alarms.arn
          }
        }
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "events.amazonaws.com"
        }
        Action   = "sqs:SendMessage"
        Resource = aws_sqs_queue.tell_failures.arn
        Condition = {
          ArnEquals = {
            "aws:SourceArn" = aws_cloudwatch_event_rule.deployments.arn
          }
        }
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "events.amazonaws.com"
        }
        Action   = "sqs:SendMessage"
        Resource = aws_sqs_queue.tell_failures.arn
        Condition = {
          ArnEquals = {
            "aws:SourceArn" = aws_cloudwatch_event_rule.pipelines.arn
          }
        }
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "events.amazonaws.com"
        }
        Action   = "sqs:SendMessage"
        Resource = aws_sqs_queue.tell_failures.arn
        Condition = {
          ArnEquals = {
            "aws:SourceArn" = aws_cloudwatch_event_rule.news.arn
          }
        }
      },
    ]
  })
}

resource "aws_lambda_permission" "news_tell" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.tell.function_name
  qualifier     = aws_lambda_alias.tell.name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.news.arn
}

resource "aws_cloudwatch_event_target" "news_tell" {
  rule = aws_cloudwatch_event_rule.news.name
  arn  = aws_lambda_alias.tell.arn

  dead_letter_config {
    arn = aws_sqs_queue.tell_failures.arn
  }
}

resource "aws_cloudwatch_log_group" "command" {
  name              = "/aws/lambda/toolbox-command"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_sqs_queue" "command_failures" {
  name                       = "toolbox-command-failures"
  message_retention_seconds  = 1209600
  kms_master_key_id          = aws_kms_key.encryption.key_id
  visibility_timeout_seconds = 30
}

resource "aws_sqs_queue_policy" "command_failures" {
  queue_url = aws_sqs_queue.command_failures.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.command_failures.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role" "command" {
  name = "toolbox-command"

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

resource "aws_iam_role_policy" "command" {
  name = "grants"
  role = aws_iam_role.command.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.command.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
        Resource = aws_sqs_queue.command_failures.arn
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
      {
        Effect   = "Allow"
        Action   = "ecs:UpdateService"
        Resource = "${replace(aws_ecs_cluster.main.arn, ":cluster/", ":service/")}/*"
      },
    ]
  })
}

resource "aws_lambda_function" "command" {
  # iac:waive=CKV_AWS_117 until=2027-12-31: it only calls AWS and the chat, so a VPC adds no protection
  # checkov:skip=CKV_AWS_117:until 2027-12-31: it only calls AWS and the chat, so a VPC adds no protection
  # iac:waive=CKV_AWS_272 until=2027-12-31: its code is built into the program that deploys it
  # checkov:skip=CKV_AWS_272:until 2027-12-31: its code is built into the program that deploys it
  function_name                  = "toolbox-command"
  role                           = aws_iam_role.command.arn
  runtime                        = "python3.13"
  handler                        = "command.handler"
  filename                       = "${path.module}/assets/command.zip"
  source_code_hash               = filebase64sha256("${path.module}/assets/command.zip")
  architectures                  = ["arm64"]
  memory_size                    = 256
  timeout                        = 10
  reserved_concurrent_executions = 1
  publish                        = true
  kms_key_arn                    = aws_kms_key.encryption.arn

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.command.name
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.command_failures.arn
  }

  environment {
    variables = {
      CLUSTER = aws_ecs_cluster.main.name
    }
  }
}

resource "aws_lambda_alias" "command" {
  name             = "live"
  function_name    = aws_lambda_function.command.function_name
  function_version = aws_lambda_function.command.version
}

resource "aws_cloudwatch_log_group" "command_api" {
  name              = "/aws/apigateway/toolbox/command"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_apigatewayv2_api" "command" {
  name          = "toolbox-command"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_stage" "command" {
  api_id      = aws_apigatewayv2_api.command.id
  name        = "$default"
  auto_deploy = true

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.command_api.arn

    format = jsonencode({
      requestId = "$context.requestId"
      ip        = "$context.identity.sourceIp"
      time      = "$context.requestTime"
      route     = "$context.routeKey"
      status    = "$context.status"
      latency   = "$context.responseLatency"
      error     = "$context.integrationErrorMessage"
    })
  }

  default_route_settings {
    detailed_metrics_enabled = true
    throttling_rate_limit    = 1
    throttling_burst_limit   = 5
  }
}

resource "aws_lambda_permission" "command_command" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.command.function_name
  qualifier     = aws_lambda_alias.command.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.command.execution_arn}/*/*"
}

resource "aws_apigatewayv2_integration" "command_command" {
  api_id                 = aws_apigatewayv2_api.command.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_alias.command.invoke_arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "command_post_commands" {
  api_id             = aws_apigatewayv2_api.command.id
  route_key          = "POST /commands"
  target             = "integrations/${aws_apigatewayv2_integration.command_command.id}"
  authorization_type = "AWS_IAM"
}

resource "aws_cloudwatch_metric_alarm" "tell_failures_waits" {
  alarm_name        = "toolbox-tell-failures-waits"
  alarm_description = "The oldest message in queue tell_failures is older than 15 minutes"
  namespace         = "AWS/SQS"
  metric_name       = "ApproximateAgeOfOldestMessage"

  dimensions = {
    QueueName = aws_sqs_queue.tell_failures.name
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

resource "aws_cloudwatch_metric_alarm" "tell_errors" {
  alarm_name        = "toolbox-tell-errors"
  alarm_description = "Function tell returned errors"
  namespace         = "AWS/Lambda"
  metric_name       = "Errors"

  dimensions = {
    FunctionName = aws_lambda_function.tell.function_name
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

resource "aws_cloudwatch_metric_alarm" "tell_throttles" {
  alarm_name        = "toolbox-tell-throttles"
  alarm_description = "Function tell is throttled"
  namespace         = "AWS/Lambda"
  metric_name       = "Throttles"

  dimensions = {
    FunctionName = aws_lambda_function.tell.function_name
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

resource "aws_cloudwatch_metric_alarm" "command_failures_waits" {
  alarm_name        = "toolbox-command-failures-waits"
  alarm_description = "The oldest message in queue command_failures is older than 15 minutes"
  namespace         = "AWS/SQS"
  metric_name       = "ApproximateAgeOfOldestMessage"

  dimensions = {
    QueueName = aws_sqs_queue.command_failures.name
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

resource "aws_cloudwatch_metric_alarm" "command_errors" {
  alarm_name        = "toolbox-command-errors"
  alarm_description = "Function command returned errors"
  namespace         = "AWS/Lambda"
  metric_name       = "Errors"

  dimensions = {
    FunctionName = aws_lambda_function.command.function_name
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

resource "aws_cloudwatch_metric_alarm" "command_throttles" {
  alarm_name        = "toolbox-command-throttles"
  alarm_description = "Function command is throttled"
  namespace         = "AWS/Lambda"
  metric_name       = "Throttles"

  dimensions = {
    FunctionName = aws_lambda_function.command.function_name
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

resource "aws_s3_bucket" "results" {
  # iac:waive=CKV_AWS_144 until=2027-12-31: new results are produced every night
  # checkov:skip=CKV_AWS_144:until 2027-12-31: new results are produced every night
  bucket_prefix = "toolbox-results-"
}

resource "aws_s3_bucket_public_access_block" "results" {
  bucket                  = aws_s3_bucket.results.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "results" {
  bucket = aws_s3_bucket.results.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "results" {
  bucket = aws_s3_bucket.results.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.encryption.arn
    }
  }
}

resource "aws_s3_bucket_versioning" "results" {
  bucket = aws_s3_bucket.results.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "results" {
  bucket = aws_s3_bucket.results.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = 730
    }

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.results]
}

resource "aws_s3_bucket_logging" "results" {
  bucket        = aws_s3_bucket.results.id
  target_bucket = aws_s3_bucket.access_logs.id
  target_prefix = "buckets/${aws_s3_bucket.results.id}/"

  depends_on = [aws_s3_bucket_policy.access_logs]
}

resource "aws_s3_bucket_notification" "results" {
  bucket      = aws_s3_bucket.results.id
  eventbridge = true
}

resource "aws_s3_bucket_policy" "results" {
  bucket = aws_s3_bucket.results.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.results.arn, "${aws_s3_bucket.results.arn}/*"]
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_cloudwatch_log_group" "stress" {
  name              = "/toolbox/stress"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "stress_execution" {
  name = "toolbox-stress-execution"

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

resource "aws_iam_role_policy" "stress_execution" {
  name = "grants"
  role = aws_iam_role.stress_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.stress.arn}:*"
      },
    ]
  })
}

resource "aws_iam_role" "stress_task" {
  name = "toolbox-stress-task"

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

resource "aws_ecs_task_definition" "stress" {
  family                   = "toolbox-stress"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "4096"
  memory                   = "8192"
  execution_role_arn       = aws_iam_role.stress_execution.arn
  task_role_arn            = aws_iam_role.stress_task.arn

  container_definitions = jsonencode([
    {
      name         = "stress"
      image        = "public.ecr.aws/lessons/k6:1.3.0"
      essential    = true
      portMappings = []
      environment = [
        {
          name  = "TARGET"
          value = "https://staging.lessons.example"
        },
        {
          name  = "RESULTS"
          value = aws_s3_bucket.results.id
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
      ulimits = [
        {
          name      = "nofile"
          softLimit = 65536
          hardLimit = 65536
        },
      ]
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.stress.name
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

resource "aws_security_group" "stress" {
  # iac:waive=CKV2_AWS_5 until=2027-12-31: its members are tasks started by a schedule
  # checkov:skip=CKV2_AWS_5:until 2027-12-31: its members are tasks started by a schedule
  name_prefix = "toolbox-stress-"
  description = "Tasks of stress"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "toolbox-stress"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "stress_to_internet_tcp_443" {
  security_group_id = aws_security_group.stress.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_iam_role" "stress_schedule" {
  name = "toolbox-stress-schedule"

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

resource "aws_iam_role_policy" "stress_schedule" {
  name = "grants"
  role = aws_iam_role.stress_schedule.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "ecs:RunTask"
        Resource = "${aws_ecs_task_definition.stress.arn_without_revision}:*"
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
        Resource = [aws_iam_role.stress_task.arn, aws_iam_role.stress_execution.arn]
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

resource "aws_scheduler_schedule" "stress" {
  name                         = "toolbox-stress"
  schedule_expression          = "cron(0 2 ? * MON-FRI *)"
  schedule_expression_timezone = "UTC"
  kms_key_arn                  = aws_kms_key.encryption.arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_ecs_cluster.main.arn
    role_arn = aws_iam_role.stress_schedule.arn

    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.stress.arn
      launch_type         = "FARGATE"
      propagate_tags      = "TASK_DEFINITION"

      network_configuration {
        subnets         = [aws_subnet.main_private_a.id, aws_subnet.main_private_b.id]
        security_groups = [aws_security_group.stress.id]
      }
    }
  }
}

resource "aws_iam_role_policy" "stress_task" {
  name = "grants"
  role = aws_iam_role.stress_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = "${aws_s3_bucket.results.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = "events:PutEvents"
        Resource = "*"
        Condition = {
          StringEquals = {
            "events:source" = "lessons.tests"
          }
        }
      },
    ]
  })
}

resource "aws_cloudwatch_log_group" "benchmarks" {
  name              = "/toolbox/benchmarks"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "benchmarks_execution" {
  name = "toolbox-benchmarks-execution"

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

resource "aws_iam_role_policy" "benchmarks_execution" {
  name = "grants"
  role = aws_iam_role.benchmarks_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.benchmarks.arn}:*"
      },
    ]
  })
}

resource "aws_iam_role" "benchmarks_task" {
  name = "toolbox-benchmarks-task"

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

resource "aws_ecs_task_definition" "benchmarks" {
  family                   = "toolbox-benchmarks"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "2048"
  memory                   = "4096"
  execution_role_arn       = aws_iam_role.benchmarks_execution.arn
  task_role_arn            = aws_iam_role.benchmarks_task.arn

  container_definitions = jsonencode([
    {
      name      = "benchmarks"
      image     = "public.ecr.aws/lessons/infrastructure:2026.11.1"
      essential = true
      command = [
        "sh",
        "-c",
        "# Measures the commands that CI runs, and stores their duration in seconds, by commit.\nset -eu\ncommit=$(git -C /program rev-parse --short HEAD)\nfor command in synth plan check; do\n    start=$(date +%s.%N)\n    iac \"$command\" >/dev/null\n    seconds=$(echo \"$(date +%s.%N) - $start\" | bc)\n    aws cloudwatch put-metric-data --namespace lessons/benchmarks --metric-name \"$command\" --unit Seconds --value \"$seconds\"\n    echo \"$(date --iso-8601=seconds),$commit,$command,$seconds\" >>/tmp/figures.csv\ndone\naws s3 cp /tmp/figures.csv \"s3://$RESULTS/benchmarks/$(date +%F)-$commit.csv\"\naws events put-events --entries \"[{\\\"Source\\\": \\\"lessons.benchmarks\\\", \\\"DetailType\\\": \\\"$commit\\\", \\\"Detail\\\": \\\"{}\\\"}]\"\n",
      ]
      portMappings = []
      environment = [
        {
          name  = "RESULTS"
          value = aws_s3_bucket.results.id
        },
      ]
      mountPoints = [
        {
          sourceVolume  = "tmp"
          containerPath = "/tmp"
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
          awslogs-group         = aws_cloudwatch_log_group.benchmarks.name
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

resource "aws_security_group" "benchmarks" {
  # iac:waive=CKV2_AWS_5 until=2027-12-31: its members are tasks started by a schedule
  # checkov:skip=CKV2_AWS_5:until 2027-12-31: its members are tasks started by a schedule
  name_prefix = "toolbox-benchmarks-"
  description = "Tasks of benchmarks"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "toolbox-benchmarks"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "benchmarks_to_internet_tcp_443" {
  security_group_id = aws_security_group.benchmarks.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_iam_role" "benchmarks_schedule" {
  name = "toolbox-benchmarks-schedule"

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

resource "aws_iam_role_policy" "benchmarks_schedule" {
  name = "grants"
  role = aws_iam_role.benchmarks_schedule.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "ecs:RunTask"
        Resource = "${aws_ecs_task_definition.benchmarks.arn_without_revision}:*"
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
        Resource = [aws_iam_role.benchmarks_task.arn, aws_iam_role.benchmarks_execution.arn]
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

resource "aws_scheduler_schedule" "benchmarks" {
  name                         = "toolbox-benchmarks"
  schedule_expression          = "cron(0 4 ? * MON-FRI *)"
  schedule_expression_timezone = "UTC"
  kms_key_arn                  = aws_kms_key.encryption.arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_ecs_cluster.main.arn
    role_arn = aws_iam_role.benchmarks_schedule.arn

    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.benchmarks.arn
      launch_type         = "FARGATE"
      propagate_tags      = "TASK_DEFINITION"

      network_configuration {
        subnets         = [aws_subnet.main_private_a.id, aws_subnet.main_private_b.id]
        security_groups = [aws_security_group.benchmarks.id]
      }
    }
  }
}

resource "aws_iam_role_policy" "benchmarks_task" {
  name = "grants"
  role = aws_iam_role.benchmarks_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = "${aws_s3_bucket.results.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = aws_kms_key.encryption.arn
      },
      {
        Effect   = "Allow"
        Action   = "events:PutEvents"
        Resource = "*"
        Condition = {
          StringEquals = {
            "events:source" = "lessons.benchmarks"
          }
        }
      },
      {
        Effect   = "Allow"
        Action   = "cloudwatch:PutMetricData"
        Resource = "*"
        Condition = {
          StringEquals = {
            "cloudwatch:namespace" = "lessons/benchmarks"
          }
        }
      },
    ]
  })
}

resource "aws_cloudwatch_dashboard" "benchmarks" {
  dashboard_name = "toolbox-benchmarks"

  dashboard_body = jsonencode({
    widgets = [
      {
        type   = "metric"
        x      = 0
        y      = 0
        width  = 12
        height = 6
        properties = {
          title  = "Command duration (seconds)"
          region = data.aws_region.current.name
          metrics = [
            [
              "lessons/benchmarks",
              "synth",
              {
                stat   = "Maximum"
                period = 86400
              },
            ],
            [
              "lessons/benchmarks",
              "plan",
              {
                stat   = "Maximum"
                period = 86400
              },
            ],
            [
              "lessons/benchmarks",
              "check",
              {
                stat   = "Maximum"
                period = 86400
              },
            ],
          ]
        }
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "benchmarks_synth" {
  alarm_name          = "toolbox-benchmarks-synth"
  alarm_description   = "`iac synth` takes more than 2 seconds"
  namespace           = "lessons/benchmarks"
  metric_name         = "synth"
  dimensions          = {}
  statistic           = "Maximum"
  period              = 86400
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "benchmarks_plan" {
  alarm_name          = "toolbox-benchmarks-plan"
  alarm_description   = "`iac plan` takes more than 5 seconds"
  namespace           = "lessons/benchmarks"
  metric_name         = "plan"
  dimensions          = {}
  statistic           = "Maximum"
  period              = 86400
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

resource "aws_cloudwatch_metric_alarm" "benchmarks_check" {
  alarm_name          = "toolbox-benchmarks-check"
  alarm_description   = "`iac check` takes more than 5 seconds"
  namespace           = "lessons/benchmarks"
  metric_name         = "check"
  dimensions          = {}
  statistic           = "Maximum"
  period              = 86400
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.operators.arn]
  ok_actions          = [aws_sns_topic.operators.arn]
}

output "grafana" {
  value = "https://grafana.tools.lessons.example"
}
