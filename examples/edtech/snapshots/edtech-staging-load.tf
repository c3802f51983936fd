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
    bucket       = "edtech-staging-load-state"
    key          = "edtech.tfstate"
    region       = "us-west-2"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region              = "us-west-2"
  allowed_account_ids = ["222222222222"]

  default_tags {
    tags = {
      Project     = "edtech"
      Environment = "staging-load"
    }
  }
}

resource "aws_vpc" "load" {
  cidr_block           = "10.200.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = {
    Name = "edtech-staging-load-load"
  }
}

resource "aws_default_security_group" "load" {
  vpc_id = aws_vpc.load.id

  tags = {
    Name = "edtech-staging-load-load (closed)"
  }
}

resource "aws_internet_gateway" "load" {
  vpc_id = aws_vpc.load.id

  tags = {
    Name = "edtech-staging-load-load"
  }
}

resource "aws_subnet" "load_public_a" {
  vpc_id            = aws_vpc.load.id
  availability_zone = "us-west-2a"
  cidr_block        = "10.200.16.0/22"

  tags = {
    Name = "edtech-staging-load-load-public-a"
  }
}

resource "aws_subnet" "load_public_b" {
  vpc_id            = aws_vpc.load.id
  availability_zone = "us-west-2b"
  cidr_block        = "10.200.48.0/22"

  tags = {
    Name = "edtech-staging-load-load-public-b"
  }
}

resource "aws_subnet" "load_public_c" {
  vpc_id            = aws_vpc.load.id
  availability_zone = "us-west-2c"
  cidr_block        = "10.200.80.0/22"

  tags = {
    Name = "edtech-staging-load-load-public-c"
  }
}

resource "aws_route_table" "load_public" {
  vpc_id = aws_vpc.load.id

  tags = {
    Name = "edtech-staging-load-load-public"
  }
}

resource "aws_route_table_association" "load_public_a" {
  route_table_id = aws_route_table.load_public.id
  subnet_id      = aws_subnet.load_public_a.id
}

resource "aws_route_table_association" "load_public_b" {
  route_table_id = aws_route_table.load_public.id
  subnet_id      = aws_subnet.load_public_b.id
}

resource "aws_route_table_association" "load_public_c" {
  route_table_id = aws_route_table.load_public.id
  subnet_id      = aws_subnet.load_public_c.id
}

resource "aws_subnet" "load_private_a" {
  vpc_id            = aws_vpc.load.id
  availability_zone = "us-west-2a"
  cidr_block        = "10.200.0.0/20"

  tags = {
    Name = "edtech-staging-load-load-private-a"
  }
}

resource "aws_subnet" "load_private_b" {
  vpc_id            = aws_vpc.load.id
  availability_zone = "us-west-2b"
  cidr_block        = "10.200.32.0/20"

  tags = {
    Name = "edtech-staging-load-load-private-b"
  }
}

resource "aws_subnet" "load_private_c" {
  vpc_id            = aws_vpc.load.id
  availability_zone = "us-west-2c"
  cidr_block        = "10.200.64.0/20"

  tags = {
    Name = "edtech-staging-load-load-private-c"
  }
}

resource "aws_route_table" "load_private_a" {
  vpc_id = aws_vpc.load.id

  tags = {
    Name = "edtech-staging-load-load-private-a"
  }
}

resource "aws_route_table" "load_private_b" {
  vpc_id = aws_vpc.load.id

  tags = {
    Name = "edtech-staging-load-load-private-b"
  }
}

resource "aws_route_table" "load_private_c" {
  vpc_id = aws_vpc.load.id

  tags = {
    Name = "edtech-staging-load-load-private-c"
  }
}

resource "aws_route_table_association" "load_private_a" {
  route_table_id = aws_route_table.load_private_a.id
  subnet_id      = aws_subnet.load_private_a.id
}

resource "aws_route_table_association" "load_private_b" {
  route_table_id = aws_route_table.load_private_b.id
  subnet_id      = aws_subnet.load_private_b.id
}

resource "aws_route_table_association" "load_private_c" {
  route_table_id = aws_route_table.load_private_c.id
  subnet_id      = aws_subnet.load_private_c.id
}

resource "aws_route" "load_public_internet" {
  route_table_id         = aws_route_table.load_public.id
  gateway_id             = aws_internet_gateway.load.id
  destination_cidr_block = "0.0.0.0/0"
}

resource "aws_eip" "load_nat_a" {
  domain = "vpc"

  tags = {
    Name = "edtech-staging-load-load-nat-a"
  }
}

resource "aws_nat_gateway" "load_nat_a" {
  allocation_id = aws_eip.load_nat_a.allocation_id
  subnet_id     = aws_subnet.load_public_a.id

  tags = {
    Name = "edtech-staging-load-load-nat-a"
  }
}

resource "aws_eip" "load_nat_b" {
  domain = "vpc"

  tags = {
    Name = "edtech-staging-load-load-nat-b"
  }
}

resource "aws_nat_gateway" "load_nat_b" {
  allocation_id = aws_eip.load_nat_b.allocation_id
  subnet_id     = aws_subnet.load_public_b.id

  tags = {
    Name = "edtech-staging-load-load-nat-b"
  }
}

