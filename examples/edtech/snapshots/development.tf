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
    bucket       = "edtech-development-state"
    key          = "edtech.tfstate"
    region       = "us-west-2"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region              = "us-west-2"
  allowed_account_ids = ["111111111111"]

  default_tags {
    tags = {
      Project     = "edtech"
      Environment = "development"
    }
  }
}

provider "aws" {
  alias               = "eu"
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]

  default_tags {
    tags = {
      Project     = "edtech"
      Environment = "development"
    }
  }
}

resource "aws_kms_key" "us_main" {
  description             = "What edtech stores in us-west-2"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "IamPoliciesOfTheAccountDecide"
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::111111111111:root"
        }
        Action   = "kms:*"
        Resource = "*"
      },
      {
        Sid    = "LogsAreEncrypted"
        Effect = "Allow"
        Principal = {
          Service = "logs.us-west-2.amazonaws.com"
        }
        Action = [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncrypt*",
          "kms:GenerateDataKey*",
          "kms:DescribeKey",
        ]
        Resource = "*"
        Condition = {
          ArnLike = {
            "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:us-west-2:111111111111:*"
          }
        }
      },
      {
        Sid    = "AlarmsReachTheTopic"
        Effect = "Allow"
        Principal = {
          Service = "cloudwatch.amazonaws.com"
        }
        Action   = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_kms_alias" "us_main" {
  name          = "alias/edtech-development-us-main"
  target_key_id = aws_kms_key.us_main.key_id
}

resource "aws_kms_key" "eu_main" {
  provider = aws.eu

  description             = "What edtech stores in eu-west-1"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "IamPoliciesOfTheAccountDecide"
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::111111111111:root"
        }
        Action   = "kms:*"
        Resource = "*"
      },
      {
        Sid    = "LogsAreEncrypted"
        Effect = "Allow"
        Principal = {
          Service = "logs.eu-west-1.amazonaws.com"
        }
        Action = [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncrypt*",
          "kms:GenerateDataKey*",
          "kms:DescribeKey",
        ]
        Resource = "*"
        Condition = {
          ArnLike = {
            "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:eu-west-1:111111111111:*"
          }
        }
      },
      {
        Sid    = "AlarmsReachTheTopic"
        Effect = "Allow"
        Principal = {
          Service = "cloudwatch.amazonaws.com"
        }
        Action   = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_kms_alias" "eu_main" {
  provider = aws.eu

  name          = "alias/edtech-development-eu-main"
  target_key_id = aws_kms_key.eu_main.key_id
}

resource "aws_route53_zone" "main" {
  name = "development.lessons.example"
}

resource "aws_acm_certificate" "us_web" {
  domain_name               = "development.lessons.example"
  subject_alternative_names = ["us.development.lessons.example", "eu.development.lessons.example"]
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_acm_certificate" "eu_web" {
  provider = aws.eu

  domain_name               = "development.lessons.example"
  subject_alternative_names = ["us.development.lessons.example", "eu.development.lessons.example"]
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "certificate_validation" {
  for_each = {
    for value in aws_acm_certificate.us_web.domain_validation_options : value.domain_name => value
  }

  zone_id = aws_route53_zone.main.zone_id
  name    = each.value.resource_record_name
  type    = each.value.resource_record_type
  records = [each.value.resource_record_value]
  ttl     = 300
}

resource "aws_acm_certificate_validation" "us_web" {
  certificate_arn         = aws_acm_certificate.us_web.arn
  validation_record_fqdns = values(aws_route53_record.certificate_validation)[*].fqdn
}

resource "aws_acm_certificate_validation" "eu_web" {
  provider = aws.eu

  certificate_arn         = aws_acm_certificate.eu_web.arn
  validation_record_fqdns = values(aws_route53_record.certificate_validation)[*].fqdn
}

resource "aws_ecr_repository" "us_web" {
  name                 = "edtech/web"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.us_main.arn
  }
}

resource "aws_ecr_lifecycle_policy" "us_web" {
  repository = aws_ecr_repository.us_web.name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Releases can be rolled back to one of the last hundred"
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

resource "aws_ecr_repository" "us_recorder" {
  name                 = "edtech/recorder"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.us_main.arn
  }
}

resource "aws_ecr_lifecycle_policy" "us_recorder" {
  repository = aws_ecr_repository.us_recorder.name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Releases can be rolled back to one of the last hundred"
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

resource "aws_ecr_repository" "eu_web" {
  provider = aws.eu

  name                 = "edtech/web"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.eu_main.arn
  }
}

resource "aws_ecr_lifecycle_policy" "eu_web" {
  provider = aws.eu

  repository = aws_ecr_repository.eu_web.name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Releases can be rolled back to one of the last hundred"
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

resource "aws_ecr_repository" "eu_recorder" {
  provider = aws.eu

  name                 = "edtech/recorder"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.eu_main.arn
  }
}

resource "aws_ecr_lifecycle_policy" "eu_recorder" {
  provider = aws.eu

  repository = aws_ecr_repository.eu_recorder.name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Releases can be rolled back to one of the last hundred"
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

resource "aws_ecr_registry_scanning_configuration" "us_main" {
  scan_type = "ENHANCED"

  rule {
    scan_frequency = "CONTINUOUS_SCAN"

    repository_filter {
      filter      = "edtech/*"
      filter_type = "WILDCARD"
    }
  }
}

resource "aws_ecr_registry_scanning_configuration" "eu_main" {
  provider = aws.eu

  scan_type = "ENHANCED"

  rule {
    scan_frequency = "CONTINUOUS_SCAN"

    repository_filter {
      filter      = "edtech/*"
      filter_type = "WILDCARD"
    }
  }
}

resource "aws_ecr_replication_configuration" "us_main" {
  replication_configuration {
    rule {
      repository_filter {
        filter      = "edtech/"
        filter_type = "PREFIX_MATCH"
      }

      destination {
        region      = "eu-west-1"
        registry_id = "111111111111"
      }
    }
  }

  depends_on = [aws_ecr_repository.eu_web, aws_ecr_repository.eu_recorder]
}

resource "aws_dynamodb_table" "us_progress" {
  name                        = "edtech-development-progress"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pupil"
  range_key                   = "lesson"
  deletion_protection_enabled = false
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"

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
    kms_key_arn = aws_kms_key.us_main.arn
  }

  replica {
    region_name            = "eu-west-1"
    kms_key_arn            = aws_kms_key.eu_main.arn
    point_in_time_recovery = true
    propagate_tags         = true
  }
}

resource "aws_secretsmanager_secret" "us_session" {
  name        = "edtech/development/session"
  description = "Signs the sessions of pupils and teachers"
  kms_key_id  = aws_kms_key.us_main.arn

  replica {
    region     = "eu-west-1"
    kms_key_id = aws_kms_key.eu_main.arn
  }
}

resource "aws_vpc" "us_main" {
  cidr_block           = "10.16.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = {
    Name = "edtech-development-us-main"
  }
}

resource "aws_default_security_group" "us_closed" {
  vpc_id = aws_vpc.us_main.id
}

resource "aws_cloudwatch_log_group" "us_flow_log" {
  name              = "/edtech/development/flow-log"
  retention_in_days = 14
  kms_key_id        = aws_kms_key.us_main.arn
}

resource "aws_iam_role" "us_flow_log" {
  name = "edtech-development-us-flow-log"

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
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "us_flow_log" {
  name = "main"
  role = aws_iam_role.us_flow_log.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.us_flow_log.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups"]
        Resource = "arn:aws:logs:us-west-2:111111111111:log-group:*"
      },
    ]
  })
}

resource "aws_flow_log" "us_main" {
  vpc_id          = aws_vpc.us_main.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.us_flow_log.arn
  iam_role_arn    = aws_iam_role.us_flow_log.arn
}

resource "aws_subnet" "us_public_a" {
  vpc_id            = aws_vpc.us_main.id
  availability_zone = "us-west-2a"
  cidr_block        = "10.16.0.0/24"

  tags = {
    Name = "edtech-development-us-public-a"
  }
}

resource "aws_subnet" "us_public_b" {
  vpc_id            = aws_vpc.us_main.id
  availability_zone = "us-west-2b"
  cidr_block        = "10.16.1.0/24"

  tags = {
    Name = "edtech-development-us-public-b"
  }
}

resource "aws_subnet" "us_public_c" {
  vpc_id            = aws_vpc.us_main.id
  availability_zone = "us-west-2c"
  cidr_block        = "10.16.2.0/24"

  tags = {
    Name = "edtech-development-us-public-c"
  }
}

