//! DynamoDB tables.

use iac_core::Text;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;

use crate::caller::Account;
use crate::dynamodb;
use crate::encryption::Key;
use crate::identity::{Grantee, Statement};
use crate::naming::physical_name;

/// An encrypted DynamoDB table with on-demand billing, point-in-time recovery and deletion protection.
///
/// | Address | Description |
/// |---|---|
/// | `aws_dynamodb_table.<name>` | table, named `<stack>-<name>` |
///
/// ```
/// use iac_aws::serverless::{AttributeType, Table};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// stack.add(
///     Table::builder("lessons", "teacher")
///         .sort_key("begins", AttributeType::Number)
///         .index("by_room", ("room", AttributeType::String), Some(("begins", AttributeType::Number)))
///         .ttl_attribute("forgotten"),
/// );
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Table {
    /// The table.
    pub table: dynamodb::Table,
    arn: Expr<String>,
    account: Expr<String>,
    replicas: Vec<(Text, Key)>,
    key: Key,
}

/// The type of a key attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeType {
    /// A string.
    String,
    /// A number.
    Number,
    /// Binary data.
    Binary,
}

impl AttributeType {
    const fn as_type(self) -> dynamodb::Type {
        match self {
            Self::String => dynamodb::Type::S,
            Self::Number => dynamodb::Type::N,
            Self::Binary => dynamodb::Type::B,
        }
    }
}

type Attribute = (Text, AttributeType);

impl Table {
    /// Starts a table with a partition key of type string.
    pub fn builder(name: impl Into<Text>, partition_key: impl Into<Text>) -> TableBuilder {
        TableBuilder {
            name: name.into(),
            partition_key: partition_key.into(),
            sort_key: None,
            indexes: Vec::new(),
            ttl_attribute: None,
            stream: false,
            replicas: Vec::new(),
            deletion_protection: true,
            key: None,
        }
    }

    /// Returns the replica in a region, to grant permissions to callers in that region.
    #[must_use]
    pub fn replica(&self, region: &str) -> Option<Self> {
        let (_, key) = self.replicas.iter().find(|(replica, _)| replica == region)?;
        let table = self.table.clone();
        let arn = tf!("arn:aws:dynamodb:{region}:{}:table/{}", &self.account, table.name());
        Some(Self { table, arn, account: self.account.clone(), replicas: Vec::new(), key: key.clone() })
    }

    /// Grants permission to read items.
    #[track_caller]
    pub fn grant_read(&self, grantee: &impl Grantee) {
        self.grant(
            grantee,
            &["BatchGetItem", "ConditionCheckItem", "DescribeTable", "GetItem", "Query", "Scan"],
        );
        self.key.grant_decrypt(grantee);
    }

    /// Grants permission to read and write items.
    #[track_caller]
    pub fn grant_read_write(&self, grantee: &impl Grantee) {
        self.grant_read(grantee);
        self.grant(grantee, &["BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem"]);
        self.key.grant_encrypt_decrypt(grantee);
    }

    #[track_caller]
    fn grant(&self, grantee: &impl Grantee, actions: &[&str]) {
        let actions = actions.iter().map(|action| format!("dynamodb:{action}"));
        let resources: [Expr<String>; 2] = [self.arn.clone(), tf!("{}/index/*", &self.arn)];
        grantee.role().allow(Statement::allow(actions).on(resources));
    }
}

/// Builds a [`Table`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct TableBuilder {
    name: Text,
    partition_key: Text,
    sort_key: Option<Attribute>,
    indexes: Vec<(Text, Attribute, Option<Attribute>)>,
    ttl_attribute: Option<Text>,
    stream: bool,
    replicas: Vec<(Text, Key)>,
    deletion_protection: bool,
    key: Option<Key>,
}

impl TableBuilder {
    /// Replicates the table to another region, encrypted with a key of that region. Both replicas can be written to.
    pub fn replica(mut self, region: impl Into<Text>, key: &Key) -> Self {
        self.replicas.push((region.into(), key.clone()));
        self
    }

    /// Sets the sort key.
    pub fn sort_key(mut self, name: impl Into<Text>, kind: AttributeType) -> Self {
        self.sort_key = Some((name.into(), kind));
        self
    }

