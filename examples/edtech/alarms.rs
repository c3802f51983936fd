//! What the operators are told of.

use iac_aws::{cloudwatch, sns};
use iac_core::object;
use iac_core::prelude::*;

use crate::policy::policy;
use crate::recorder::Recorder;
use crate::site::Site;
use crate::traffic::Traffic;

pub fn add(site: &Site<'_>, traffic: &Traffic, recorder: &Recorder) {
    let topic = add_topic(site);
    let load_balancer = traffic.load_balancer.arn_suffix();
    let target_group = traffic.target_group.arn_suffix();

    site.add(
        cloudwatch::MetricAlarm::builder("web_errors")
            .alarm_name(site.name("web_errors"))
            .alarm_description("More than one request in fifty fails")
            .metric_query(|query| {
                query
                    .id("share")
                    .expression("100 * errors / requests")
                    .label("Failed requests, %")
                    .return_data(true)
            })
            .each(
                [("errors", "HTTPCode_Target_5XX_Count"), ("requests", "RequestCount")],
                |alarm, (id, name)| {
                    alarm.metric_query(|query| {
                        query.id(id).metric(|metric| {
                            metric
                                .namespace("AWS/ApplicationELB")
                                .metric_name(name)
                                .dimensions([("LoadBalancer", &load_balancer)])
                                .stat(cloudwatch::Stat::Sum)
                                .period(60)
                        })
                    })
                },
            )
            .comparison_operator(cloudwatch::ComparisonOperator::GreaterThanThreshold)
            .threshold(2)
            .evaluation_periods(5)
            .datapoints_to_alarm(3)
            .treat_missing_data(cloudwatch::TreatMissingData::NotBreaching)
            .alarm_actions([topic.arn()])
            .ok_actions([topic.arn()]),
    );
    site.add(
        cloudwatch::MetricAlarm::builder("web_slow")
            .alarm_name(site.name("web_slow"))
            .alarm_description("One request in a hundred takes longer than two seconds")
            .namespace("AWS/ApplicationELB")
            .metric_name("TargetResponseTime")
            .dimensions([("LoadBalancer", &load_balancer)])
            .extended_statistic("p99")
            .period(60)
            .comparison_operator(cloudwatch::ComparisonOperator::GreaterThanThreshold)
            .threshold(2)
            .evaluation_periods(5)
            .datapoints_to_alarm(3)
            .treat_missing_data(cloudwatch::TreatMissingData::NotBreaching)
            .alarm_actions([topic.arn()])
            .ok_actions([topic.arn()]),
    );
    site.add(
        cloudwatch::MetricAlarm::builder("web_unhealthy")
            .alarm_name(site.name("web_unhealthy"))
            .alarm_description("No task of the web service is healthy")
            .namespace("AWS/ApplicationELB")
            .metric_name("HealthyHostCount")
            .dimensions([("LoadBalancer", &load_balancer), ("TargetGroup", &target_group)])
            .statistic(cloudwatch::Statistic::Minimum)
            .period(60)
            .comparison_operator(cloudwatch::ComparisonOperator::LessThanThreshold)
            .threshold(1)
            .evaluation_periods(2)
            .treat_missing_data(cloudwatch::TreatMissingData::Breaching)
            .alarm_actions([topic.arn()])
            .ok_actions([topic.arn()]),
    );
    site.add(
        cloudwatch::MetricAlarm::builder("failed_recordings")
            .alarm_name(site.name("failed_recordings"))
            .alarm_description("A lesson could not be recorded")
            .namespace("AWS/SQS")
            .metric_name("ApproximateNumberOfMessagesVisible")
            .dimensions([("QueueName", recorder.failed.name())])
            .statistic(cloudwatch::Statistic::Maximum)
            .period(300)
            .comparison_operator(cloudwatch::ComparisonOperator::GreaterThanThreshold)
            .threshold(0)
            .evaluation_periods(1)
            .treat_missing_data(cloudwatch::TreatMissingData::NotBreaching)
            .alarm_actions([topic.arn()])
            .ok_actions([topic.arn()]),
    );
}

/// The topic by which the operators get mail.
fn add_topic(site: &Site<'_>) -> sns::Topic {
    let topic =
        site.add(sns::Topic::builder("alarms").name(site.name("alarms")).kms_master_key_id(site.key.arn()));
    site.add(sns::TopicPolicy::builder("alarms").arn(topic.arn()).policy(policy([object! {
        "Sid": "AlarmsOfTheAccount",
        "Effect": "Allow",
        "Principal": { "Service": "cloudwatch.amazonaws.com" },
        "Action": "sns:Publish",
        "Resource": topic.arn(),
        "Condition": { "StringEquals": { "aws:SourceAccount": site.environment.account } },
    }])));
    site.add(
        sns::TopicSubscription::builder("operators")
            .topic_arn(topic.arn())
            .protocol(sns::Protocol::Email)
            .endpoint(site.environment.operators),
    );
    topic
}
