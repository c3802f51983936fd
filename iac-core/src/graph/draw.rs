//! Renders graphs as Graphviz DOT and as Mermaid, which GitHub and GitLab display in Markdown.

use std::collections::HashMap;
use std::fmt::{self, Write as _};

use super::{Edge, Graph};

/// A graph with a frame of its own in the drawing, usually that of a stack.
#[derive(Clone, Debug)]
pub struct Drawn<'a> {
    /// The title of the frame.
    pub title: &'a str,
    /// The graph inside the frame.
    pub graph: &'a Graph,
    /// The positions of the frames that this one depends on.
    pub depends_on: Vec<usize>,
}

/// Renders graphs in DOT. Arrows point from dependents to dependencies and are labeled with the argument.
#[must_use]
pub fn render_dot(drawn: &[Drawn<'_>]) -> String {
    let mut out = String::from(
        "digraph {
  rankdir = LR
  compound = true
  graph [fontname = \"Helvetica\", color = gray60]
  node [shape = box, style = rounded, fontname = \"Helvetica\", fontsize = 11]
  edge [fontname = \"Helvetica\", fontsize = 9, color = gray40, fontcolor = gray40]
",
    );
    let mut has_frame_edge = vec![false; drawn.len()];
    for (from, to) in frame_edges(drawn) {
        has_frame_edge[from] = true;
        has_frame_edge[to] = true;
    }
    for (position, Drawn { title, graph, .. }) in drawn.iter().enumerate() {
        let node = |node: u32| Quoted(title, Some(&graph.addresses[node as usize]));
        line(
            &mut out,
            format_args!("\n  subgraph cluster_{position} {{\n    label = {}", Quoted(title, None)),
        );
        if has_frame_edge[position] {
            // DOT has no edges between clusters, only between their nodes.
            line(&mut out, format_args!("    frame_{position} [shape = point, style = invis]"));
        }
        for (index, address) in (0..).zip(&graph.addresses) {
            let style = Kind::of(address).dot();
            line(&mut out, format_args!("    {} [label = {}{style}]", node(index), Quoted(address, None)));
        }
        for Arrow { from, to, attributes } in arrows(graph) {
            line(
                &mut out,
                format_args!(
                    "    {} -> {} [label = {}]",
                    node(from),
                    node(to),
                    Quoted(&attributes.join(", "), None)
                ),
            );
        }
        out.push_str("  }\n");
    }
    let mut separator = "\n";
    for (from, to) in frame_edges(drawn) {
        line(
            &mut out,
            format_args!(
                "{separator}  frame_{from} -> frame_{to} [ltail = cluster_{from}, lhead = cluster_{to}, style = bold]"
            ),
        );
        separator = "";
    }
    out.push_str("}\n");
    out
}

/// Renders graphs as a Mermaid flowchart. Arrows point from dependents to dependencies and are labeled with the
/// argument.
#[must_use]
pub fn render_mermaid(drawn: &[Drawn<'_>]) -> String {
    let mut out = String::from("flowchart LR\n");
    // Mermaid's node IDs are plain names, unique in the whole drawing.
    let mut first = 0;
    for (position, Drawn { title, graph, .. }) in drawn.iter().enumerate() {
        line(&mut out, format_args!("  subgraph s{position}[\"{}\"]", Escaped(title)));
        for (index, address) in graph.addresses.iter().enumerate() {
            let (open, close) = Kind::of(address).mermaid();
            line(&mut out, format_args!("    n{}{open}\"{}\"{close}", first + index, Escaped(address)));
        }
        for Arrow { from, to, attributes } in arrows(graph) {
            let (from, to) = (first + from as usize, first + to as usize);
            line(&mut out, format_args!("    n{from} -->|\"{}\"| n{to}", Escaped(&attributes.join(", "))));
        }
        first += graph.addresses.len();
        out.push_str("  end\n");
    }
    for (from, to) in frame_edges(drawn) {
        line(&mut out, format_args!("  s{from} ==> s{to}"));
    }
    out
}

fn line(out: &mut String, text: fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a string does not fail");
    out.push('\n');
}

fn frame_edges<'a>(drawn: &'a [Drawn<'_>]) -> impl Iterator<Item = (usize, usize)> + 'a {
    let edges = |(from, drawn): (usize, &'a Drawn<'_>)| drawn.depends_on.iter().map(move |&to| (from, to));
    drawn.iter().enumerate().flat_map(edges).filter(|&(_, to)| to < drawn.len())
}

/// One arrow per pair, even if several arguments refer to the same address.
struct Arrow<'a> {
    from: u32,
    to: u32,
    attributes: Vec<&'a str>,
}

/// Returns the arrows of a graph in the order of its edges.
fn arrows(graph: &Graph) -> Vec<Arrow<'_>> {
    let mut positions: HashMap<(u32, u32), usize> = HashMap::with_capacity(graph.edges.len());
    let mut arrows: Vec<Arrow<'_>> = Vec::with_capacity(graph.edges.len());
    for &Edge { from, to, ref attribute } in &graph.edges {
        let position = *positions.entry((from, to)).or_insert(arrows.len());
        match arrows.get_mut(position) {
            None => arrows.push(Arrow { from, to, attributes: vec![attribute] }),
            Some(arrow) if arrow.attributes.contains(&attribute.as_str()) => {}
            Some(arrow) => arrow.attributes.push(attribute),
        }
    }
    arrows
}

/// The kind of an address, shown as the shape of its node.
#[derive(Clone, Copy)]
enum Kind {
    Resource,
    DataSource,
    Module,
    /// A variable, local, output, check or provider.
    Other,
}

impl Kind {
    fn of(address: &str) -> Self {
        match address.split('.').next() {
            Some("data") => Self::DataSource,
            Some("module") => Self::Module,
            Some("var" | "local" | "output" | "check" | "provider") => Self::Other,
            _ => Self::Resource,
        }
    }

    fn dot(self) -> &'static str {
        match self {
            Self::Resource => "",
            Self::DataSource => ", style = \"rounded,dashed\"",
            Self::Module => ", shape = box3d, style = solid",
            Self::Other => ", shape = plaintext, style = solid",
        }
    }

    fn mermaid(self) -> (&'static str, &'static str) {
        match self {
            Self::Resource => ("[", "]"),
            Self::DataSource => ("[/", "/]"),
            Self::Module => ("[[", "]]"),
            Self::Other => ("([", "])"),
        }
    }
}

/// Quotes a DOT string. For the ID of an address, `frame` is part of the string, since frames may contain equal
/// addresses.
struct Quoted<'a>(&'a str, Option<&'a str>);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.1.is_some() { ":" } else { "" };
        f.write_char('"')?;
        for character in self.0.chars().chain(separator.chars()).chain(self.1.unwrap_or_default().chars()) {
            if matches!(character, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(character)?;
        }
        f.write_char('"')
    }
}

/// Escapes a Mermaid string in quotes: characters special to Mermaid or HTML become numeric entities.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '"' | '#' | '&' | '<' | '>' | '`' => write!(f, "#{};", u32::from(character))?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two stacks; the second depends on the first.
    fn check(render: fn(&[Drawn<'_>]) -> String, expected: &str) {
        let addresses = ["data.aws_region.here", "aws_vpc.main", "aws_subnet.a", "output.\"odd\""];
        let edges = [
            (2, 0, "availability_zone"),
            (2, 1, "vpc_id"),
            (3, 2, "value"),
            (2, 1, "cidr_block"),
            (2, 1, "vpc_id"),
        ];
        let edge = |(from, to, attribute): (u32, u32, &str)| Edge { from, to, attribute: attribute.into() };
        let network = Graph::new(addresses.map(Into::into).into(), edges.map(edge).into());
        let service = Graph::new(vec!["module.app".into(), "var.size".into()], vec![]);
        let drawn = [
            Drawn { title: "network", graph: &network, depends_on: vec![] },
            Drawn { title: "service", graph: &service, depends_on: vec![0] },
        ];
        assert_eq!(render(&drawn), expected);
    }

    #[test]
    fn dot() {
        check(
            render_dot,
            r#"digraph {
  rankdir = LR
  compound = true
  graph [fontname = "Helvetica", color = gray60]
  node [shape = box, style = rounded, fontname = "Helvetica", fontsize = 11]
  edge [fontname = "Helvetica", fontsize = 9, color = gray40, fontcolor = gray40]

  subgraph cluster_0 {
    label = "network"
    frame_0 [shape = point, style = invis]
    "network:data.aws_region.here" [label = "data.aws_region.here", style = "rounded,dashed"]
    "network:aws_vpc.main" [label = "aws_vpc.main"]
    "network:aws_subnet.a" [label = "aws_subnet.a"]
    "network:output.\"odd\"" [label = "output.\"odd\"", shape = plaintext, style = solid]
    "network:aws_subnet.a" -> "network:data.aws_region.here" [label = "availability_zone"]
    "network:aws_subnet.a" -> "network:aws_vpc.main" [label = "vpc_id, cidr_block"]
    "network:output.\"odd\"" -> "network:aws_subnet.a" [label = "value"]
  }

  subgraph cluster_1 {
    label = "service"
    frame_1 [shape = point, style = invis]
    "service:module.app" [label = "module.app", shape = box3d, style = solid]
    "service:var.size" [label = "var.size", shape = plaintext, style = solid]
  }

  frame_1 -> frame_0 [ltail = cluster_1, lhead = cluster_0, style = bold]
}
"#,
        );
    }

    #[test]
    fn mermaid() {
        check(
            render_mermaid,
            r#"flowchart LR
  subgraph s0["network"]
    n0[/"data.aws_region.here"/]
    n1["aws_vpc.main"]
    n2["aws_subnet.a"]
    n3(["output.#34;odd#34;"])
    n2 -->|"availability_zone"| n0
    n2 -->|"vpc_id, cidr_block"| n1
    n3 -->|"value"| n2
  end
  subgraph s1["service"]
    n4[["module.app"]]
    n5(["var.size"])
  end
  s1 ==> s0
"#,
        );
    }
}
