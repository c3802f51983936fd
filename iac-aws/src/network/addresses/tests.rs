use proptest::prelude::*;

use super::*;

fn planned(vpc: &str, tiers: &[Tier], zones: usize) -> Result<Vec<Vec<String>>, String> {
    let texts = |blocks: Vec<Ipv4Net>| blocks.iter().map(ToString::to_string).collect();
    match plan(&vpc.into(), tiers, zones) {
        Ok(blocks) => Ok(blocks.into_iter().map(texts).collect()),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn tiers_have_fixed_positions_in_a_zone_block() {
    let tiers = [Tier::public(), Tier::private(), Tier::isolated(), Tier::private().named("workers")];
    assert_eq!(
        planned("10.0.0.0/16", &tiers, 2).unwrap(),
        [
            ["10.0.16.0/22", "10.0.48.0/22"],
            ["10.0.0.0/20", "10.0.32.0/20"],
            ["10.0.20.0/22", "10.0.52.0/22"],
            ["10.0.24.0/22", "10.0.56.0/22"],
        ]
    );
}

#[test]
fn small_networks_are_divided_evenly() {
    let tiers = [Tier::public(), Tier::private()];
    for (vpc, zones, public, private) in [
        ("10.0.0.0/23", 3, "10.0.0.0/26", "10.0.0.192/26"),
        ("10.0.0.0/24", 3, "10.0.0.0/27", "10.0.0.96/27"),
        ("10.0.0.0/24", 2, "10.0.0.0/26", "10.0.0.128/26"),
        ("10.0.0.0/26", 2, "10.0.0.0/28", "10.0.0.32/28"),
        ("10.0.0.0/27", 1, "10.0.0.0/28", "10.0.0.16/28"),
    ] {
        let blocks = planned(vpc, &tiers, zones).unwrap();
        assert_eq!([blocks[0][0].as_str(), blocks[1][0].as_str()], [public, private], "{vpc}, {zones} zones");
    }
    // What has space in the fixed layout stays there.
    assert_eq!(planned("10.0.0.0/24", &[Tier::private()], 2).unwrap(), [["10.0.0.0/28", "10.0.0.32/28"]]);
    let tiers = [Tier::public().prefix(28), Tier::private().prefix(25)];
    assert_eq!(planned("10.0.0.0/24", &tiers, 1).unwrap(), [["10.0.0.0/28"], ["10.0.0.128/25"]]);
    let message = planned("10.0.0.0/24", &tiers, 2).unwrap_err();
    assert_eq!(message, "VPC `10.0.0.0/24` has no space for tier `private`");
}

#[test]
fn invalid_layouts_are_reported() {
    let with_blocks =
        |blocks: &[&'static str]| vec![Tier::private(), Tier::public().cidr_blocks(blocks.to_vec())];
    for (vpc, tiers, zones, message) in [
        ("10.0.0/16", vec![], 1, "invalid CIDR block `10.0.0/16`, expected a block such as `10.0.0.0/16`"),
        (
            "10.0.1.0/16",
            vec![],
            1,
            "CIDR block `10.0.1.0/16` has host bits set, use `10.0.0.0/16` or a longer prefix",
        ),
        ("10.0.0.0/8", vec![], 1, "the prefix length of VPC `10.0.0.0/8` must be between 16 and 28"),
        ("10.0.0.0/16", vec![], 9, "9 zones exceed the maximum of 8"),
        (
            "10.0.0.0/26",
            vec![Tier::public(), Tier::private(), Tier::isolated()],
            2,
            "VPC `10.0.0.0/26` is too small for 6 subnets: each would be a /29, and the smallest subnet in AWS is a /28",
        ),
        (
            "10.0.0.0/16",
            vec![Tier::public().prefix(20)],
            1,
            "no address space for tier `public` in zone block 10.0.0.0/19: it needs a /20, but the space reserved for it is smaller",
        ),
        (
            "10.0.0.0/16",
            ["a", "b", "c"].map(|name| Tier::isolated().named(name)).to_vec(),
            1,
            "no address space for tier `c` in zone block 10.0.0.0/19: it needs a /22, but other tiers use the remaining space",
        ),
        ("10.0.0.0/16", with_blocks(&["10.0.64.0/24"]), 2, "tier `public` has 1 CIDR blocks for 2 zones"),
        (
            "10.0.0.0/16",
            with_blocks(&["10.1.0.0/24"]),
            1,
            "`10.1.0.0/24` of tier `public` is outside the VPC's `10.0.0.0/16`",
        ),
        (
            "10.0.0.0/16",
            with_blocks(&["10.0.1.0/24"]),
            1,
            "`10.0.1.0/24` of tier `public` overlaps `10.0.0.0/20` of tier `private`",
        ),
    ] {
        assert_eq!(planned(vpc, &tiers, zones).unwrap_err(), message);
    }
}

/// Standard tiers in some order, followed by a few custom ones.
fn tiers() -> impl Strategy<Value = Vec<Tier>> {
    let standard = vec![Tier::public(), Tier::private(), Tier::isolated()];
    let custom = prop::collection::vec(prop::option::of(21..29u8), 0..4);
    (prop::sample::subsequence(standard, 0..=3).prop_shuffle(), custom).prop_map(|(mut tiers, custom)| {
        tiers.extend(
            custom.into_iter().enumerate().map(|(number, prefix)| Tier {
                prefix,
                ..Tier::isolated().named(format!("custom-{number}"))
            }),
        );
        tiers
    })
}

proptest! {
    /// Checked independently of the overlap check of the planner.
    #[test]
    fn subnets_never_overlap_and_fit_the_vpc(tiers in tiers(), zones in 0..=8usize, prefix in 16..=28u8) {
        let vpc = format!("10.128.0.0/{prefix}");
        if let Ok(blocks) = plan(&vpc.as_str().into(), &tiers, zones) {
            let vpc: Ipv4Net = vpc.parse().unwrap();
            let mut ranges: Vec<(u32, u32)> = blocks
                .iter()
                .flatten()
                .map(|block| (block.network().into(), block.broadcast().into()))
                .collect();
            ranges.sort_unstable();
            prop_assert_eq!(ranges.len(), tiers.len() * zones);
            for pair in ranges.windows(2) {
                prop_assert!(pair[0].1 < pair[1].0);
            }
            for (first, last) in ranges {
                prop_assert!(u32::from(vpc.network()) <= first && last <= u32::from(vpc.broadcast()));
            }
        }
    }

    #[test]
    fn standard_tiers_always_fit(zones in 0..=8usize, prefix in 16..=19u8) {
        let tiers = [Tier::public(), Tier::private(), Tier::isolated()];
        let vpc = format!("10.0.0.0/{prefix}").into();
        prop_assert!(plan(&vpc, &tiers, zones).is_ok());
    }

    #[test]
    fn added_zones_and_tiers_do_not_move_subnets(tiers in tiers(), zones in 1..8usize, more in 0..8usize) {
        let vpc = Text::from("10.0.0.0/16");
        let (fewer_tiers, all_zones) = (&tiers[..tiers.len() / 2], (zones + more).min(8));
        if let (Ok(before), Ok(after)) = (plan(&vpc, fewer_tiers, zones), plan(&vpc, &tiers, all_zones)) {
            for (before, after) in before.iter().zip(&after) {
                prop_assert_eq!(before.as_slice(), &after[..zones]);
            }
        }
    }
}