resource "aws_subnet" "us_private_a" {
  vpc_id            = aws_vpc.us_main.id
  availability_zone = "us-west-2a"
  cidr_block        = "10.16.16.0/20"

  tags = {
    Name = "edtech-development-us-private-a"
  }
}

resource "aws_subnet" "us_private_b" {
  vpc_id            = aws_vpc.us_main.id
  availability_zone = "us-west-2b"
  cidr_block        = "10.16.32.0/20"

  tags = {
    Name = "edtech-development-us-private-b"
  }
}

resource "aws_subnet" "us_private_c" {
  vpc_id            = aws_vpc.us_main.id
  availability_zone = "us-west-2c"
  cidr_block        = "10.16.48.0/20"

  tags = {
    Name = "edtech-development-us-private-c"
  }
}

resource "aws_internet_gateway" "us_main" {
  vpc_id = aws_vpc.us_main.id

  tags = {
    Name = "edtech-development-us-main"
  }
}

resource "aws_route_table" "us_public" {
  vpc_id = aws_vpc.us_main.id

  tags = {
    Name = "edtech-development-us-public"
  }
}

resource "aws_route" "us_public_internet" {
  route_table_id         = aws_route_table.us_public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.us_main.id
}

resource "aws_route_table_association" "us_public_a" {
  route_table_id = aws_route_table.us_public.id
  subnet_id      = aws_subnet.us_public_a.id
}

resource "aws_route_table_association" "us_public_b" {
  route_table_id = aws_route_table.us_public.id
  subnet_id      = aws_subnet.us_public_b.id
}

resource "aws_route_table_association" "us_public_c" {
  route_table_id = aws_route_table.us_public.id
  subnet_id      = aws_subnet.us_public_c.id
}

resource "aws_eip" "us_nat_a" {
  domain = "vpc"

  tags = {
    Name = "edtech-development-us-nat-a"
  }
}

resource "aws_nat_gateway" "us_nat_a" {
  allocation_id = aws_eip.us_nat_a.allocation_id
  subnet_id     = aws_subnet.us_public_a.id

  tags = {
    Name = "edtech-development-us-nat-a"
  }
}

resource "aws_route_table" "us_private_a" {
  vpc_id = aws_vpc.us_main.id

  tags = {
    Name = "edtech-development-us-private-a"
  }
}

resource "aws_route" "us_private_a_internet" {
  route_table_id         = aws_route_table.us_private_a.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.us_nat_a.id
}

resource "aws_route_table_association" "us_private_a" {
  route_table_id = aws_route_table.us_private_a.id
  subnet_id      = aws_subnet.us_private_a.id
}

resource "aws_route_table" "us_private_b" {
  vpc_id = aws_vpc.us_main.id

  tags = {
    Name = "edtech-development-us-private-b"
  }
}

resource "aws_route" "us_private_b_internet" {
  route_table_id         = aws_route_table.us_private_b.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.us_nat_a.id
}

resource "aws_route_table_association" "us_private_b" {
  route_table_id = aws_route_table.us_private_b.id
  subnet_id      = aws_subnet.us_private_b.id
}

resource "aws_route_table" "us_private_c" {
  vpc_id = aws_vpc.us_main.id

  tags = {
    Name = "edtech-development-us-private-c"
  }
}

resource "aws_route" "us_private_c_internet" {
  route_table_id         = aws_route_table.us_private_c.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.us_nat_a.id
}

resource "aws_route_table_association" "us_private_c" {
  route_table_id = aws_route_table.us_private_c.id
  subnet_id      = aws_subnet.us_private_c.id
}

resource "aws_vpc_endpoint" "us_s3" {
  vpc_id            = aws_vpc.us_main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.us-west-2.s3"

  route_table_ids = [
    aws_route_table.us_private_a.id,
    aws_route_table.us_private_b.id,
    aws_route_table.us_private_c.id,
  ]

  tags = {
    Name = "edtech-development-us-s3"
  }
}

resource "aws_vpc_endpoint" "us_dynamodb" {
  vpc_id            = aws_vpc.us_main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.us-west-2.dynamodb"

  route_table_ids = [
    aws_route_table.us_private_a.id,
    aws_route_table.us_private_b.id,
    aws_route_table.us_private_c.id,
  ]

  tags = {
    Name = "edtech-development-us-dynamodb"
  }
}

resource "aws_ecs_cluster" "us_main" {
  name = "edtech-development-us-main"

  setting {
    name  = "containerInsights"
    value = "enhanced"
  }
}

resource "aws_ecs_account_setting_default" "us_trunking" {
  name  = "awsvpcTrunking"
  value = "enabled"
}

