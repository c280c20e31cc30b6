//! The work that the harnesses disturb: tables with indexes, random changes to them, and the model of their contents.

mod batch;
mod change;
mod event;
mod item;
mod model;
mod moved;
mod tables;

pub(crate) use batch::{Batch, Ended};
pub(crate) use event::{Event, LINES, Side};
pub(crate) use item::{GROUPS, Item, NoteKey, TAGS};
pub(crate) use model::Model;
pub(crate) use moved::Moved;
pub(crate) use tables::{Tables, is_refusal};
