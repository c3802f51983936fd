//! Budgets.

use iac_core::Text;
use iac_core::prelude::*;

use crate::budgets;
use crate::messaging::Topic;
use crate::naming::physical_name;

/// A monthly cost budget of the account.
///
/// Topics are notified when 80% of the budget is spent, and when the forecast exceeds it.
///
/// | Address | Description |
/// |---|---|
/// | `aws_budgets_budget.<name>` | budget, named `<stack>-<name>` |
///
/// ```
/// use iac_aws::messaging::Topic;
/// use iac_aws::monitoring::Budget;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let operators = stack.add(Topic::builder("operators"));
/// stack.add(Budget::builder("month", 5_000).notify(&operators));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Budget {
    /// The budget.
    pub budget: budgets::Budget,
}

impl Budget {
    /// Starts a budget with a limit in US dollars per month.
    pub fn builder<'a>(name: impl Into<Text>, dollars: u32) -> BudgetBuilder<'a> {
        BudgetBuilder { name: name.into(), dollars, topics: Vec::new(), tags: Vec::new() }
    }
}

/// Builds a [`Budget`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct BudgetBuilder<'a> {
    name: Text,
    dollars: u32,
    topics: Vec<&'a Topic>,
    tags: Vec<(Text, Text)>,
}

impl<'a> BudgetBuilder<'a> {
    /// Notifies a topic.
    pub fn notify(mut self, topic: &'a Topic) -> Self {
        self.topics.push(topic);
        self
    }

    /// Limits the budget to resources with a tag: `filter_by_tag("Project", "lessons")`.
    ///
    /// The tag must be activated as a cost allocation tag.
    pub fn filter_by_tag(mut self, key: impl Into<Text>, value: impl Into<Text>) -> Self {
        self.tags.push((key.into(), value.into()));
        self
    }
}

impl Construct for BudgetBuilder<'_> {
    type Output = Budget;

    fn build(self, scope: &Scope<'_>) -> Budget {
        for topic in &self.topics {
            topic.allow_service("budgets.amazonaws.com");
        }
        let topics: Vec<_> = self.topics.iter().map(|topic| topic.arn().into_expr()).collect();
        let tags: Vec<_> = self.tags.iter().map(|(key, value)| format!("user:{key}${value}")).collect();
        let notifications =
            [(budgets::NotificationType::Actual, 80), (budgets::NotificationType::Forecasted, 100)];
        let budget = scope.add(
            budgets::Budget::builder(self.name.clone())
                .name(physical_name(scope, &self.name, 100))
                .budget_type(budgets::BudgetType::Cost)
                .time_unit(budgets::TimeUnit::Monthly)
                .limit_amount(self.dollars.to_string())
                .limit_unit("USD")
                .when(!tags.is_empty(), |budget| {
                    budget.cost_filter(|filter| filter.name("TagKeyValue").values(tags))
                })
                .when(!topics.is_empty(), |budget| {
                    budget.each(notifications, |budget, (kind, percent)| {
                        let topics: Vec<Expr<String>> = topics.clone();
                        budget.notification(|notification| {
                            notification
                                .notification_type(kind)
                                .comparison_operator(budgets::ComparisonOperator::GreaterThan)
                                .threshold_type(budgets::ThresholdType::Percentage)
                                .threshold(percent)
                                .subscriber_sns_topic_arns(topics)
                        })
                    })
                }),
        );
        Budget { budget }
    }
}