resource "aws_iam_role" "us_fleet" {
  name = "edtech-development-us-fleet"

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

resource "aws_iam_role_policy_attachment" "us_fleet_ecs" {
  role       = aws_iam_role.us_fleet.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
}

resource "aws_iam_role_policy_attachment" "us_fleet_sessions" {
  role       = aws_iam_role.us_fleet.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "us_fleet" {
  name = "edtech-development-us-fleet"
  role = aws_iam_role.us_fleet.name
}

resource "aws_security_group" "us_fleet" {
  name_prefix = "edtech-development-us-fleet-"
  description = "Instances on which recorders run"
  vpc_id      = aws_vpc.us_main.id

  tags = {
    Name = "edtech-development-us-fleet"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "us_fleet_https" {
  security_group_id = aws_security_group.us_fleet.id
  description       = "To AWS and the internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_launch_template" "us_fleet" {
  name                   = "edtech-development-us-fleet"
  update_default_version = true
  image_id               = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"

  user_data = base64encode(<<-EOT
    #!/bin/bash
    echo ECS_CLUSTER=${aws_ecs_cluster.us_main.name} >> /etc/ecs/ecs.config
    echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config
  EOT
  )

  vpc_security_group_ids = [aws_security_group.us_fleet.id]

  iam_instance_profile {
    arn = aws_iam_instance_profile.us_fleet.arn
  }

  monitoring {
    enabled = true
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted   = "true"
      volume_type = "gp3"
      volume_size = 50
    }
  }

  tag_specifications {
    resource_type = "instance"

    tags = {
      Name        = "edtech-development-us-fleet"
      Project     = "edtech"
      Environment = "development"
    }
  }

  tag_specifications {
    resource_type = "volume"

    tags = {
      Name        = "edtech-development-us-fleet"
      Project     = "edtech"
      Environment = "development"
    }
  }
}

resource "aws_autoscaling_group" "us_fleet" {
  name = "edtech-development-us-fleet"

  vpc_zone_identifier = [
    aws_subnet.us_private_a.id,
    aws_subnet.us_private_b.id,
    aws_subnet.us_private_c.id,
  ]

  min_size              = 0
  max_size              = 1
  protect_from_scale_in = true
  capacity_rebalance    = true
  max_instance_lifetime = 1209600
  enabled_metrics       = ["GroupInServiceInstances", "GroupDesiredCapacity"]

  mixed_instances_policy {
    instances_distribution {
      on_demand_base_capacity                  = 0
      on_demand_percentage_above_base_capacity = 0
      spot_allocation_strategy                 = "price-capacity-optimized"
    }

    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.us_fleet.id
        version            = aws_launch_template.us_fleet.latest_version
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

  tag {
    key                 = "AmazonECSManaged"
    value               = "true"
    propagate_at_launch = true
  }
}

resource "aws_ecs_capacity_provider" "us_fleet" {
  name = "edtech-development-us-fleet"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = aws_autoscaling_group.us_fleet.arn
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
  capacity_providers = ["FARGATE", aws_ecs_capacity_provider.us_fleet.name]
}

resource "aws_s3_bucket" "us_access_logs" {
  bucket = "edtech-development-us-access-logs-111111111111"
}

resource "aws_s3_bucket_public_access_block" "us_access_logs" {
  bucket                  = aws_s3_bucket.us_access_logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "us_access_logs" {
  bucket = aws_s3_bucket.us_access_logs.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "us_access_logs" {
  bucket = aws_s3_bucket.us_access_logs.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "us_access_logs" {
  bucket = aws_s3_bucket.us_access_logs.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "us_access_logs" {
  bucket = aws_s3_bucket.us_access_logs.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = 14
    }

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.us_access_logs]
}

resource "aws_s3_bucket_policy" "us_access_logs" {
  bucket = aws_s3_bucket.us_access_logs.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyOverTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.us_access_logs.arn, "${aws_s3_bucket.us_access_logs.arn}/*"]
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
      {
        Sid    = "LoadBalancersWrite"
        Effect = "Allow"
        Principal = {
          Service = "logdelivery.elasticloadbalancing.amazonaws.com"
        }
        Action   = "s3:PutObject"
        Resource = "${aws_s3_bucket.us_access_logs.arn}/AWSLogs/111111111111/*"
      },
      {
        Sid    = "BucketsWrite"
        Effect = "Allow"
        Principal = {
          Service = "logging.s3.amazonaws.com"
        }
        Action   = "s3:PutObject"
        Resource = "${aws_s3_bucket.us_access_logs.arn}/buckets/*"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_security_group" "us_load_balancer" {
  name_prefix = "edtech-development-us-load-balancer-"
  description = "Load balancer of the web service"
  vpc_id      = aws_vpc.us_main.id

  tags = {
    Name = "edtech-development-us-load-balancer"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "us_load_balancer_http" {
  # iac:waive=CKV_AWS_260: it is only redirected to HTTPS from there
  # checkov:skip=CKV_AWS_260:it is only redirected to HTTPS from there
  security_group_id = aws_security_group.us_load_balancer.id
  description       = "From everywhere"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "us_load_balancer_https" {
  security_group_id = aws_security_group.us_load_balancer.id
  description       = "From everywhere"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_lb" "us_web" {
  name                       = "edtech-development-us-web"
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = [aws_subnet.us_public_a.id, aws_subnet.us_public_b.id, aws_subnet.us_public_c.id]
  security_groups            = [aws_security_group.us_load_balancer.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = false

  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.us_access_logs.id
  }

  depends_on = [aws_s3_bucket_policy.us_access_logs]
}

resource "aws_lb_target_group" "us_web" {
  name                          = "edtech-development-us-web"
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

resource "aws_lb_listener" "us_http" {
  load_balancer_arn = aws_lb.us_web.arn
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

resource "aws_lb_listener" "us_https" {
  load_balancer_arn                                            = aws_lb.us_web.arn
  protocol                                                     = "HTTPS"
  port                                                         = 443
  ssl_policy                                                   = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn                                              = aws_acm_certificate_validation.us_web.certificate_arn
  routing_http_response_strict_transport_security_header_value = "max-age=31536000; includeSubDomains"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.us_web.arn
  }
}

resource "aws_wafv2_web_acl" "us_web" {
  name  = "edtech-development-us-web"
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
    name     = "AWSManagedRulesAmazonIpReputationList"
    priority = 1

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
    priority = 2

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
    priority = 3

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
    priority = 4

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
    metric_name                = "web"
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "us_web" {
  web_acl_arn  = aws_wafv2_web_acl.us_web.arn
  resource_arn = aws_lb.us_web.arn
}

resource "aws_cloudwatch_log_group" "us_firewall" {
  name              = "aws-waf-logs-edtech-development-us-web"
  retention_in_days = 14
  kms_key_id        = aws_kms_key.us_main.arn
}

resource "aws_wafv2_web_acl_logging_configuration" "us_web" {
  resource_arn            = aws_wafv2_web_acl.us_web.arn
  log_destination_configs = [aws_cloudwatch_log_group.us_firewall.arn]

  redacted_fields {
    single_header {
      name = "cookie"
    }
  }
}

resource "aws_route53_record" "us_regional" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "us.development.lessons.example"
  type    = "A"

  alias {
    name                   = aws_lb.us_web.dns_name
    zone_id                = aws_lb.us_web.zone_id
    evaluate_target_health = true
  }
}

resource "aws_route53_health_check" "us_web" {
  type              = "HTTPS"
  fqdn              = aws_route53_record.us_regional.fqdn
  port              = 443
  resource_path     = "/health"
  request_interval  = 30
  failure_threshold = 3

  tags = {
    Name = "edtech-development-us-web"
  }
}

resource "aws_route53_record" "us_latency" {
  zone_id         = aws_route53_zone.main.zone_id
  name            = aws_route53_zone.main.name
  type            = "A"
  set_identifier  = "us-west-2"
  health_check_id = aws_route53_health_check.us_web.id

  latency_routing_policy {
    region = "us-west-2"
  }

  alias {
    name                   = aws_lb.us_web.dns_name
    zone_id                = aws_lb.us_web.zone_id
    evaluate_target_health = true
  }
}

resource "aws_sqs_queue" "us_failed_recordings" {
  name                      = "edtech-development-us-failed-recordings"
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.us_main.arn
}

resource "aws_sqs_queue" "us_recordings" {
  name                       = "edtech-development-us-recordings"
  visibility_timeout_seconds = 1800
  receive_wait_time_seconds  = 20
  kms_master_key_id          = aws_kms_key.us_main.arn

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.us_failed_recordings.arn
    maxReceiveCount     = 3
  })
}

resource "aws_s3_bucket" "us_recordings" {
  bucket = "edtech-development-us-recordings-111111111111"
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
      kms_master_key_id = aws_kms_key.us_main.arn
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
      noncurrent_days = 30
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.us_recordings]
}

resource "aws_s3_bucket_policy" "us_recordings" {
  bucket = aws_s3_bucket.us_recordings.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyOverTls"
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

resource "aws_s3_bucket_logging" "us_recordings" {
  bucket        = aws_s3_bucket.us_recordings.id
  target_bucket = aws_s3_bucket.us_access_logs.id
  target_prefix = "buckets/recordings/"

  depends_on = [aws_s3_bucket_policy.us_access_logs]
}

resource "aws_cloudwatch_log_group" "us_recorder" {
  name              = "/edtech/development/recorder"
  retention_in_days = 14
  kms_key_id        = aws_kms_key.us_main.arn
}

resource "aws_iam_role" "us_recorder_execution" {
  name = "edtech-development-us-recorder-execution"

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
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "us_recorder_execution" {
  name = "main"
  role = aws_iam_role.us_recorder_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"]
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
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.us_recorder.arn}:*"
      },
    ]
  })
}

resource "aws_iam_role" "us_recorder_task" {
  name = "edtech-development-us-recorder-task"

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
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "us_recorder_task" {
  name = "main"
  role = aws_iam_role.us_recorder_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"]
        Resource = aws_sqs_queue.us_recordings.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = "${aws_s3_bucket.us_recordings.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = aws_kms_key.us_main.arn
      },
    ]
  })
}

resource "aws_ecs_task_definition" "us_recorder" {
  family                   = "edtech-development-us-recorder"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = "1024"
  memory                   = "1536"
  execution_role_arn       = aws_iam_role.us_recorder_execution.arn
  task_role_arn            = aws_iam_role.us_recorder_task.arn

  container_definitions = jsonencode([
    {
      name                   = "recorder"
      image                  = "${aws_ecr_repository.us_recorder.repository_url}:2025.11.3"
      essential              = true
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
      }
      mountPoints = [
        {
          sourceVolume  = "scratch"
          containerPath = "/scratch"
        },
      ]
      environment = [
        {
          name  = "RECORDER_QUEUE"
          value = aws_sqs_queue.us_recordings.url
        },
        {
          name  = "RECORDINGS_BUCKET"
          value = aws_s3_bucket.us_recordings.id
        },
      ]
      stopTimeout = 90
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.us_recorder.name
          awslogs-region        = "us-west-2"
          awslogs-stream-prefix = "task"
          mode                  = "non-blocking"
        }
      }
    },
  ])

  volume {
    name = "scratch"
  }
}

resource "aws_security_group" "us_recorder" {
  name_prefix = "edtech-development-us-recorder-"
  description = "Tasks of the recorder"
  vpc_id      = aws_vpc.us_main.id

  tags = {
    Name = "edtech-development-us-recorder"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "us_recorder_https" {
  security_group_id = aws_security_group.us_recorder.id
  description       = "To AWS and the internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_ecs_service" "us_recorder" {
  name                    = "recorder"
  cluster                 = aws_ecs_cluster.us_main.arn
  task_definition         = aws_ecs_task_definition.us_recorder.arn
  desired_count           = 0
  enable_ecs_managed_tags = true
  propagate_tags          = "SERVICE"

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.us_fleet.name
    weight            = 1
  }

  ordered_placement_strategy {
    type  = "binpack"
    field = "cpu"
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = [aws_subnet.us_private_a.id, aws_subnet.us_private_b.id, aws_subnet.us_private_c.id]
    security_groups = [aws_security_group.us_recorder.id]
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [aws_ecs_cluster_capacity_providers.us_main]
}

resource "aws_cloudwatch_log_group" "us_web" {
  name              = "/edtech/development/web"
  retention_in_days = 14
  kms_key_id        = aws_kms_key.us_main.arn
}

resource "aws_iam_role" "us_web_execution" {
  name = "edtech-development-us-web-execution"

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
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "us_web_execution" {
  name = "main"
  role = aws_iam_role.us_web_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"]
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
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.us_web.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = [aws_secretsmanager_secret.us_session.arn]
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = aws_kms_key.us_main.arn
      },
    ]
  })
}

