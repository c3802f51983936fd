//! The Rust snippets of the book, the README and the examples, compiled as doctests.
//!
//! `tests/book` fails if a page with a Rust snippet is missing from this list.

macro_rules! pages {
    ($($name:ident: $path:literal,)*) => {
        $(
            #[doc = include_str!(concat!("../../", $path))]
            mod $name {}
        )*
    };
}

pages! {
    readme: "README.md",
    how_to_customize_constructs: "docs/how-to/customize-constructs.md",
    how_to_data_sources: "docs/how-to/data-sources.md",
    how_to_documents: "docs/how-to/documents.md",
    how_to_environments: "docs/how-to/environments.md",
    how_to_escape_hatches: "docs/how-to/escape-hatches.md",
    how_to_import: "docs/how-to/import.md",
    how_to_modules: "docs/how-to/modules.md",
    how_to_other_providers: "docs/how-to/other-providers.md",
    how_to_regions: "docs/how-to/regions.md",
    how_to_remove: "docs/how-to/remove.md",
    how_to_rename: "docs/how-to/rename.md",
    how_to_repetition: "docs/how-to/repetition.md",
    how_to_resources: "docs/how-to/resources.md",
    how_to_stacks: "docs/how-to/stacks.md",
    how_to_test: "docs/how-to/test.md",
    how_to_variables: "docs/how-to/variables.md",
    how_to_waive: "docs/how-to/waive.md",
    how_to_write_constructs: "docs/how-to/write-constructs.md",
    how_to_write_rules: "docs/how-to/write-rules.md",
    reference_constructs: "docs/reference/constructs.md",
    tutorial_change: "docs/tutorial/change.md",
    tutorial_first_project: "docs/tutorial/first-project.md",
    tutorial_web_service: "docs/tutorial/web-service.md",
}
