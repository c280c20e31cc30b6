//! [`Select`]: a query over one table with conditions, an order, a limit and a projection.
//!
//! | module | content |
//! | --- | --- |
//! | `builder` | the conditions, the order and the limit, and the results |
//! | `condition` | one condition, as a check of an entity |
//! | `plan` | the choice of what is read, and its description |
//! | `run` | the reads |
//! | `sorted` | the first entities of an order that nothing stored has |

mod builder;
mod condition;
mod plan;
mod run;
mod sorted;

pub use builder::Select;
pub use plan::{Plan, Reads};