resource "aws_eip" "load_nat_c" {
  domain = "vpc"

  tags = {
    Name = "edtech-staging-load-load-nat-c"
  }
}

resource "aws_nat_gateway" "load_nat_c" {
  allocation_id = aws_eip.load_nat_c.allocation_id
  subnet_id     = aws_subnet.load_public_c.id

  tags = {
    Name = "edtech-staging-load-load-nat-c"
  }
}

resource "aws_route" "load_private_a_internet" {
  route_table_id         = aws_route_table.load_private_a.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.load_nat_a.id
}

resource "aws_route" "load_private_b_internet" {
  route_table_id         = aws_route_table.load_private_b.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.load_nat_b.id
}

resource "aws_route" "load_private_c_internet" {
  route_table_id         = aws_route_table.load_private_c.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.load_nat_c.id
}

resource "aws_vpc_endpoint" "load_s3" {
  vpc_id            = aws_vpc.load.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.us-west-2.s3"

  route_table_ids = [
    aws_route_table.load_public.id,
    aws_route_table.load_private_a.id,
    aws_route_table.load_private_b.id,
    aws_route_table.load_private_c.id,
  ]

  tags = {
    Name = "edtech-staging-load-load-s3"
  }
}

resource "aws_vpc_endpoint" "load_dynamodb" {
  vpc_id            = aws_vpc.load.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.us-west-2.dynamodb"

  route_table_ids = [
    aws_route_table.load_public.id,
    aws_route_table.load_private_a.id,
    aws_route_table.load_private_b.id,
    aws_route_table.load_private_c.id,
  ]

  tags = {
    Name = "edtech-staging-load-load-dynamodb"
  }
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

resource "aws_kms_key" "encryption" {
  description             = "Default encryption key of edtech-staging-load"
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
    ]
  })
}

resource "aws_kms_alias" "encryption" {
  name          = "alias/edtech-staging-load-encryption"
  target_key_id = aws_kms_key.encryption.key_id
}

resource "aws_cloudwatch_log_group" "load_flow_log" {
  name              = "/edtech-staging-load/load_flow_log"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "load_flow_log" {
  name = "edtech-staging-load-load-flow-log"

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

resource "aws_iam_role_policy" "load_flow_log" {
  name = "grants"
  role = aws_iam_role.load_flow_log.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.load_flow_log.arn}:*"
      },
    ]
  })
}

resource "aws_flow_log" "load" {
  vpc_id          = aws_vpc.load.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.load_flow_log.arn
  iam_role_arn    = aws_iam_role.load_flow_log.arn
}

resource "aws_cloudwatch_log_group" "load_sessions" {
  name              = "/edtech-staging-load/load_sessions"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_service_discovery_http_namespace" "load" {
  name = "edtech-staging-load-load"
}

resource "aws_ecs_cluster" "load" {
  name = "edtech-staging-load-load"

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
        cloud_watch_log_group_name     = aws_cloudwatch_log_group.load_sessions.name
      }
    }
  }

  service_connect_defaults {
    namespace = aws_service_discovery_http_namespace.load.arn
  }
}

resource "aws_ecs_cluster_capacity_providers" "load" {
  cluster_name       = aws_ecs_cluster.load.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

resource "aws_cloudwatch_log_group" "workers" {
  name              = "/edtech-staging-load/workers"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.encryption.arn
}

resource "aws_iam_role" "workers_execution" {
  name = "edtech-staging-load-workers-execution"

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
    ]
  })
}

resource "aws_iam_role" "workers_task" {
  name = "edtech-staging-load-workers-task"

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
  family                   = "edtech-staging-load-workers"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "1024"
  memory                   = "2048"
  execution_role_arn       = aws_iam_role.workers_execution.arn
  task_role_arn            = aws_iam_role.workers_task.arn

  container_definitions = jsonencode([
    {
      name         = "worker"
      image        = "public.ecr.aws/docker/library/k6:1.3"
      essential    = true
      command      = ["run", "lesson.js"]
      portMappings = []
      environment = [
        {
          name  = "TARGET"
          value = "https://staging.lessons.example"
        },
        {
          name  = "MEDIA"
          value = "media.staging.lessons.example"
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
  name_prefix = "edtech-staging-load-workers-"
  description = "Tasks of workers"
  vpc_id      = aws_vpc.load.id

  tags = {
    Name = "edtech-staging-load-workers"
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
  name                          = "edtech-staging-load-workers"
  cluster                       = aws_ecs_cluster.load.arn
  task_definition               = aws_ecs_task_definition.workers.arn
  desired_count                 = 40
  availability_zone_rebalancing = "ENABLED"
  enable_ecs_managed_tags       = true
  propagate_tags                = "SERVICE"

  capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.load.arn
  }

  network_configuration {
    subnets = [
      aws_subnet.load_private_a.id,
      aws_subnet.load_private_b.id,
      aws_subnet.load_private_c.id,
    ]

    security_groups = [aws_security_group.workers.id]
  }

  depends_on = [aws_ecs_cluster_capacity_providers.load, aws_iam_role_policy.workers_execution]
}