resource "aws_iam_role" "us_web_task" {
  name = "edtech-development-us-web-task"

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
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "us_web_task" {
  name = "main"
  role = aws_iam_role.us_web_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
        Resource = "arn:aws:dynamodb:us-west-2:111111111111:table/${aws_dynamodb_table.us_progress.name}"
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = aws_sqs_queue.us_recordings.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = "${aws_s3_bucket.us_recordings.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = aws_kms_key.us_main.arn
      },
    ]
  })
}

resource "aws_ecs_task_definition" "us_web" {
  family                   = "edtech-development-us-web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = aws_iam_role.us_web_execution.arn
  task_role_arn            = aws_iam_role.us_web_task.arn

  container_definitions = jsonencode([
    {
      name      = "web"
      image     = "${aws_ecr_repository.us_web.repository_url}:2025.11.3"
      essential = true
      portMappings = [
        {
          containerPort = 8080
          protocol      = "tcp"
        },
      ]
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
      }
      mountPoints = [
        {
          sourceVolume  = "tmp"
          containerPath = "/tmp"
        },
      ]
      environment = [
        {
          name  = "PROGRESS_TABLE"
          value = aws_dynamodb_table.us_progress.name
        },
        {
          name  = "RECORDER_QUEUE"
          value = aws_sqs_queue.us_recordings.url
        },
        {
          name  = "RECORDINGS_BUCKET"
          value = aws_s3_bucket.us_recordings.id
        },
      ]
      secrets = [
        {
          name      = "SESSION_SECRET"
          valueFrom = aws_secretsmanager_secret.us_session.arn
        },
      ]
      healthCheck = {
        command     = ["CMD", "/app/health", "http://localhost:8080/health"]
        interval    = 10
        retries     = 3
        startPeriod = 15
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.us_web.name
          awslogs-region        = "us-west-2"
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
  name_prefix = "edtech-development-us-web-"
  description = "Tasks of the web service"
  vpc_id      = aws_vpc.us_main.id

  tags = {
    Name = "edtech-development-us-web"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "us_web_https" {
  security_group_id = aws_security_group.us_web.id
  description       = "To AWS and the internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "us_load_balancer_web" {
  security_group_id            = aws_security_group.us_load_balancer.id
  description                  = "To the web service"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.us_web.id
}

resource "aws_vpc_security_group_ingress_rule" "us_web_load_balancer" {
  security_group_id            = aws_security_group.us_web.id
  description                  = "From the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.us_load_balancer.id
}

resource "aws_ecs_service" "us_web" {
  name                              = "web"
  cluster                           = aws_ecs_cluster.us_main.arn
  task_definition                   = aws_ecs_task_definition.us_web.arn
  desired_count                     = 1
  availability_zone_rebalancing     = "ENABLED"
  health_check_grace_period_seconds = 60
  enable_ecs_managed_tags           = true
  propagate_tags                    = "SERVICE"

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = [aws_subnet.us_private_a.id, aws_subnet.us_private_b.id, aws_subnet.us_private_c.id]
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

  depends_on = [aws_ecs_cluster_capacity_providers.us_main, aws_lb_listener.us_https]
}

resource "aws_appautoscaling_target" "us_recorder" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.us_main.name}/${aws_ecs_service.us_recorder.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 0
  max_capacity       = 2
}

resource "aws_appautoscaling_policy" "us_recorder_queue" {
  name               = "edtech-development-us-recorder-queue"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.us_recorder.service_namespace
  resource_id        = aws_appautoscaling_target.us_recorder.resource_id
  scalable_dimension = aws_appautoscaling_target.us_recorder.scalable_dimension

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
              value = aws_sqs_queue.us_recordings.name
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
        id          = "waiting_for_each"
        expression  = "waiting / IF(FILL(running, 0) > 0, running, 1)"
        return_data = true
      }
    }
  }
}

resource "aws_appautoscaling_target" "us_web" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.us_main.name}/${aws_ecs_service.us_web.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 1
  max_capacity       = 4

  lifecycle {
    ignore_changes = [min_capacity]
  }
}

resource "aws_appautoscaling_policy" "us_web_cpu" {
  name               = "edtech-development-us-web-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.us_web.service_namespace
  resource_id        = aws_appautoscaling_target.us_web.resource_id
  scalable_dimension = aws_appautoscaling_target.us_web.scalable_dimension

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
  name               = "edtech-development-us-web-requests"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.us_web.service_namespace
  resource_id        = aws_appautoscaling_target.us_web.resource_id
  scalable_dimension = aws_appautoscaling_target.us_web.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = 1000
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.us_web.arn_suffix}/${aws_lb_target_group.us_web.arn_suffix}"
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "us_america_opens" {
  name               = "edtech-development-us-america-opens"
  service_namespace  = aws_appautoscaling_target.us_web.service_namespace
  resource_id        = aws_appautoscaling_target.us_web.resource_id
  scalable_dimension = aws_appautoscaling_target.us_web.scalable_dimension
  schedule           = "cron(15 7 ? * MON-FRI *)"
  timezone           = "America/New_York"

  scalable_target_action {
    min_capacity = "1"
  }
}

resource "aws_appautoscaling_scheduled_action" "us_america_closes" {
  name               = "edtech-development-us-america-closes"
  service_namespace  = aws_appautoscaling_target.us_web.service_namespace
  resource_id        = aws_appautoscaling_target.us_web.resource_id
  scalable_dimension = aws_appautoscaling_target.us_web.scalable_dimension
  schedule           = "cron(30 16 ? * FRI *)"
  timezone           = "America/Los_Angeles"

  scalable_target_action {
    min_capacity = "1"
  }
}

resource "aws_appautoscaling_scheduled_action" "us_australia_opens" {
  name               = "edtech-development-us-australia-opens"
  service_namespace  = aws_appautoscaling_target.us_web.service_namespace
  resource_id        = aws_appautoscaling_target.us_web.resource_id
  scalable_dimension = aws_appautoscaling_target.us_web.scalable_dimension
  schedule           = "cron(15 7 ? * MON-FRI *)"
  timezone           = "Australia/Sydney"

  scalable_target_action {
    min_capacity = "1"
  }
}

resource "aws_appautoscaling_scheduled_action" "us_australia_closes" {
  name               = "edtech-development-us-australia-closes"
  service_namespace  = aws_appautoscaling_target.us_web.service_namespace
  resource_id        = aws_appautoscaling_target.us_web.resource_id
  scalable_dimension = aws_appautoscaling_target.us_web.scalable_dimension
  schedule           = "cron(0 17 ? * MON-FRI *)"
  timezone           = "Australia/Sydney"

  scalable_target_action {
    min_capacity = "1"
  }
}

