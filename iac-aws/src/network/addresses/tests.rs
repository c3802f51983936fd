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
fn tiers_have_their_place_in_the_part_of_a_zone() {
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
fn what_is_wrong_is_said() {
    let given = |blocks: &[&'static str]| vec![Tier::private(), Tier::public().cidr_blocks(blocks.to_vec())];
    for (vpc, tiers, zones, message) in [
        ("10.0.0/16", vec![], 1, "`10.0.0/16` is not a block of addresses, as `10.0.0.0/16` is"),
        (
            "10.0.1.0/16",
            vec![],
            1,
            "`10.0.1.0/16` has bits set that its prefix does not cover: `10.0.0.0/16` is meant, or a longer prefix",
        ),
        ("10.0.0.0/8", vec![], 1, "a VPC has a prefix between 16 and 28, and `10.0.0.0/8` has another one"),
        ("10.0.0.0/16", vec![], 9, "there are 9 zones, and room for 8"),
        (
            "10.0.0.0/24",
            vec![Tier::public()],
            2,
            "there is no room for the tier `public` in the 10.0.0.0/27 of a zone: it needs a /30, and AWS takes nothing smaller than a /28",
        ),
        (
            "10.0.0.0/16",
            vec![Tier::public().prefix(20)],
            1,
            "there is no room for the tier `public` in the 10.0.0.0/19 of a zone: it needs a /20, and less is set aside for it",
        ),
        (
            "10.0.0.0/16",
            ["a", "b", "c"].map(|name| Tier::isolated().named(name)).to_vec(),
            1,
            "there is no room for the tier `c` in the 10.0.0.0/19 of a zone: it needs a /22, and other tiers have taken the rest",
        ),
        ("10.0.0.0/16", given(&["10.0.64.0/24"]), 2, "the tier `public` has 1 blocks for 2 zones"),
        (
            "10.0.0.0/16",
            given(&["10.1.0.0/24"]),
            1,
            "`10.1.0.0/24` of the tier `public` is not within the VPC's `10.0.0.0/16`",
        ),
        (
            "10.0.0.0/16",
            given(&["10.0.1.0/24"]),
            1,
            "`10.0.1.0/24` of the tier `public` overlaps `10.0.0.0/20` of the tier `private`",
        ),
    ] {
        assert_eq!(planned(vpc, &tiers, zones).unwrap_err(), message);
    }
}

/// Standard tiers in some order, followed by a few custom ones.
fn tiers() -> impl Strategy<Value = Vec<Tier>> {
    let usual = vec![Tier::public(), Tier::private(), Tier::isolated()];
    let own = prop::collection::vec(prop::option::of(21..29u8), 0..4);
    (prop::sample::subsequence(usual, 0..=3).prop_shuffle(), own).prop_map(|(mut tiers, own)| {
        tiers.extend(
            own.into_iter()
                .enumerate()
                .map(|(number, prefix)| Tier { prefix, ..Tier::isolated().named(format!("own-{number}")) }),
        );
        tiers
    })
}

proptest! {
    /// Checked independently of the overlap check of the planner.
    #[test]
    fn subnets_never_overlap_and_always_fit(tiers in tiers(), zones in 0..=8usize, prefix in 16..=22u8) {
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
    fn the_usual_tiers_always_have_room(zones in 0..=8usize, prefix in 16..=19u8) {
        let tiers = [Tier::public(), Tier::private(), Tier::isolated()];
        let vpc = format!("10.0.0.0/{prefix}").into();
        prop_assert!(plan(&vpc, &tiers, zones).is_ok());
    }

    #[test]
    fn subnets_stay_when_zones_or_tiers_are_added(tiers in tiers(), zones in 1..8usize, more in 0..8usize) {
        let vpc = Text::from("10.0.0.0/16");
        let (fewer_tiers, all_zones) = (&tiers[..tiers.len() / 2], (zones + more).min(8));
        if let (Ok(before), Ok(after)) = (plan(&vpc, fewer_tiers, zones), plan(&vpc, &tiers, all_zones)) {
            for (before, after) in before.iter().zip(&after) {
                prop_assert_eq!(before.as_slice(), &after[..zones]);
            }
        }
    }
}
