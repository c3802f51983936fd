# Cases of limits/cross.rs. Each part is a configuration of its own.

# limit: limit-lb-listener-rule-condition-values
resource "aws_lb_listener_rule" "good" {
  condition {
    path_pattern {
      values = ["/a", "/b", "/c"]
    }
  }
  condition {
    host_header {
      values = ["a.example", "b.example"]
    }
  }
}
resource "aws_lb_listener_rule" "bad" {
  condition {
    path_pattern {
      values = ["/a", "/b", "/c"]
    }
  }
  condition {
    host_header {
      values = ["a.example", "b.example", "c.example"]
    }
  }
}

# limit: limit-lambda-queue-visibility
resource "aws_sqs_queue" "short" {
}
resource "aws_sqs_queue" "long" {
  visibility_timeout_seconds = 360
}
resource "aws_lambda_function" "work" {
  function_name = "work"
  timeout       = 60
}
resource "aws_lambda_alias" "live" {
  name          = "live"
  function_name = aws_lambda_function.work.function_name
}
resource "aws_lambda_event_source_mapping" "good" {
  event_source_arn = aws_sqs_queue.long.arn
  function_name    = aws_lambda_function.work.arn
}
resource "aws_lambda_event_source_mapping" "bad" {
  event_source_arn = aws_sqs_queue.short.arn
  function_name    = aws_lambda_function.work.arn
}
resource "aws_lambda_event_source_mapping" "bad_alias" {
  event_source_arn = aws_sqs_queue.short.arn
  function_name    = aws_lambda_alias.live.arn
}

# limit: limit-lambda-environment-size
resource "aws_lambda_function" "good" {
  environment {
    variables = { A = "1" }
  }
}
resource "aws_lambda_function" "bad" {
  environment {
    variables = { A = join("", [for number in range(1024) : "1234"]) }
  }
}

# limit: limit-lambda-reserved-variables
resource "aws_lambda_function" "good" {
  environment {
    variables = { REGION = "eu-west-1" }
  }
}
resource "aws_lambda_function" "bad" {
  environment {
    variables = { AWS_REGION = "eu-west-1" }
  }
}

# limit: limit-ecs-fargate-size
resource "aws_ecs_task_definition" "good" {
  requires_compatibilities = ["FARGATE"]
  cpu                      = 512
  memory                   = 1024
}
resource "aws_ecs_task_definition" "good_on_instances" {
  requires_compatibilities = ["EC2"]
  cpu                      = 300
  memory                   = 700
}
resource "aws_ecs_task_definition" "bad" {
  requires_compatibilities = ["FARGATE"]
  cpu                      = "512"
  memory                   = "512"
}

# limit: limit-ecs-container-memory
resource "aws_ecs_task_definition" "good" {
  memory                = 512
  container_definitions = jsonencode([{ name = "a", memory = 256 }, { name = "b", memory = 256 }])
}
resource "aws_ecs_task_definition" "bad" {
  memory                = 512
  container_definitions = jsonencode([{ name = "a", memory = 1024 }])
}
resource "aws_ecs_task_definition" "bad_sum" {
  memory                = 512
  container_definitions = jsonencode([{ name = "a", memory = 512 }, { name = "b", memory = 256 }])
}

# limit: limit-ecs-stop-timeout
resource "aws_ecs_task_definition" "good" {
  requires_compatibilities = ["FARGATE"]
  container_definitions    = jsonencode([{ name = "a", stopTimeout = 120 }])
}
resource "aws_ecs_task_definition" "good_on_instances" {
  requires_compatibilities = ["EC2"]
  container_definitions    = jsonencode([{ name = "a", stopTimeout = 300 }])
}
resource "aws_ecs_task_definition" "bad" {
  requires_compatibilities = ["FARGATE"]
  container_definitions    = jsonencode([{ name = "a", stopTimeout = 121 }])
}

# limit: limit-ecs-target-type
resource "aws_ecs_task_definition" "inside" {
  network_mode = "awsvpc"
}
resource "aws_ecs_task_definition" "bridge" {
  network_mode = "bridge"
}
resource "aws_lb_target_group" "ip" {
  target_type = "ip"
}
resource "aws_lb_target_group" "instance" {
}
resource "aws_ecs_service" "good" {
  task_definition = aws_ecs_task_definition.inside.arn
  load_balancer {
    target_group_arn = aws_lb_target_group.ip.arn
  }
}
resource "aws_ecs_service" "good_bridge" {
  task_definition = aws_ecs_task_definition.bridge.arn
  load_balancer {
    target_group_arn = aws_lb_target_group.instance.arn
  }
}
resource "aws_ecs_service" "bad" {
  task_definition = aws_ecs_task_definition.inside.arn
  load_balancer {
    target_group_arn = aws_lb_target_group.instance.arn
  }
}

# limit: limit-eks-node-group-architecture
resource "aws_eks_node_group" "good" {
  ami_type       = "AL2023_ARM_64_STANDARD"
  instance_types = ["m7g.large", "c6gn.large", "a1.large"]
}
resource "aws_eks_node_group" "good_intel" {
  ami_type       = "AL2023_x86_64_STANDARD"
  instance_types = ["m7i.large", "g5.xlarge", "p4d.24xlarge"]
}
resource "aws_eks_node_group" "bad" {
  ami_type       = "AL2023_ARM_64_STANDARD"
  instance_types = ["m7i.large"]
}
resource "aws_eks_node_group" "bad_intel" {
  ami_type       = "AL2023_x86_64_STANDARD"
  instance_types = ["m7g.large"]
}

# limit: limit-s3-replica-key
resource "aws_s3_bucket_replication_configuration" "good" {
  rule {
    status = "Enabled"
    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }
    destination {
      bucket = "arn:aws:s3:::copy"
      encryption_configuration {
        replica_kms_key_id = "arn:aws:kms:eu-west-1:111111111111:key/1"
      }
    }
  }
}
resource "aws_s3_bucket_replication_configuration" "bad" {
  rule {
    status = "Enabled"
    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }
    destination {
      bucket = "arn:aws:s3:::copy"
    }
  }
}

# limit: limit-vpc-reserved-addresses
resource "aws_subnet" "main" {
  cidr_block = "10.0.1.0/24"
}
resource "aws_instance" "good" {
  subnet_id  = aws_subnet.main.id
  private_ip = "10.0.1.4"
}
resource "aws_instance" "bad" {
  subnet_id  = aws_subnet.main.id
  private_ip = "10.0.1.3"
}
resource "aws_network_interface" "bad_last" {
  subnet_id   = aws_subnet.main.id
  private_ips = ["10.0.1.20", "10.0.1.255"]
}
resource "aws_instance" "bad_outside" {
  subnet_id  = aws_subnet.main.id
  private_ip = "10.0.2.10"
}

# limit: limit-sqs-redrive-fifo
resource "aws_sqs_queue" "good_letters" {
  name = "letters"
}
resource "aws_sqs_queue" "good" {
  name           = "jobs"
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.good_letters.arn, maxReceiveCount = 5 })
}
resource "aws_sqs_queue" "bad" {
  name           = "jobs.fifo"
  fifo_queue     = true
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.good_letters.arn, maxReceiveCount = 5 })
}

# limit: limit-alarm-period
resource "aws_cloudwatch_metric_alarm" "good" {
  period = 120
}
resource "aws_cloudwatch_metric_alarm" "good_short" {
  period = 10
}
resource "aws_cloudwatch_metric_alarm" "bad" {
  period = 90
}
