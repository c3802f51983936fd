use iac_aws::network::{HasSecurityGroup as _, Nat, Network, Peer, Peering, Port, SecurityGroup, Tier};

use crate::{check, check_problems};

const ZONES: [&str; 3] = ["eu-west-1a", "eu-west-1b", "eu-west-1c"];

#[test]
fn network_matches_snapshot() {
    check("network", |stack| {
        stack.add(Network::builder("main", ZONES));
    });
}

#[test]
fn network_with_all_options_matches_snapshot() {
    check("network_with_all_options", |stack| {
        stack.add(
            Network::builder("main", ZONES)
                .cidr_block("10.64.0.0/17")
                .ipv6(true)
                .nat(Nat::Single)
                .tiers([
                    Tier::public(),
                    Tier::private(),
                    Tier::isolated().vpc_only(),
                    Tier::private().named("workers").prefix(22),
                ])
                .interface_endpoints(["ecr.api", "ecr.dkr", "logs"]),
        );
    });
}

#[test]
fn security_groups_and_peering_match_snapshot() {
    check("security_groups", |stack| {
        let network = |name, block| {
            Network::builder(name, ["eu-west-1a"]).cidr_block(block).flow_log(false).nat(Nat::None)
        };
        let main = stack.add(network("main", "10.0.0.0/16"));
        let tools = stack.add(network("tools", "10.1.0.0/16"));
        stack.add(Peering::builder("main_tools", &main, &tools));
        let web = stack.add(SecurityGroup::builder("web", &main));
        let database = stack.add(SecurityGroup::builder("database", &main).description("The database"));
        database.allow_from(&web, Port::POSTGRESQL);
        database.allow_from(&database, Port::ALL);
        web.allow_from_peer(Peer::cidr("tools", tools.cidr_block()), Port::udp_range(50_000, 50_100));
        web.allow_to_peer(Peer::InternetIpv6, Port::HTTPS);
        web.allow_to_peer(Peer::Internet, Port::ICMP);
    });
}

#[test]
fn invalid_networks_are_reported() {
    check_problems("invalid_networks", |stack| {
        stack.add(Network::builder("none", [""; 0]));
        stack.add(Network::builder("duplicate", ["eu-west-1a", "eu-west-1a"]));
        stack.add(Network::builder("far", ["eu-west-1a", "us-east-1a"]));
        stack.add(Network::builder("small", ZONES).cidr_block("10.0.0.0/25"));
        stack.add(Network::builder("tiers", ZONES).tiers([Tier::private(), Tier::public(), Tier::private()]));
        stack.add(Network::builder("closed", ZONES).tiers([Tier::private()]));
        let one = stack.add(Network::builder("one", ZONES).cidr_block("10.0.0.0/17"));
        let other = stack.add(Network::builder("other", ZONES));
        stack.add(Peering::builder("overlapping", &one, &other));
        stack.add(SecurityGroup::builder("long", &one).description("x".repeat(256)));
    });
}
