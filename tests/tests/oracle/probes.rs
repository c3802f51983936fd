//! Random calls of functions and operators, over values of all types: known, unknown, sensitive and null.
//!
//! Terraform plans a configuration with an output for each, and our planner the same output alone.

mod judge;

pub(crate) use judge::{Report, judge};

/// Declarations that probes refer to.
pub(crate) const SCOPE: &str = include_str!("probes/scope.tf");

const TEXTS: &[&str] = &[
    r#""a""#,
    r#""""#,
    r#""abc""#,
    r#""a,b,c""#,
    r#""Hello World""#,
    r#""10.0.0.0/16""#,
    r#""2020-01-02T03:04:05Z""#,
    r#""12""#,
    r#""1.5""#,
    r#""true""#,
    r#""{\"a\":1}""#,
    r#""[1,2]""#,
    r#""é""#,
    r#""x-y_z""#,
    r#""a\nb""#,
    r#""/tmp/x.txt""#,
    r#"" pad ""#,
    r#""%s-%d""#,
    r#""YYYY-MM-DD""#,
    r#""aGVsbG8=""#,
    r#""k""#,
    r#""fe80::/64""#,
    r#""h""#,
    r#""ff""#,
    r#""192.168.1.0/24""#,
    "var.secret",
    "var.no_text",
    "local.later",
    "local.untold",
    r#""p-${local.later}""#,
    r#""q${1}""#,
    "var.names[0]",
    "terraform_data.x.input",
    r#""[a-z]+""#,
    r#""(\\d+)""#,
];
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "-1",
    "10",
    "0.5",
    "1.5",
    "100",
    "-2.5",
    "1e10",
    "255",
    "var.no_number",
    "length(var.names)",
    "tonumber(local.untold)",
    r#""7""#,
    r#"length(split(",", local.later))"#,
    "sensitive(4)",
    "1/3",
    "12345678901234567890",
];
const BOOLS: &[&str] = &[
    "true",
    "false",
    r#""true""#,
    r#"local.later == "a""#,
    "local.later == null",
    "sensitive(true)",
    "tobool(local.untold)",
    "null == null",
    "var.no_text == null",
];
const LISTS: &[&str] = &[
    r#"["a", "b"]"#,
    "[]",
    "var.names",
    "var.sizes",
    "var.none",
    r#"[1, "a", true]"#,
    "[1, 2, 3]",
    "var.secrets",
    r#"split(",", local.later)"#,
    "tolist([])",
    r#"[null, "a"]"#,
    r#"[local.later, "b"]"#,
    "[[1], [2, 3]]",
    "var.no_list",
    "var.objects",
    r#"["b", "a", "b"]"#,
    r#"local.later == "a" ? ["x"] : ["y"]"#,
    r#"local.later == "a" ? tolist(["x"]) : tolist([])"#,
    "[true, false]",
    "[var.secret]",
    "range(3)",
    "[{ a = 1 }, { a = 2 }]",
    r#"sensitive(["s"])"#,
    "tolist([local.untold])",
];
const SETS: &[&str] = &[
    "var.zones",
    r#"toset(["x", "y"])"#,
    "toset([])",
    r#"toset([local.later, "a"])"#,
    "toset([1, 2])",
    "toset(var.secrets)",
    "toset([local.later])",
];
const MAPS: &[&str] = &[
    "var.map",
    "{ a = 1, b = 2 }",
    "{}",
    "var.secret_map",
    "tomap({})",
    r#"{ a = "x", b = local.later }"#,
    "tomap({ a = local.later })",
    "var.no_map",
    "var.object",
    "{ (local.later) = 1 }",
    "var.lists",
    "{ a = [1], b = null }",
    r#"local.later == "a" ? { a = 1 } : { a = 2 }"#,
    r#"local.later == "a" ? { a = 1 } : { b = 2 }"#,
    "{ a = var.secret }",
    r#"tomap({ k = "v" })"#,
];
const OTHERS: &[&str] = &[
    "null",
    "var.no_text",
    "local.untold",
    r#"{ a = { b = [1, { c = "d" }] } }"#,
    "local.later == \"zz\" ? 1 : null",
];

/// Functions with the kinds of their parameters: text, number, bool, list, collection, map, or any (`?`). The last one
/// repeats before `*`.
const FUNCTIONS: &str = "abs n,ceil n,floor n,max n*,min n*,parseint sn,signum n,chomp s,endswith ss,format s?*,\
    formatlist s?*,indent ns,join sl,lower s,regex ss,regexall ss,replace sss,split ss,startswith ss,strcontains ss,strrev s,\
    substr snn,title s,trim ss,trimprefix ss,trimsuffix ss,trimspace s,upper s,alltrue l,anytrue l,chunklist ln,\
    coalesce ??*,coalescelist ll*,compact l,concat l*,contains l?,distinct l,element ln,flatten l,index l?,keys m,length ?,\
    lookup ms?,matchkeys lll,merge m*,one l,range n*,reverse l,setintersection cc,setproduct cc*,setsubtract cc,\
    setunion cc*,slice lnn,sort l,sum l,transpose m,values m,zipmap ll,base64decode s,base64encode s,csvdecode s,\
    jsondecode s,jsonencode ?,textdecodebase64 ss,textencodebase64 ss,urlencode s,yamldecode s,yamlencode ?,basename s,\
    dirname s,formatdate ss,timeadd ss,timecmp ss,base64sha256 s,md5 s,sha1 s,sha256 s,uuidv5 ss,cidrhost sn,\
    cidrnetmask s,cidrsubnet snn,cidrsubnets sn*,can ?,try ??,sensitive ?,nonsensitive ?,issensitive ?,tobool ?,tolist c,\
    tomap m,tonumber ?,toset c,tostring ?,log nn,pow nn";

