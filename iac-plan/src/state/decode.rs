//! States of any format: the members of the outermost object tell which one it is.

use super::error::Problem;
use super::parts::{self, Names};
use super::reader::Reader;
use super::unique::Offsets;
use super::{State, StateError, legacy, show, v4};

/// Decodes a state of any format, which the members of the outermost object determine.
pub(super) fn decode(text: &str) -> std::result::Result<State<'_>, StateError> {
    let mut reader = Reader::new(text);
    if reader.peek().is_none() {
        return Ok(State::default());
    }
    let mut state = State::default();
    let mut offsets = Offsets::default();
    read(&mut reader, &mut state, &mut offsets)
        .and_then(|()| offsets.check(&state.resources))
        .map_err(|problem| problem.error(text))?;
    Ok(state)
}

fn read<'a>(reader: &mut Reader<'a>, state: &mut State<'a>, offsets: &mut Offsets) -> Result<(), Problem> {
    let mut is_state = false;
    let mut names = Names::default();
    reader.object(|reader, key| {
        match &*key {
            "version" => {
                match reader.unsigned()? {
                    2..=4 => {}
                    newer @ 5.. => return Err(Problem::Whole(StateError::NewerVersion(newer))),
                    older => return Err(Problem::Whole(StateError::OlderVersion(older))),
                }
                is_state = true;
            }
            "format_version" => {
                reader.skip()?;
                is_state = true;
            }
            "terraform_version" => state.terraform_version = Some(reader.text("a string")?),
            "serial" => state.serial = reader.unsigned()?,
            "lineage" => state.lineage = reader.text("a string")?,
            "outputs" => parts::outputs(reader, &mut state.outputs)?,
            "resources" => {
                if !reader.null() {
                    reader.list(|reader| v4::resource(reader, &mut names, state, offsets))?;
                }
            }
            "modules" => legacy::modules(reader, state, offsets)?,
            "values" => show::values(reader, state, offsets)?,
            "check_results" => {
                state.check_results = Some(reader.skip()?).filter(|results| *results != "null");
            }
            "encrypted_data" | "encryption_version" => return Err(Problem::Whole(StateError::Encrypted)),
            "planned_values" | "resource_changes" | "prior_state" => {
                return Err(Problem::Whole(StateError::PlanJson));
            }
            _ => {
                reader.skip()?;
            }
        }
        Ok(())
    })?;
    reader.end()?;
    if is_state { Ok(()) } else { Err(Problem::Whole(StateError::NotAState)) }
}