resource "aws_appautoscaling_policy" "us_web_spike" {
  name               = "edtech-development-us-web-spike"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.us_web.service_namespace
  resource_id        = aws_appautoscaling_target.us_web.resource_id
  scalable_dimension = aws_appautoscaling_target.us_web.scalable_dimension

  step_scaling_policy_configuration {
    adjustment_type          = "PercentChangeInCapacity"
    min_adjustment_magnitude = 2
    metric_aggregation_type  = "Maximum"
    cooldown                 = 60

    step_adjustment {
      metric_interval_lower_bound = "0"
      metric_interval_upper_bound = "2000"
      scaling_adjustment          = 50
    }

    step_adjustment {
      metric_interval_lower_bound = "2000"
      scaling_adjustment          = 100
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "us_web_spike" {
  alarm_name        = "edtech-development-us-web-spike"
  alarm_description = "Far more requests than the web service can answer: it is scaled out"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "RequestCountPerTarget"

  dimensions = {
    LoadBalancer = aws_lb.us_web.arn_suffix
    TargetGroup  = aws_lb_target_group.us_web.arn_suffix
  }

  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2000
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.us_web_spike.arn]
}

resource "aws_sns_topic" "us_alarms" {
  name              = "edtech-development-us-alarms"
  kms_master_key_id = aws_kms_key.us_main.arn
}

resource "aws_sns_topic_policy" "us_alarms" {
  arn = aws_sns_topic.us_alarms.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "AlarmsOfTheAccount"
        Effect = "Allow"
        Principal = {
          Service = "cloudwatch.amazonaws.com"
        }
        Action   = "sns:Publish"
        Resource = aws_sns_topic.us_alarms.arn
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "us_operators" {
  topic_arn = aws_sns_topic.us_alarms.arn
  protocol  = "email"
  endpoint  = "developers@lessons.example"
}

resource "aws_cloudwatch_metric_alarm" "us_web_errors" {
  alarm_name          = "edtech-development-us-web-errors"
  alarm_description   = "More than one request in fifty fails"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.us_alarms.arn]
  ok_actions          = [aws_sns_topic.us_alarms.arn]

  metric_query {
    id          = "share"
    expression  = "100 * errors / requests"
    label       = "Failed requests, %"
    return_data = true
  }

  metric_query {
    id = "errors"

    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_Target_5XX_Count"

      dimensions = {
        LoadBalancer = aws_lb.us_web.arn_suffix
      }

      stat   = "Sum"
      period = 60
    }
  }

  metric_query {
    id = "requests"

    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "RequestCount"

      dimensions = {
        LoadBalancer = aws_lb.us_web.arn_suffix
      }

      stat   = "Sum"
      period = 60
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "us_web_slow" {
  alarm_name        = "edtech-development-us-web-slow"
  alarm_description = "One request in a hundred takes longer than two seconds"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "TargetResponseTime"

  dimensions = {
    LoadBalancer = aws_lb.us_web.arn_suffix
  }

  extended_statistic  = "p99"
  period              = 60
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.us_alarms.arn]
  ok_actions          = [aws_sns_topic.us_alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "us_web_unhealthy" {
  alarm_name        = "edtech-development-us-web-unhealthy"
  alarm_description = "No task of the web service is healthy"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "HealthyHostCount"

  dimensions = {
    LoadBalancer = aws_lb.us_web.arn_suffix
    TargetGroup  = aws_lb_target_group.us_web.arn_suffix
  }

  statistic           = "Minimum"
  period              = 60
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 2
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.us_alarms.arn]
  ok_actions          = [aws_sns_topic.us_alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "us_failed_recordings" {
  alarm_name        = "edtech-development-us-failed-recordings"
  alarm_description = "A lesson could not be recorded"
  namespace         = "AWS/SQS"
  metric_name       = "ApproximateNumberOfMessagesVisible"

  dimensions = {
    QueueName = aws_sqs_queue.us_failed_recordings.name
  }

  statistic           = "Maximum"
  period              = 300
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.us_alarms.arn]
  ok_actions          = [aws_sns_topic.us_alarms.arn]
}

resource "aws_vpc" "eu_main" {
  provider = aws.eu

  cidr_block           = "10.17.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = {
    Name = "edtech-development-eu-main"
  }
}

resource "aws_default_security_group" "eu_closed" {
  provider = aws.eu

  vpc_id = aws_vpc.eu_main.id
}

resource "aws_cloudwatch_log_group" "eu_flow_log" {
  provider = aws.eu

  name              = "/edtech/development/flow-log"
  retention_in_days = 14
  kms_key_id        = aws_kms_key.eu_main.arn
}

resource "aws_iam_role" "eu_flow_log" {
  provider = aws.eu

  name = "edtech-development-eu-flow-log"

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
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "eu_flow_log" {
  provider = aws.eu

  name = "main"
  role = aws_iam_role.eu_flow_log.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.eu_flow_log.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups"]
        Resource = "arn:aws:logs:eu-west-1:111111111111:log-group:*"
      },
    ]
  })
}

resource "aws_flow_log" "eu_main" {
  provider = aws.eu

  vpc_id          = aws_vpc.eu_main.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.eu_flow_log.arn
  iam_role_arn    = aws_iam_role.eu_flow_log.arn
}

resource "aws_subnet" "eu_public_a" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  availability_zone = "eu-west-1a"
  cidr_block        = "10.17.0.0/24"

  tags = {
    Name = "edtech-development-eu-public-a"
  }
}

resource "aws_subnet" "eu_public_b" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  availability_zone = "eu-west-1b"
  cidr_block        = "10.17.1.0/24"

  tags = {
    Name = "edtech-development-eu-public-b"
  }
}

resource "aws_subnet" "eu_public_c" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  availability_zone = "eu-west-1c"
  cidr_block        = "10.17.2.0/24"

  tags = {
    Name = "edtech-development-eu-public-c"
  }
}

resource "aws_subnet" "eu_private_a" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  availability_zone = "eu-west-1a"
  cidr_block        = "10.17.16.0/20"

  tags = {
    Name = "edtech-development-eu-private-a"
  }
}

resource "aws_subnet" "eu_private_b" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  availability_zone = "eu-west-1b"
  cidr_block        = "10.17.32.0/20"

  tags = {
    Name = "edtech-development-eu-private-b"
  }
}

resource "aws_subnet" "eu_private_c" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  availability_zone = "eu-west-1c"
  cidr_block        = "10.17.48.0/20"

  tags = {
    Name = "edtech-development-eu-private-c"
  }
}

resource "aws_internet_gateway" "eu_main" {
  provider = aws.eu

  vpc_id = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-development-eu-main"
  }
}

resource "aws_route_table" "eu_public" {
  provider = aws.eu

  vpc_id = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-development-eu-public"
  }
}

resource "aws_route" "eu_public_internet" {
  provider = aws.eu

  route_table_id         = aws_route_table.eu_public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.eu_main.id
}

resource "aws_route_table_association" "eu_public_a" {
  provider = aws.eu

  route_table_id = aws_route_table.eu_public.id
  subnet_id      = aws_subnet.eu_public_a.id
}

resource "aws_route_table_association" "eu_public_b" {
  provider = aws.eu

  route_table_id = aws_route_table.eu_public.id
  subnet_id      = aws_subnet.eu_public_b.id
}

resource "aws_route_table_association" "eu_public_c" {
  provider = aws.eu

  route_table_id = aws_route_table.eu_public.id
  subnet_id      = aws_subnet.eu_public_c.id
}

resource "aws_eip" "eu_nat_a" {
  provider = aws.eu

  domain = "vpc"

  tags = {
    Name = "edtech-development-eu-nat-a"
  }
}

resource "aws_nat_gateway" "eu_nat_a" {
  provider = aws.eu

  allocation_id = aws_eip.eu_nat_a.allocation_id
  subnet_id     = aws_subnet.eu_public_a.id

  tags = {
    Name = "edtech-development-eu-nat-a"
  }
}

resource "aws_route_table" "eu_private_a" {
  provider = aws.eu

  vpc_id = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-development-eu-private-a"
  }
}

resource "aws_route" "eu_private_a_internet" {
  provider = aws.eu

  route_table_id         = aws_route_table.eu_private_a.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.eu_nat_a.id
}

resource "aws_route_table_association" "eu_private_a" {
  provider = aws.eu

  route_table_id = aws_route_table.eu_private_a.id
  subnet_id      = aws_subnet.eu_private_a.id
}

resource "aws_route_table" "eu_private_b" {
  provider = aws.eu

  vpc_id = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-development-eu-private-b"
  }
}

resource "aws_route" "eu_private_b_internet" {
  provider = aws.eu

  route_table_id         = aws_route_table.eu_private_b.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.eu_nat_a.id
}

resource "aws_route_table_association" "eu_private_b" {
  provider = aws.eu

  route_table_id = aws_route_table.eu_private_b.id
  subnet_id      = aws_subnet.eu_private_b.id
}

resource "aws_route_table" "eu_private_c" {
  provider = aws.eu

  vpc_id = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-development-eu-private-c"
  }
}

resource "aws_route" "eu_private_c_internet" {
  provider = aws.eu

  route_table_id         = aws_route_table.eu_private_c.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.eu_nat_a.id
}

resource "aws_route_table_association" "eu_private_c" {
  provider = aws.eu

  route_table_id = aws_route_table.eu_private_c.id
  subnet_id      = aws_subnet.eu_private_c.id
}

resource "aws_vpc_endpoint" "eu_s3" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.eu-west-1.s3"

  route_table_ids = [
    aws_route_table.eu_private_a.id,
    aws_route_table.eu_private_b.id,
    aws_route_table.eu_private_c.id,
  ]

  tags = {
    Name = "edtech-development-eu-s3"
  }
}