/// A generator of probes, which are the same for the same seed.
pub(crate) struct Probes {
    state: u64,
    functions: Vec<(&'static str, &'static str)>,
}

impl Probes {
    pub(crate) fn new(seed: u64) -> Self {
        let functions =
            FUNCTIONS.split(',').map(|each| each.trim().split_once(' ').expect("a name and kinds"));
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, functions: functions.collect() }
    }

    /// Returns a number below a limit.
    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 33).expect("31 bits fit") % limit
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    fn literal(&mut self, kind: u8) -> &'static str {
        // Values of the wrong type are part of the test.
        let kind = if self.percent(6) { self.pick(b"snblcm?") } else { kind };
        match kind {
            b's' => self.pick(TEXTS),
            b'n' => self.pick(NUMBERS),
            b'b' => self.pick(BOOLS),
            b'c' if self.percent(40) => self.pick(SETS),
            b'l' | b'c' => self.pick(LISTS),
            b'm' => self.pick(MAPS),
            _ if self.percent(20) => self.pick(OTHERS),
            _ => {
                let kind = self.pick(b"snblcm");
                self.literal(kind)
            }
        }
    }

    fn argument(&mut self, kind: u8, depth: usize) -> String {
        if depth == 0 || self.percent(60) {
            self.literal(kind).to_owned()
        } else {
            self.expression(kind, depth - 1)
        }
    }

    fn call(&mut self, depth: usize) -> String {
        let position = self.below(self.functions.len());
        let (name, kinds) = self.functions[position];
        let mut arguments = Vec::new();
        for (position, kind) in kinds.bytes().enumerate() {
            let repeats = kinds.as_bytes().get(position + 1) == Some(&b'*');
            let count = if repeats { 1 + self.below(3) } else { usize::from(kind != b'*') };
            for _ in 0..count {
                arguments.push(self.argument(kind, depth));
            }
        }
        if self.percent(2) {
            arguments.pop();
        }
        let dots = if !arguments.is_empty() && self.percent(3) { "..." } else { "" };
        format!("{name}({}{dots})", arguments.join(", "))
    }

    fn expression(&mut self, kind: u8, depth: usize) -> String {
        let choice = self.below(100);
        let mut of = |kinds: &[u8]| {
            let kind = self.pick(kinds);
            self.argument(kind, depth)
        };
        match choice {
            0..8 => format!("({} ? {} : {})", of(b"b"), of(&[kind]), of(&[kind])),
            8..15 => {
                let (left, right) = (of(b"n"), of(b"n"));
                format!("({left} {} {right})", self.pick(&["+", "-", "*", "/", "%"]))
            }
            15..21 => {
                let (left, right) = (of(b"snblcm?"), of(b"snblcm?"));
                format!("({left} {} {right})", self.pick(&["==", "!="]))
            }
            21..25 => {
                let (left, right) = (of(b"n"), of(b"n"));
                format!("({left} {} {right})", self.pick(&["<", "<=", ">", ">="]))
            }
            25..28 => {
                let (left, right) = (of(b"b"), of(b"b"));
                format!("({left} {} {right})", self.pick(&["&&", "||"]))
            }
            28..30 => format!("!({})", of(b"b")),
            30..32 => format!("-({})", of(b"n")),
            32..35 => format!("\"x${{{}}}y\"", of(b"snb?")),
            35..38 => {
                let collection = of(b"lcm");
                let element = self.pick(&["v", "upper(v)", "[v]", "v == local.later"]);
                format!("[for v in {collection} : {element}{}]", self.pick(&["", " if v != null"]))
            }
            38..41 => {
                let collection = of(b"lcm");
                let key = self.pick(&["k", "v", "\"${k}-x\""]);
                let value = self.pick(&["v", "k", "[k, v]"]);
                format!("{{for k, v in {collection} : {key} => {value}{}}}", self.pick(&["", "..."]))
            }
            41..44 => format!("({})[{}]", of(b"lm"), of(b"ns")),
            44..46 => {
                let collection = of(b"lcm?");
                format!("({collection})[*]{}", self.pick(&["", ".a", ".name", "[0]"]))
            }
            46..48 => {
                let object = of(b"m?");
                format!("({object}).{}", self.pick(&["a", "b", "k", "name"]))
            }
            _ => self.call(depth),
        }
    }
}

impl Iterator for Probes {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        loop {
            let depth = self.pick(&[0, 1, 1, 2]);
            let probe = if self.percent(60) {
                self.call(depth)
            } else {
                let kind = self.pick(b"snblcm?");
                self.expression(kind, depth)
            };
            // Terraform allocates that many spaces.
            let is_large = ["1e10", "12345678901234567890"].iter().any(|large| probe.contains(large));
            if !(is_large && probe.contains("indent(")) {
                return Some(probe);
            }
        }
    }
}
