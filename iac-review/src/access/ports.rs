//! Ports and the services that listen on them.

/// The class of a port, by the service that listens on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PortClass {
    /// HTTP and HTTPS, which are meant for the public.
    Web,
    /// Remote administration of a machine or a cluster.
    Admin,
    /// Databases and search engines.
    Database,
    /// Caches, queues and coordination services.
    Cache,
    /// Container engines and orchestrators.
    Container,
    /// File transfer and sharing.
    File,
    /// No service is known for the port.
    Other,
}

/// The ports of known services, from the documentation of each service.
const SERVICES: &[(u16, PortClass, &str)] = &[
    (20, PortClass::File, "FTP"),
    (21, PortClass::File, "FTP"),
    (22, PortClass::Admin, "SSH"),
    (23, PortClass::Admin, "Telnet"),
    (25, PortClass::Other, "SMTP"),
    (53, PortClass::Other, "DNS"),
    (69, PortClass::File, "TFTP"),
    (80, PortClass::Web, "HTTP"),
    (110, PortClass::Other, "POP3"),
    (111, PortClass::File, "portmapper"),
    (135, PortClass::Admin, "RPC"),
    (137, PortClass::File, "NetBIOS"),
    (138, PortClass::File, "NetBIOS"),
    (139, PortClass::File, "NetBIOS"),
    (143, PortClass::Other, "IMAP"),
    (161, PortClass::Admin, "SNMP"),
    (389, PortClass::Admin, "LDAP"),
    (443, PortClass::Web, "HTTPS"),
    (445, PortClass::File, "SMB"),
    (512, PortClass::Admin, "rexec"),
    (513, PortClass::Admin, "rlogin"),
    (514, PortClass::Admin, "rsh"),
    (636, PortClass::Admin, "LDAPS"),
    (873, PortClass::File, "rsync"),
    (1433, PortClass::Database, "SQL Server"),
    (1434, PortClass::Database, "SQL Server"),
    (1521, PortClass::Database, "Oracle"),
    (1522, PortClass::Database, "Oracle"),
    (2049, PortClass::File, "NFS"),
    (2181, PortClass::Cache, "ZooKeeper"),
    (2375, PortClass::Container, "Docker"),
    (2376, PortClass::Container, "Docker"),
    (2377, PortClass::Container, "Docker Swarm"),
    (2379, PortClass::Container, "etcd"),
    (2380, PortClass::Container, "etcd"),
    (2483, PortClass::Database, "Oracle"),
    (2484, PortClass::Database, "Oracle"),
    (3000, PortClass::Admin, "Grafana"),
    (3020, PortClass::File, "CIFS"),
    (3306, PortClass::Database, "MySQL"),
    (3389, PortClass::Admin, "RDP"),
    (4333, PortClass::Database, "mSQL"),
    (4505, PortClass::Admin, "Salt"),
    (4506, PortClass::Admin, "Salt"),
    (5000, PortClass::Container, "container registry"),
    (5432, PortClass::Database, "PostgreSQL"),
    (5439, PortClass::Database, "Redshift"),
    (5500, PortClass::Admin, "VNC"),
    (5601, PortClass::Admin, "Kibana"),
    (5671, PortClass::Cache, "RabbitMQ"),
    (5672, PortClass::Cache, "RabbitMQ"),
    (5900, PortClass::Admin, "VNC"),
    (5984, PortClass::Database, "CouchDB"),
    (5985, PortClass::Admin, "WinRM"),
    (5986, PortClass::Admin, "WinRM"),
    (6379, PortClass::Cache, "Redis"),
    (6380, PortClass::Cache, "Redis"),
    (6443, PortClass::Container, "Kubernetes API"),
    (7000, PortClass::Database, "Cassandra"),
    (7001, PortClass::Database, "Cassandra"),
    (7199, PortClass::Database, "Cassandra"),
    (7473, PortClass::Database, "Neo4j"),
    (7474, PortClass::Database, "Neo4j"),
    (7687, PortClass::Database, "Neo4j"),
    (8020, PortClass::Database, "Hadoop"),
    (8086, PortClass::Database, "InfluxDB"),
    (8088, PortClass::Admin, "YARN"),
    (8182, PortClass::Database, "Neptune"),
    (8200, PortClass::Admin, "Vault"),
    (8300, PortClass::Admin, "Consul"),
    (8500, PortClass::Admin, "Consul"),
    (8888, PortClass::Admin, "Jupyter"),
    (9000, PortClass::Database, "ClickHouse"),
    (9042, PortClass::Database, "Cassandra"),
    (9090, PortClass::Admin, "Prometheus"),
    (9092, PortClass::Cache, "Kafka"),
    (9094, PortClass::Cache, "Kafka"),
    (9096, PortClass::Cache, "Kafka"),
    (9098, PortClass::Cache, "Kafka"),
    (9160, PortClass::Database, "Cassandra"),
    (9200, PortClass::Database, "Elasticsearch"),
    (9300, PortClass::Database, "Elasticsearch"),
    (10250, PortClass::Container, "kubelet"),
    (10255, PortClass::Container, "kubelet"),
    (11211, PortClass::Cache, "Memcached"),
    (11214, PortClass::Cache, "Memcached"),
    (11215, PortClass::Cache, "Memcached"),
    (15672, PortClass::Admin, "RabbitMQ management"),
    (27017, PortClass::Database, "MongoDB"),
    (27018, PortClass::Database, "MongoDB"),
    (27019, PortClass::Database, "MongoDB"),
    (50070, PortClass::Database, "Hadoop"),
    (61621, PortClass::Database, "Cassandra"),
];

/// Returns the name of the service on a port.
#[must_use]
pub fn service_on(port: u16) -> Option<&'static str> {
    SERVICES.iter().find(|(known, ..)| *known == port).map(|(_, _, name)| *name)
}

/// Returns the class of a port.
///
/// ```
/// use iac_review::access::{PortClass, class_of};
///
/// assert_eq!(class_of(5432), PortClass::Database);
/// ```
#[must_use]
pub fn class_of(port: u16) -> PortClass {
    SERVICES.iter().find(|(known, ..)| *known == port).map_or(PortClass::Other, |(_, class, _)| *class)
}

/// Returns the ports of a class with their services, in ascending order.
pub fn ports_of(class: PortClass) -> impl Iterator<Item = (u16, &'static str)> {
    let of_class = SERVICES.iter().filter(move |(_, each, _)| *each == class);
    of_class.map(|(port, _, name)| (*port, *name))
}