resource "aws_vpc_endpoint" "eu_dynamodb" {
  provider = aws.eu

  vpc_id            = aws_vpc.eu_main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.eu-west-1.dynamodb"

  route_table_ids = [
    aws_route_table.eu_private_a.id,
    aws_route_table.eu_private_b.id,
    aws_route_table.eu_private_c.id,
  ]

  tags = {
    Name = "edtech-development-eu-dynamodb"
  }
}

resource "aws_ecs_cluster" "eu_main" {
  provider = aws.eu

  name = "edtech-development-eu-main"

  setting {
    name  = "containerInsights"
    value = "enhanced"
  }
}

resource "aws_ecs_account_setting_default" "eu_trunking" {
  provider = aws.eu

  name  = "awsvpcTrunking"
  value = "enabled"
}

resource "aws_iam_role" "eu_fleet" {
  provider = aws.eu

  name = "edtech-development-eu-fleet"

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

resource "aws_iam_role_policy_attachment" "eu_fleet_ecs" {
  provider = aws.eu

  role       = aws_iam_role.eu_fleet.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
}

resource "aws_iam_role_policy_attachment" "eu_fleet_sessions" {
  provider = aws.eu

  role       = aws_iam_role.eu_fleet.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "eu_fleet" {
  provider = aws.eu

  name = "edtech-development-eu-fleet"
  role = aws_iam_role.eu_fleet.name
}

resource "aws_security_group" "eu_fleet" {
  provider = aws.eu

  name_prefix = "edtech-development-eu-fleet-"
  description = "Instances on which recorders run"
  vpc_id      = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-development-eu-fleet"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "eu_fleet_https" {
  provider = aws.eu

  security_group_id = aws_security_group.eu_fleet.id
  description       = "To AWS and the internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_launch_template" "eu_fleet" {
  provider = aws.eu

  name                   = "edtech-development-eu-fleet"
  update_default_version = true
  image_id               = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"

  user_data = base64encode(<<-EOT
    #!/bin/bash
    echo ECS_CLUSTER=${aws_ecs_cluster.eu_main.name} >> /etc/ecs/ecs.config
    echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config
  EOT
  )

  vpc_security_group_ids = [aws_security_group.eu_fleet.id]

  iam_instance_profile {
    arn = aws_iam_instance_profile.eu_fleet.arn
  }

  monitoring {
    enabled = true
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted   = "true"
      volume_type = "gp3"
      volume_size = 50
    }
  }

  tag_specifications {
    resource_type = "instance"

    tags = {
      Name        = "edtech-development-eu-fleet"
      Project     = "edtech"
      Environment = "development"
    }
  }

  tag_specifications {
    resource_type = "volume"

    tags = {
      Name        = "edtech-development-eu-fleet"
      Project     = "edtech"
      Environment = "development"
    }
  }
}

resource "aws_autoscaling_group" "eu_fleet" {
  provider = aws.eu

  name = "edtech-development-eu-fleet"

  vpc_zone_identifier = [
    aws_subnet.eu_private_a.id,
    aws_subnet.eu_private_b.id,
    aws_subnet.eu_private_c.id,
  ]

  min_size              = 0
  max_size              = 1
  protect_from_scale_in = true
  capacity_rebalance    = true
  max_instance_lifetime = 1209600
  enabled_metrics       = ["GroupInServiceInstances", "GroupDesiredCapacity"]

  mixed_instances_policy {
    instances_distribution {
      on_demand_base_capacity                  = 0
      on_demand_percentage_above_base_capacity = 0
      spot_allocation_strategy                 = "price-capacity-optimized"
    }

    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.eu_fleet.id
        version            = aws_launch_template.eu_fleet.latest_version
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

  tag {
    key                 = "AmazonECSManaged"
    value               = "true"
    propagate_at_launch = true
  }
}

resource "aws_ecs_capacity_provider" "eu_fleet" {
  provider = aws.eu

  name = "edtech-development-eu-fleet"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = aws_autoscaling_group.eu_fleet.arn
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
  capacity_providers = ["FARGATE", aws_ecs_capacity_provider.eu_fleet.name]
}

resource "aws_s3_bucket" "eu_access_logs" {
  provider = aws.eu

  bucket = "edtech-development-eu-access-logs-111111111111"
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
      days = 14
    }

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.eu_access_logs]
}

resource "aws_s3_bucket_policy" "eu_access_logs" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_access_logs.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyOverTls"
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
        Sid    = "LoadBalancersWrite"
        Effect = "Allow"
        Principal = {
          Service = "logdelivery.elasticloadbalancing.amazonaws.com"
        }
        Action   = "s3:PutObject"
        Resource = "${aws_s3_bucket.eu_access_logs.arn}/AWSLogs/111111111111/*"
      },
      {
        Sid    = "BucketsWrite"
        Effect = "Allow"
        Principal = {
          Service = "logging.s3.amazonaws.com"
        }
        Action   = "s3:PutObject"
        Resource = "${aws_s3_bucket.eu_access_logs.arn}/buckets/*"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_security_group" "eu_load_balancer" {
  provider = aws.eu

  name_prefix = "edtech-development-eu-load-balancer-"
  description = "Load balancer of the web service"
  vpc_id      = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-development-eu-load-balancer"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "eu_load_balancer_http" {
  # iac:waive=CKV_AWS_260: it is only redirected to HTTPS from there
  # checkov:skip=CKV_AWS_260:it is only redirected to HTTPS from there
  provider = aws.eu

  security_group_id = aws_security_group.eu_load_balancer.id
  description       = "From everywhere"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "eu_load_balancer_https" {
  provider = aws.eu

  security_group_id = aws_security_group.eu_load_balancer.id
  description       = "From everywhere"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_lb" "eu_web" {
  provider = aws.eu

  name                       = "edtech-development-eu-web"
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = [aws_subnet.eu_public_a.id, aws_subnet.eu_public_b.id, aws_subnet.eu_public_c.id]
  security_groups            = [aws_security_group.eu_load_balancer.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = false

  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.eu_access_logs.id
  }

  depends_on = [aws_s3_bucket_policy.eu_access_logs]
}

resource "aws_lb_target_group" "eu_web" {
  provider = aws.eu

  name                          = "edtech-development-eu-web"
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

resource "aws_lb_listener" "eu_http" {
  provider = aws.eu

  load_balancer_arn = aws_lb.eu_web.arn
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

resource "aws_lb_listener" "eu_https" {
  provider = aws.eu

  load_balancer_arn                                            = aws_lb.eu_web.arn
  protocol                                                     = "HTTPS"
  port                                                         = 443
  ssl_policy                                                   = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn                                              = aws_acm_certificate_validation.eu_web.certificate_arn
  routing_http_response_strict_transport_security_header_value = "max-age=31536000; includeSubDomains"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.eu_web.arn
  }
}

resource "aws_wafv2_web_acl" "eu_web" {
  provider = aws.eu

  name  = "edtech-development-eu-web"
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
    name     = "AWSManagedRulesAmazonIpReputationList"
    priority = 1

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
    priority = 2

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
    priority = 3

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
    priority = 4

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
    metric_name                = "web"
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "eu_web" {
  provider = aws.eu

  web_acl_arn  = aws_wafv2_web_acl.eu_web.arn
  resource_arn = aws_lb.eu_web.arn
}

resource "aws_cloudwatch_log_group" "eu_firewall" {
  provider = aws.eu

  name              = "aws-waf-logs-edtech-development-eu-web"
  retention_in_days = 14
  kms_key_id        = aws_kms_key.eu_main.arn
}

resource "aws_wafv2_web_acl_logging_configuration" "eu_web" {
  provider = aws.eu

  resource_arn            = aws_wafv2_web_acl.eu_web.arn
  log_destination_configs = [aws_cloudwatch_log_group.eu_firewall.arn]

  redacted_fields {
    single_header {
      name = "cookie"
    }
  }
}

resource "aws_route53_record" "eu_regional" {
  provider = aws.eu

  zone_id = aws_route53_zone.main.zone_id
  name    = "eu.development.lessons.example"
  type    = "A"

  alias {
    name                   = aws_lb.eu_web.dns_name
    zone_id                = aws_lb.eu_web.zone_id
    evaluate_target_health = true
  }
}

resource "aws_route53_health_check" "eu_web" {
  provider = aws.eu

  type              = "HTTPS"
  fqdn              = aws_route53_record.eu_regional.fqdn
  port              = 443
  resource_path     = "/health"
  request_interval  = 30
  failure_threshold = 3

  tags = {
    Name = "edtech-development-eu-web"
  }
}

resource "aws_route53_record" "eu_latency" {
  provider = aws.eu

  zone_id         = aws_route53_zone.main.zone_id
  name            = aws_route53_zone.main.name
  type            = "A"
  set_identifier  = "eu-west-1"
  health_check_id = aws_route53_health_check.eu_web.id

  latency_routing_policy {
    region = "eu-west-1"
  }

  alias {
    name                   = aws_lb.eu_web.dns_name
    zone_id                = aws_lb.eu_web.zone_id
    evaluate_target_health = true
  }
}

resource "aws_sqs_queue" "eu_failed_recordings" {
  provider = aws.eu

  name                      = "edtech-development-eu-failed-recordings"
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.eu_main.arn
}

resource "aws_sqs_queue" "eu_recordings" {
  provider = aws.eu

  name                       = "edtech-development-eu-recordings"
  visibility_timeout_seconds = 1800
  receive_wait_time_seconds  = 20
  kms_master_key_id          = aws_kms_key.eu_main.arn

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.eu_failed_recordings.arn
    maxReceiveCount     = 3
  })
}

resource "aws_s3_bucket" "eu_recordings" {
  provider = aws.eu

  bucket = "edtech-development-eu-recordings-111111111111"
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
      kms_master_key_id = aws_kms_key.eu_main.arn
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
      noncurrent_days = 30
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.eu_recordings]
}

