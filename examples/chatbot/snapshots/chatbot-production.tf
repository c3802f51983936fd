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
    bucket       = "chatbot-production-state"
    key          = "chatbot.tfstate"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = {
      Project     = "chatbot"
      Environment = "production"
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

resource "aws_kms_key" "encryption" {
  description             = "Default encryption key of chatbot-production"
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
  name          = "alias/chatbot-production-encryption"
  target_key_id = aws_kms_key.encryption.key_id
}

resource "aws_sns_topic" "operators" {
  name              = "chatbot-production-operators"
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

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = {
    Name = "chatbot-production-main"
  }
}

resource "aws_default_security_group" "main" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "chatbot-production-main (closed)"
  }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "chatbot-production-main"
  }
}

resource "aws_subnet" "main_public_a" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1a"
  cidr_block        = "10.0.16.0/22"

  tags = {
    Name = "chatbot-production-main-public-a"
  }
}

resource "aws_subnet" "main_public_b" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1b"
  cidr_block        = "10.0.48.0/22"

  tags = {
    Name = "chatbot-production-main-public-b"
  }
}

resource "aws_route_table" "main_public" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "chatbot-production-main-public"
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
    Name = "chatbot-production-main-private-a"
  }
}

resource "aws_subnet" "main_private_b" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1b"
  cidr_block        = "10.0.32.0/20"

  tags = {
    Name = "chatbot-production-main-private-b"
  }
}

resource "aws_route_table" "main_private_a" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "chatbot-production-main-private-a"
  }
}

resource "aws_route_table" "main_private_b" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "chatbot-production-main-private-b"
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
    Name = "chatbot-production-main-nat-a"
  }
}

resource "aws_nat_gateway" "main_nat_a" {
  allocation_id = aws_eip.main_nat_a.allocation_id
  subnet_id     = aws_subnet.main_public_a.id

  tags = {
    Name = "chatbot-production-main-nat-a"
  }
}

resource "aws_eip" "main_nat_b" {
  domain = "vpc"

  tags = {
    Name = "chatbot-production-main-nat-b"
  }
}

resource "aws_nat_gateway" "main_nat_b" {
  allocation_id = aws_eip.main_nat_b.allocation_id
  subnet_id     = aws_subnet.main_public_b.id

  tags = {
    Name = "chatbot-production-main-nat-b"
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
  ]

  tags = {
    Name = "chatbot-production-main-s3"
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
    Name = "chatbot-production-main-dynamodb"
  }
}

resource "aws_cloudwatch_log_group" "main_flow_log" {
  name              = "/chatbot-production/main_flow_log"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "main_flow_log" {
  name = "chatbot-production-main-flow-log"

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
  name              = "/chatbot-production/main_sessions"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_service_discovery_http_namespace" "main" {
  name = "chatbot-production-main"
}

resource "aws_ecs_cluster" "main" {
  name = "chatbot-production-main"

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

resource "aws_ecr_repository" "worker" {
  name                 = "chatbot-production/worker"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.encryption.arn
  }
}

resource "aws_ecr_lifecycle_policy" "worker" {
  repository = aws_ecr_repository.worker.name

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

resource "aws_cloudwatch_log_group" "workers" {
  name              = "/chatbot-production/workers"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "workers_execution" {
  name = "chatbot-production-workers-execution"

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

resource "aws_iam_role_policy" "workers_execution" {
  name = "grants"
  role = aws_iam_role.workers_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.workers.arn}:*"
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
        Resource = aws_ecr_repository.worker.arn
      },
    ]
  })
}