    /// Adds a global secondary index.
    pub fn index<A: Into<Text>>(
        mut self,
        name: impl Into<Text>,
        (partition_key, partition_type): (A, AttributeType),
        sort_key: Option<(A, AttributeType)>,
    ) -> Self {
        let sort_key = sort_key.map(|(name, kind)| (name.into(), kind));
        self.indexes.push((name.into(), (partition_key.into(), partition_type), sort_key));
        self
    }

    /// Sets the attribute with the expiration time of an item, in seconds since 1970.
    pub fn ttl_attribute(mut self, attribute: impl Into<Text>) -> Self {
        self.ttl_attribute = Some(attribute.into());
        self
    }

    /// Enables the change stream.
    pub fn stream(mut self) -> Self {
        self.stream = true;
        self
    }

    /// Enables deletion protection (default: true).
    pub fn deletion_protection(mut self, protect: bool) -> Self {
        self.deletion_protection = protect;
        self
    }

    /// Sets the KMS key that encrypts the items (default: [the key of the stack](Key::stack_default)).
    pub fn key(mut self, key: &Key) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Returns the key attributes, without duplicates.
    fn attributes(&self, scope: &Scope<'_>) -> Vec<Attribute> {
        let table_attributes =
            [(self.partition_key.clone(), AttributeType::String)].into_iter().chain(self.sort_key.clone());
        let index_attributes = self
            .indexes
            .iter()
            .flat_map(|(_, partition, sort)| [partition.clone()].into_iter().chain(sort.clone()));
        let mut attributes: Vec<Attribute> = Vec::new();
        for (name, kind) in table_attributes.chain(index_attributes) {
            match attributes.iter().find(|(known, _)| *known == name) {
                None => attributes.push((name, kind)),
                Some((_, other)) if *other == kind => {}
                Some((_, other)) => {
                    let summary = format!(
                        "key attribute `{name}` of table `{}` has conflicting types: {other:?}, {kind:?}",
                        self.name
                    );
                    scope.report(Diagnostic::error("table-keys", summary));
                }
            }
        }
        attributes
    }
}

impl Construct for TableBuilder {
    type Output = Table;

    fn build(self, scope: &Scope<'_>) -> Table {
        let key = self.key.clone().unwrap_or_else(|| Key::stack_default(scope));
        let attributes = self.attributes(scope);
        let table = scope.add(
            dynamodb::Table::builder(self.name.clone())
                .name(physical_name(scope, &self.name, 255))
                .billing_mode(dynamodb::BillingMode::PayPerRequest)
                .hash_key(self.partition_key.as_str())
                .maybe(self.sort_key, |table, (name, _)| table.range_key(name.as_str()))
                .each(attributes, |table, (name, kind)| {
                    table.attribute(|attribute| attribute.name(name.as_str()).type_(kind.as_type()))
                })
                .each(self.indexes, |table, (name, (partition, _), sort)| {
                    table.global_secondary_index(|index| {
                        index
                            .name(name.as_str())
                            .hash_key(partition.as_str())
                            .maybe(sort, |index, (sort, _)| index.range_key(sort.as_str()))
                            .projection_type(dynamodb::ProjectionType::All)
                    })
                })
                .maybe(self.ttl_attribute, |table, attribute| {
                    table.ttl(|ttl| ttl.enabled(true).attribute_name(attribute.as_str()))
                })
                // Replication requires the stream.
                .when(self.stream || !self.replicas.is_empty(), |table| {
                    table.stream_enabled(true).stream_view_type(dynamodb::StreamViewType::NewAndOldImages)
                })
                .deletion_protection_enabled(self.deletion_protection)
                .point_in_time_recovery(|recovery| recovery.enabled(true))
                .server_side_encryption(|encryption| encryption.enabled(true).kms_key_arn(key.arn()))
                .each(&self.replicas, |table, (region, key)| {
                    table.replica(|copy| {
                        copy.region_name(region.as_str())
                            .kms_key_arn(key.arn())
                            .point_in_time_recovery(true)
                            .propagate_tags(true)
                    })
                }),
        );
        let (arn, account) = (table.arn().into_expr(), Account::current(scope).id());
        Table { table, arn, account, replicas: self.replicas, key }
    }
}