resource "aws_s3_bucket_policy" "eu_recordings" {
  provider = aws.eu

  bucket = aws_s3_bucket.eu_recordings.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyOverTls"
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

resource "aws_s3_bucket_logging" "eu_recordings" {
  provider = aws.eu

  bucket        = aws_s3_bucket.eu_recordings.id
  target_bucket = aws_s3_bucket.eu_access_logs.id
  target_prefix = "buckets/recordings/"

  depends_on = [aws_s3_bucket_policy.eu_access_logs]
}

resource "aws_cloudwatch_log_group" "eu_recorder" {
  provider = aws.eu

  name              = "/edtech/development/recorder"
  retention_in_days = 14
  kms_key_id        = aws_kms_key.eu_main.arn
}

resource "aws_iam_role" "eu_recorder_execution" {
  provider = aws.eu

  name = "edtech-development-eu-recorder-execution"

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
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "eu_recorder_execution" {
  provider = aws.eu

  name = "main"
  role = aws_iam_role.eu_recorder_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"]
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
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.eu_recorder.arn}:*"
      },
    ]
  })
}

resource "aws_iam_role" "eu_recorder_task" {
  provider = aws.eu

  name = "edtech-development-eu-recorder-task"

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
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "eu_recorder_task" {
  provider = aws.eu

  name = "main"
  role = aws_iam_role.eu_recorder_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"]
        Resource = aws_sqs_queue.eu_recordings.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = "${aws_s3_bucket.eu_recordings.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = aws_kms_key.eu_main.arn
      },
    ]
  })
}

resource "aws_ecs_task_definition" "eu_recorder" {
  provider = aws.eu

  family                   = "edtech-development-eu-recorder"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = "1024"
  memory                   = "1536"
  execution_role_arn       = aws_iam_role.eu_recorder_execution.arn
  task_role_arn            = aws_iam_role.eu_recorder_task.arn

  container_definitions = jsonencode([
    {
      name                   = "recorder"
      image                  = "${aws_ecr_repository.eu_recorder.repository_url}:2025.11.3"
      essential              = true
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
      }
      mountPoints = [
        {
          sourceVolume  = "scratch"
          containerPath = "/scratch"
        },
      ]
      environment = [
        {
          name  = "RECORDER_QUEUE"
          value = aws_sqs_queue.eu_recordings.url
        },
        {
          name  = "RECORDINGS_BUCKET"
          value = aws_s3_bucket.eu_recordings.id
        },
      ]
      stopTimeout = 90
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.eu_recorder.name
          awslogs-region        = "eu-west-1"
          awslogs-stream-prefix = "task"
          mode                  = "non-blocking"
        }
      }
    },
  ])

  volume {
    name = "scratch"
  }
}

resource "aws_security_group" "eu_recorder" {
  provider = aws.eu

  name_prefix = "edtech-development-eu-recorder-"
  description = "Tasks of the recorder"
  vpc_id      = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-development-eu-recorder"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "eu_recorder_https" {
  provider = aws.eu

  security_group_id = aws_security_group.eu_recorder.id
  description       = "To AWS and the internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_ecs_service" "eu_recorder" {
  provider = aws.eu

  name                    = "recorder"
  cluster                 = aws_ecs_cluster.eu_main.arn
  task_definition         = aws_ecs_task_definition.eu_recorder.arn
  desired_count           = 0
  enable_ecs_managed_tags = true
  propagate_tags          = "SERVICE"

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.eu_fleet.name
    weight            = 1
  }

  ordered_placement_strategy {
    type  = "binpack"
    field = "cpu"
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = [aws_subnet.eu_private_a.id, aws_subnet.eu_private_b.id, aws_subnet.eu_private_c.id]
    security_groups = [aws_security_group.eu_recorder.id]
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [aws_ecs_cluster_capacity_providers.eu_main]
}

resource "aws_cloudwatch_log_group" "eu_web" {
  provider = aws.eu

  name              = "/edtech/development/web"
  retention_in_days = 14
  kms_key_id        = aws_kms_key.eu_main.arn
}

resource "aws_iam_role" "eu_web_execution" {
  provider = aws.eu

  name = "edtech-development-eu-web-execution"

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
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "eu_web_execution" {
  provider = aws.eu

  name = "main"
  role = aws_iam_role.eu_web_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"]
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
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.eu_web.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = [replace(aws_secretsmanager_secret.us_session.arn, "us-west-2", "eu-west-1")]
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = aws_kms_key.eu_main.arn
      },
    ]
  })
}

resource "aws_iam_role" "eu_web_task" {
  provider = aws.eu

  name = "edtech-development-eu-web-task"

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
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "eu_web_task" {
  provider = aws.eu

  name = "main"
  role = aws_iam_role.eu_web_task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
        Resource = "arn:aws:dynamodb:eu-west-1:111111111111:table/${aws_dynamodb_table.us_progress.name}"
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = aws_sqs_queue.eu_recordings.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = "${aws_s3_bucket.eu_recordings.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = aws_kms_key.eu_main.arn
      },
    ]
  })
}