resource "aws_iam_role" "workers_task" {
  name = "chatbot-production-workers-task"

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

resource "aws_ecs_task_definition" "workers" {
  family                   = "chatbot-production-workers"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = aws_iam_role.workers_execution.arn
  task_role_arn            = aws_iam_role.workers_task.arn

  container_definitions = jsonencode([
    {
      name         = "worker"
      image        = "${aws_ecr_repository.worker.repository_url}:2026.11.1"
      essential    = true
      portMappings = []
      environment  = []
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
          awslogs-group         = aws_cloudwatch_log_group.workers.name
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

resource "aws_security_group" "workers" {
  name_prefix = "chatbot-production-workers-"
  description = "Tasks of workers"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "chatbot-production-workers"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "workers_to_internet_tcp_443" {
  security_group_id = aws_security_group.workers.id
  description       = "To internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_ecs_service" "workers" {
  name                          = "chatbot-production-workers"
  cluster                       = aws_ecs_cluster.main.arn
  task_definition               = aws_ecs_task_definition.workers.arn
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
  }

  network_configuration {
    subnets         = [aws_subnet.main_private_a.id, aws_subnet.main_private_b.id]
    security_groups = [aws_security_group.workers.id]
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [aws_ecs_cluster_capacity_providers.main, aws_iam_role_policy.workers_execution]
}

resource "aws_cloudwatch_metric_alarm" "workers_cpu" {
  alarm_name        = "chatbot-production-workers-cpu"
  alarm_description = "CPU utilization of service workers is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "CPUUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.workers.name
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

resource "aws_cloudwatch_metric_alarm" "workers_memory" {
  alarm_name        = "chatbot-production-workers-memory"
  alarm_description = "Memory utilization of service workers is above 90%"
  namespace         = "AWS/ECS"
  metric_name       = "MemoryUtilization"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.workers.name
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

resource "aws_cloudwatch_metric_alarm" "workers_down" {
  alarm_name        = "chatbot-production-workers-down"
  alarm_description = "Service workers has no running tasks"
  namespace         = "ECS/ContainerInsights"
  metric_name       = "RunningTaskCount"

  dimensions = {
    ClusterName = aws_ecs_cluster.main.name
    ServiceName = aws_ecs_service.workers.name
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

resource "aws_dynamodb_table" "records" {
  name                        = "chatbot-production-records"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "user"
  range_key                   = "time"
  deletion_protection_enabled = true

  attribute {
    name = "user"
    type = "S"
  }

  attribute {
    name = "time"
    type = "N"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.encryption.arn
  }
}

resource "aws_cloudwatch_log_group" "operator" {
  name              = "/aws/lambda/chatbot-production-operator"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_sqs_queue" "operator_failures" {
  name                       = "chatbot-production-operator-failures"
  message_retention_seconds  = 1209600
  kms_master_key_id          = aws_kms_key.encryption.key_id
  visibility_timeout_seconds = 30
}

resource "aws_sqs_queue_policy" "operator_failures" {
  queue_url = aws_sqs_queue.operator_failures.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.operator_failures.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role" "operator" {
  name = "chatbot-production-operator"

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

resource "aws_iam_role_policy" "operator" {
  name = "grants"
  role = aws_iam_role.operator.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.operator.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
        Resource = aws_sqs_queue.operator_failures.arn
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
        Action   = ["ecs:DescribeServices", "ecs:UpdateService"]
        Resource = aws_ecs_service.workers.id
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
        Resource = [aws_dynamodb_table.records.arn, "${aws_dynamodb_table.records.arn}/index/*"]
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
        Resource = [aws_dynamodb_table.records.arn, "${aws_dynamodb_table.records.arn}/index/*"]
      },
    ]
  })
}

resource "aws_lambda_function" "operator" {
  # iac:waive=CKV_AWS_117 until=2027-12-31: it only calls AWS APIs, so a VPC adds no protection
  # checkov:skip=CKV_AWS_117:until 2027-12-31: it only calls AWS APIs, so a VPC adds no protection
  # iac:waive=CKV_AWS_272 until=2027-12-31: its code is built into the program that deploys it
  # checkov:skip=CKV_AWS_272:until 2027-12-31: its code is built into the program that deploys it
  function_name                  = "chatbot-production-operator"
  role                           = aws_iam_role.operator.arn
  runtime                        = "python3.13"
  handler                        = "operator.handler"
  filename                       = "${path.module}/assets/operator.zip"
  source_code_hash               = filebase64sha256("${path.module}/assets/operator.zip")
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
    log_group  = aws_cloudwatch_log_group.operator.name
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.operator_failures.arn
  }

  environment {
    variables = {
      CLUSTER = aws_ecs_cluster.main.name
      SERVICE = aws_ecs_service.workers.name
      LEAST   = "2"
      MOST    = "40"
      RECORDS = aws_dynamodb_table.records.name
    }
  }
}

resource "aws_lambda_alias" "operator" {
  name             = "live"
  function_name    = aws_lambda_function.operator.function_name
  function_version = aws_lambda_function.operator.version
}

resource "aws_iam_role" "assistant_bot" {
  name = "chatbot-production-assistant-bot"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "lexv2.amazonaws.com"
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

resource "aws_lexv2models_bot" "assistant" {
  name                        = "chatbot-production-assistant"
  role_arn                    = aws_iam_role.assistant_bot.arn
  idle_session_ttl_in_seconds = 300

  data_privacy {
    child_directed = false
  }
}

resource "aws_lexv2models_bot_locale" "assistant" {
  bot_id                           = aws_lexv2models_bot.assistant.id
  bot_version                      = "DRAFT"
  locale_id                        = "en_GB"
  n_lu_intent_confidence_threshold = 0.7
}

resource "aws_lexv2models_intent" "assistant_scale" {
  name        = "Scale"
  bot_id      = aws_lexv2models_bot.assistant.id
  bot_version = aws_lexv2models_bot_locale.assistant.bot_version
  locale_id   = aws_lexv2models_bot_locale.assistant.locale_id

  sample_utterance {
    utterance = "scale to {tasks}"
  }

  sample_utterance {
    utterance = "we need {tasks} workers"
  }

  fulfillment_code_hook {
    enabled = true
  }

  confirmation_setting {
    active = true

    prompt_specification {
      max_retries     = 2
      allow_interrupt = true

      message_group {
        message {
          plain_text_message {
            value = "Scale to {tasks} workers?"
          }
        }
      }
    }
  }
}

resource "aws_lexv2models_slot" "assistant_scale_tasks" {
  name         = "tasks"
  bot_id       = aws_lexv2models_bot.assistant.id
  bot_version  = aws_lexv2models_bot_locale.assistant.bot_version
  locale_id    = aws_lexv2models_bot_locale.assistant.locale_id
  intent_id    = aws_lexv2models_intent.assistant_scale.intent_id
  slot_type_id = "AMAZON.Number"

  value_elicitation_setting {
    slot_constraint = "Required"

    prompt_specification {
      max_retries                = 2
      allow_interrupt            = true
      message_selection_strategy = "Random"

      message_group {
        message {
          plain_text_message {
            value = "How many workers should run?"
          }
        }
      }
    }
  }
}

resource "aws_lexv2models_intent" "assistant_status" {
  name        = "Status"
  bot_id      = aws_lexv2models_bot.assistant.id
  bot_version = aws_lexv2models_bot_locale.assistant.bot_version
  locale_id   = aws_lexv2models_bot_locale.assistant.locale_id

  sample_utterance {
    utterance = "how many workers are there"
  }

  sample_utterance {
    utterance = "status"
  }

  fulfillment_code_hook {
    enabled = true
  }
}

resource "aws_lambda_permission" "assistant_operator" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.operator.function_name
  qualifier     = aws_lambda_alias.operator.name
  principal     = "lexv2.amazonaws.com"
  source_arn    = "arn:aws:lex:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:bot-alias/${aws_lexv2models_bot.assistant.id}/*"
}

resource "aws_cloudwatch_log_group" "chat" {
  name              = "/aws/lambda/chatbot-production-chat"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_sqs_queue" "chat_failures" {
  name                       = "chatbot-production-chat-failures"
  message_retention_seconds  = 1209600
  kms_master_key_id          = aws_kms_key.encryption.key_id
  visibility_timeout_seconds = 30
}

resource "aws_sqs_queue_policy" "chat_failures" {
  queue_url = aws_sqs_queue.chat_failures.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.chat_failures.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role" "chat" {
  name = "chatbot-production-chat"

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

resource "aws_iam_role_policy" "chat" {
  name = "grants"
  role = aws_iam_role.chat.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.chat.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
        Resource = aws_sqs_queue.chat_failures.arn
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
        Action   = "lex:RecognizeText"
        Resource = "${aws_lexv2models_bot.assistant.arn}/*"
      },
    ]
  })
}

resource "aws_lambda_function" "chat" {
  # iac:waive=CKV_AWS_117 until=2027-12-31: it only calls AWS APIs, so a VPC adds no protection
  # checkov:skip=CKV_AWS_117:until 2027-12-31: it only calls AWS APIs, so a VPC adds no protection
  # iac:waive=CKV_AWS_272 until=2027-12-31: its code is built into the program that deploys it
  # checkov:skip=CKV_AWS_272:until 2027-12-31: its code is built into the program that deploys it
  # iac:waive=CKV_AWS_115 until=2027-12-31: it shares the executions of the account
  # checkov:skip=CKV_AWS_115:until 2027-12-31: it shares the executions of the account
  function_name    = "chatbot-production-chat"
  role             = aws_iam_role.chat.arn
  runtime          = "python3.13"
  handler          = "chat.handler"
  filename         = "${path.module}/assets/chat.zip"
  source_code_hash = filebase64sha256("${path.module}/assets/chat.zip")
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
    log_group  = aws_cloudwatch_log_group.chat.name
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.chat_failures.arn
  }

  environment {
    variables = {
      BOT = aws_lexv2models_bot.assistant.id
    }
  }
}

resource "aws_lambda_alias" "chat" {
  name             = "live"
  function_name    = aws_lambda_function.chat.function_name
  function_version = aws_lambda_function.chat.version
}

resource "aws_cloudwatch_log_group" "chat_api" {
  name              = "/aws/apigateway/chatbot-production/chat"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_apigatewayv2_api" "chat" {
  name          = "chatbot-production-chat"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_stage" "chat" {
  api_id      = aws_apigatewayv2_api.chat.id
  name        = "$default"
  auto_deploy = true

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.chat_api.arn

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
    throttling_rate_limit    = 10
    throttling_burst_limit   = 20
  }
}

resource "aws_lambda_permission" "chat_chat" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.chat.function_name
  qualifier     = aws_lambda_alias.chat.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.chat.execution_arn}/*/*"
}

resource "aws_apigatewayv2_integration" "chat_chat" {
  api_id                 = aws_apigatewayv2_api.chat.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_alias.chat.invoke_arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "chat_post_messages" {
  api_id             = aws_apigatewayv2_api.chat.id
  route_key          = "POST /messages"
  target             = "integrations/${aws_apigatewayv2_integration.chat_chat.id}"
  authorization_type = "AWS_IAM"
}

resource "aws_cloudwatch_metric_alarm" "operator_failures_waits" {
  alarm_name        = "chatbot-production-operator-failures-waits"
  alarm_description = "The oldest message in queue operator_failures is older than 15 minutes"
  namespace         = "AWS/SQS"
  metric_name       = "ApproximateAgeOfOldestMessage"

  dimensions = {
    QueueName = aws_sqs_queue.operator_failures.name
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

resource "aws_cloudwatch_metric_alarm" "operator_errors" {
  alarm_name        = "chatbot-production-operator-errors"
  alarm_description = "Function operator returned errors"
  namespace         = "AWS/Lambda"
  metric_name       = "Errors"

  dimensions = {
    FunctionName = aws_lambda_function.operator.function_name
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

resource "aws_cloudwatch_metric_alarm" "operator_throttles" {
  alarm_name        = "chatbot-production-operator-throttles"
  alarm_description = "Function operator is throttled"
  namespace         = "AWS/Lambda"
  metric_name       = "Throttles"

  dimensions = {
    FunctionName = aws_lambda_function.operator.function_name
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

resource "aws_cloudwatch_metric_alarm" "chat_failures_waits" {
  alarm_name        = "chatbot-production-chat-failures-waits"
  alarm_description = "The oldest message in queue chat_failures is older than 15 minutes"
  namespace         = "AWS/SQS"
  metric_name       = "ApproximateAgeOfOldestMessage"

  dimensions = {
    QueueName = aws_sqs_queue.chat_failures.name
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

resource "aws_cloudwatch_metric_alarm" "chat_errors" {
  alarm_name        = "chatbot-production-chat-errors"
  alarm_description = "Function chat returned errors"
  namespace         = "AWS/Lambda"
  metric_name       = "Errors"

  dimensions = {
    FunctionName = aws_lambda_function.chat.function_name
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

resource "aws_cloudwatch_metric_alarm" "chat_throttles" {
  alarm_name        = "chatbot-production-chat-throttles"
  alarm_description = "Function chat is throttled"
  namespace         = "AWS/Lambda"
  metric_name       = "Throttles"

  dimensions = {
    FunctionName = aws_lambda_function.chat.function_name
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

resource "aws_cloudwatch_dashboard" "bot" {
  dashboard_name = "chatbot-production-bot"

  dashboard_body = jsonencode({
    widgets = [
      {
        type   = "metric"
        x      = 0
        y      = 0
        width  = 12
        height = 6
        properties = {
          title  = "Messages"
          region = data.aws_region.current.name
          metrics = [
            [
              "AWS/Lambda",
              "Invocations",
              "FunctionName",
              aws_lambda_function.chat.function_name,
              {
                stat   = "Sum"
                period = 60
              },
            ],
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              aws_lambda_function.chat.function_name,
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
          title  = "Actions"
          region = data.aws_region.current.name
          metrics = [
            [
              "AWS/Lambda",
              "Invocations",
              "FunctionName",
              aws_lambda_function.operator.function_name,
              {
                stat   = "Sum"
                period = 60
              },
            ],
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              aws_lambda_function.operator.function_name,
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
        x      = 0
        y      = 6
        width  = 12
        height = 6
        properties = {
          title  = "Workers"
          region = data.aws_region.current.name
          metrics = [
            [
              "ECS/ContainerInsights",
              "RunningTaskCount",
              "ClusterName",
              aws_ecs_cluster.main.name,
              "ServiceName",
              aws_ecs_service.workers.name,
              {
                stat   = "Minimum"
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
          title  = "Duration"
          region = data.aws_region.current.name
          metrics = [
            [
              "AWS/Lambda",
              "Duration",
              "FunctionName",
              aws_lambda_function.chat.function_name,
              {
                stat   = "p99"
                period = 60
              },
            ],
            [
              "AWS/Lambda",
              "Duration",
              "FunctionName",
              aws_lambda_function.operator.function_name,
              {
                stat   = "p99"
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
  value       = aws_apigatewayv2_api.chat.api_endpoint
  description = "URL for messages to the bot, signed with IAM credentials"
}