resource "aws_ecs_task_definition" "eu_web" {
  provider = aws.eu

  family                   = "edtech-development-eu-web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = aws_iam_role.eu_web_execution.arn
  task_role_arn            = aws_iam_role.eu_web_task.arn

  container_definitions = jsonencode([
    {
      name      = "web"
      image     = "${aws_ecr_repository.eu_web.repository_url}:2025.11.3"
      essential = true
      portMappings = [
        {
          containerPort = 8080
          protocol      = "tcp"
        },
      ]
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
      }
      mountPoints = [
        {
          sourceVolume  = "tmp"
          containerPath = "/tmp"
        },
      ]
      environment = [
        {
          name  = "PROGRESS_TABLE"
          value = aws_dynamodb_table.us_progress.name
        },
        {
          name  = "RECORDER_QUEUE"
          value = aws_sqs_queue.eu_recordings.url
        },
        {
          name  = "RECORDINGS_BUCKET"
          value = aws_s3_bucket.eu_recordings.id
        },
      ]
      secrets = [
        {
          name      = "SESSION_SECRET"
          valueFrom = replace(aws_secretsmanager_secret.us_session.arn, "us-west-2", "eu-west-1")
        },
      ]
      healthCheck = {
        command     = ["CMD", "/app/health", "http://localhost:8080/health"]
        interval    = 10
        retries     = 3
        startPeriod = 15
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.eu_web.name
          awslogs-region        = "eu-west-1"
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

  name_prefix = "edtech-development-eu-web-"
  description = "Tasks of the web service"
  vpc_id      = aws_vpc.eu_main.id

  tags = {
    Name = "edtech-development-eu-web"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "eu_web_https" {
  provider = aws.eu

  security_group_id = aws_security_group.eu_web.id
  description       = "To AWS and the internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "eu_load_balancer_web" {
  provider = aws.eu

  security_group_id            = aws_security_group.eu_load_balancer.id
  description                  = "To the web service"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.eu_web.id
}

resource "aws_vpc_security_group_ingress_rule" "eu_web_load_balancer" {
  provider = aws.eu

  security_group_id            = aws_security_group.eu_web.id
  description                  = "From the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.eu_load_balancer.id
}

resource "aws_ecs_service" "eu_web" {
  provider = aws.eu

  name                              = "web"
  cluster                           = aws_ecs_cluster.eu_main.arn
  task_definition                   = aws_ecs_task_definition.eu_web.arn
  desired_count                     = 1
  availability_zone_rebalancing     = "ENABLED"
  health_check_grace_period_seconds = 60
  enable_ecs_managed_tags           = true
  propagate_tags                    = "SERVICE"

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = [aws_subnet.eu_private_a.id, aws_subnet.eu_private_b.id, aws_subnet.eu_private_c.id]
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

  depends_on = [aws_ecs_cluster_capacity_providers.eu_main, aws_lb_listener.eu_https]
}

resource "aws_appautoscaling_target" "eu_recorder" {
  provider = aws.eu

  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.eu_main.name}/${aws_ecs_service.eu_recorder.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 0
  max_capacity       = 2
}

resource "aws_appautoscaling_policy" "eu_recorder_queue" {
  provider = aws.eu

  name               = "edtech-development-eu-recorder-queue"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.eu_recorder.service_namespace
  resource_id        = aws_appautoscaling_target.eu_recorder.resource_id
  scalable_dimension = aws_appautoscaling_target.eu_recorder.scalable_dimension

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
              value = aws_sqs_queue.eu_recordings.name
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
        id          = "waiting_for_each"
        expression  = "waiting / IF(FILL(running, 0) > 0, running, 1)"
        return_data = true
      }
    }
  }
}

resource "aws_appautoscaling_target" "eu_web" {
  provider = aws.eu

  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.eu_main.name}/${aws_ecs_service.eu_web.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 1
  max_capacity       = 4

  lifecycle {
    ignore_changes = [min_capacity]
  }
}

resource "aws_appautoscaling_policy" "eu_web_cpu" {
  provider = aws.eu

  name               = "edtech-development-eu-web-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.eu_web.service_namespace
  resource_id        = aws_appautoscaling_target.eu_web.resource_id
  scalable_dimension = aws_appautoscaling_target.eu_web.scalable_dimension

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

  name               = "edtech-development-eu-web-requests"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.eu_web.service_namespace
  resource_id        = aws_appautoscaling_target.eu_web.resource_id
  scalable_dimension = aws_appautoscaling_target.eu_web.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = 1000
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.eu_web.arn_suffix}/${aws_lb_target_group.eu_web.arn_suffix}"
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "eu_europe_opens" {
  provider = aws.eu

  name               = "edtech-development-eu-europe-opens"
  service_namespace  = aws_appautoscaling_target.eu_web.service_namespace
  resource_id        = aws_appautoscaling_target.eu_web.resource_id
  scalable_dimension = aws_appautoscaling_target.eu_web.scalable_dimension
  schedule           = "cron(15 7 ? * MON-FRI *)"
  timezone           = "Europe/Helsinki"

  scalable_target_action {
    min_capacity = "1"
  }
}

resource "aws_appautoscaling_scheduled_action" "eu_europe_closes" {
  provider = aws.eu

  name               = "edtech-development-eu-europe-closes"
  service_namespace  = aws_appautoscaling_target.eu_web.service_namespace
  resource_id        = aws_appautoscaling_target.eu_web.resource_id
  scalable_dimension = aws_appautoscaling_target.eu_web.scalable_dimension
  schedule           = "cron(0 17 ? * MON-FRI *)"
  timezone           = "Europe/London"

  scalable_target_action {
    min_capacity = "1"
  }
}

resource "aws_appautoscaling_policy" "eu_web_spike" {
  provider = aws.eu

  name               = "edtech-development-eu-web-spike"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.eu_web.service_namespace
  resource_id        = aws_appautoscaling_target.eu_web.resource_id
  scalable_dimension = aws_appautoscaling_target.eu_web.scalable_dimension

  step_scaling_policy_configuration {
    adjustment_type          = "PercentChangeInCapacity"
    min_adjustment_magnitude = 2
    metric_aggregation_type  = "Maximum"
    cooldown                 = 60

    step_adjustment {
      metric_interval_lower_bound = "0"
      metric_interval_upper_bound = "2000"
      scaling_adjustment          = 50
    }

    step_adjustment {
      metric_interval_lower_bound = "2000"
      scaling_adjustment          = 100
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "eu_web_spike" {
  provider = aws.eu

  alarm_name        = "edtech-development-eu-web-spike"
  alarm_description = "Far more requests than the web service can answer: it is scaled out"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "RequestCountPerTarget"

  dimensions = {
    LoadBalancer = aws_lb.eu_web.arn_suffix
    TargetGroup  = aws_lb_target_group.eu_web.arn_suffix
  }

  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2000
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.eu_web_spike.arn]
}

resource "aws_sns_topic" "eu_alarms" {
  provider = aws.eu

  name              = "edtech-development-eu-alarms"
  kms_master_key_id = aws_kms_key.eu_main.arn
}

resource "aws_sns_topic_policy" "eu_alarms" {
  provider = aws.eu

  arn = aws_sns_topic.eu_alarms.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "AlarmsOfTheAccount"
        Effect = "Allow"
        Principal = {
          Service = "cloudwatch.amazonaws.com"
        }
        Action   = "sns:Publish"
        Resource = aws_sns_topic.eu_alarms.arn
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = "111111111111"
          }
        }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "eu_operators" {
  provider = aws.eu

  topic_arn = aws_sns_topic.eu_alarms.arn
  protocol  = "email"
  endpoint  = "developers@lessons.example"
}

resource "aws_cloudwatch_metric_alarm" "eu_web_errors" {
  provider = aws.eu

  alarm_name          = "edtech-development-eu-web-errors"
  alarm_description   = "More than one request in fifty fails"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.eu_alarms.arn]
  ok_actions          = [aws_sns_topic.eu_alarms.arn]

  metric_query {
    id          = "share"
    expression  = "100 * errors / requests"
    label       = "Failed requests, %"
    return_data = true
  }

  metric_query {
    id = "errors"

    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_Target_5XX_Count"

      dimensions = {
        LoadBalancer = aws_lb.eu_web.arn_suffix
      }

      stat   = "Sum"
      period = 60
    }
  }

  metric_query {
    id = "requests"

    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "RequestCount"

      dimensions = {
        LoadBalancer = aws_lb.eu_web.arn_suffix
      }

      stat   = "Sum"
      period = 60
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "eu_web_slow" {
  provider = aws.eu

  alarm_name        = "edtech-development-eu-web-slow"
  alarm_description = "One request in a hundred takes longer than two seconds"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "TargetResponseTime"

  dimensions = {
    LoadBalancer = aws_lb.eu_web.arn_suffix
  }

  extended_statistic  = "p99"
  period              = 60
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.eu_alarms.arn]
  ok_actions          = [aws_sns_topic.eu_alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "eu_web_unhealthy" {
  provider = aws.eu

  alarm_name        = "edtech-development-eu-web-unhealthy"
  alarm_description = "No task of the web service is healthy"
  namespace         = "AWS/ApplicationELB"
  metric_name       = "HealthyHostCount"

  dimensions = {
    LoadBalancer = aws_lb.eu_web.arn_suffix
    TargetGroup  = aws_lb_target_group.eu_web.arn_suffix
  }

  statistic           = "Minimum"
  period              = 60
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 2
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.eu_alarms.arn]
  ok_actions          = [aws_sns_topic.eu_alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "eu_failed_recordings" {
  provider = aws.eu

  alarm_name        = "edtech-development-eu-failed-recordings"
  alarm_description = "A lesson could not be recorded"
  namespace         = "AWS/SQS"
  metric_name       = "ApproximateNumberOfMessagesVisible"

  dimensions = {
    QueueName = aws_sqs_queue.eu_failed_recordings.name
  }

  statistic           = "Maximum"
  period              = 300
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.eu_alarms.arn]
  ok_actions          = [aws_sns_topic.eu_alarms.arn]
}

output "url" {
  value = "https://${aws_route53_zone.main.name}"
}

output "name_servers" {
  value       = aws_route53_zone.main.name_servers
  description = "The name servers to delegate the domain to, at its registrar or in the zone above"
}
